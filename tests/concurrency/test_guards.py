"""Controls: without its guard each scene does go wrong, so the tests of the guards can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import (
    pages_on_an_expired_pair,
    payments_for_one_key,
    payments_for_one_lost_answer,
    refreshes,
)
from tests.support.servers.another_app import another_app

UNGUARDED = "--config python:tests.concurrency.unguarded"


def test_one_key_makes_one_payment(portal: PortalWithApp) -> None:
    assert payments_for_one_key(portal.app, portal) == 1


def test_without_the_claim_one_key_makes_many_payments(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with another_app(portal.app, tmp_path, gunicorn=f"{UNGUARDED}.keys") as app:
        assert payments_for_one_key(app, portal) > 1


def test_one_lost_answer_leaves_one_payment(portal: PortalWithApp) -> None:
    assert payments_for_one_lost_answer(portal.app, portal) == 1


def test_with_a_retry_one_lost_answer_leaves_two_payments(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with another_app(portal.app, tmp_path, gunicorn=f"{UNGUARDED}.repeats") as app:
        assert payments_for_one_lost_answer(app, portal) == 2


@pytest.mark.parametrize("mode", ["rotate", "grace"])
def test_one_expired_pair_is_renewed_once(portal: PortalWithApp, mode: str) -> None:
    portal.standin.switch(portal.name, refresh_mode=mode)
    pages_on_an_expired_pair(portal.app, portal, count=8)
    assert refreshes(portal) == 1


def test_without_the_lease_one_expired_pair_is_renewed_by_everybody(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    portal.standin.switch(portal.name, refresh_mode="grace")
    with another_app(portal.app, tmp_path, gunicorn=f"{UNGUARDED}.lease") as app:
        pages_on_an_expired_pair(app, portal, count=8)
    assert refreshes(portal) > 1
