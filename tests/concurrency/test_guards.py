"""Controls: without its guard each scene does go wrong, so the tests of the guards can fail."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.support.app import App
from tests.support.planting import planted_portal
from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import (
    pages_on_an_expired_pair,
    payments_for_one_key,
    payments_for_one_lost_answer,
    refreshes,
)
from tests.support.servers.another_app import another_app
from tests.support.waiting import at_once

UNGUARDED = "--config python:tests.unguarded"
# No answer, and what is none: each comes after the work was done.
LOST: list[tuple[str, dict[str, Any]]] = [
    ("drop_after", {}),
    ("html", {"status": 502, "when": "after"}),
    ("html", {"status": 503, "when": "after"}),
    ("status", {"status": 500, "when": "after"}),
    ("half_body", {}),
    ("broken_json", {}),
]


def test_one_key_makes_one_payment(portal: PortalWithApp) -> None:
    assert payments_for_one_key(portal.app, portal) == 1


def test_without_the_claim_one_key_makes_many_payments(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with another_app(portal.app, tmp_path, gunicorn=f"{UNGUARDED}.clicks.keys") as app:
        assert payments_for_one_key(app, portal) > 1


def payments_for_lost_answers(app: App, shared: App) -> list[int]:
    """How many payments each kind of lost answer leaves."""
    portals = [planted_portal(shared) for _ in LOST]
    pairs = zip(portals, LOST, strict=True)
    scene = payments_for_one_lost_answer
    return at_once([partial(scene, app, portal, do, **args) for portal, (do, args) in pairs])


def test_one_lost_answer_leaves_one_payment(app: App) -> None:
    assert payments_for_lost_answers(app, app) == [1] * len(LOST)


def test_with_a_retry_one_lost_answer_leaves_two_payments(app: App, tmp_path: Path) -> None:
    with another_app(app, tmp_path, gunicorn=f"{UNGUARDED}.clicks.repeats") as repeating:
        assert payments_for_lost_answers(repeating, app) == [2] * len(LOST)


@pytest.mark.parametrize("mode", ["rotate", "grace"])
def test_one_expired_pair_is_renewed_once(portal: PortalWithApp, mode: str) -> None:
    portal.standin.switch(portal.name, refresh_mode=mode)
    pages_on_an_expired_pair(portal.app, portal, count=8)
    assert refreshes(portal) == 1


def test_without_the_lease_one_expired_pair_is_renewed_by_everybody(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    portal.standin.switch(portal.name, refresh_mode="grace")
    with another_app(portal.app, tmp_path, gunicorn=f"{UNGUARDED}.tokens.lease") as app:
        pages_on_an_expired_pair(app, portal, count=8)
    assert refreshes(portal) > 1
