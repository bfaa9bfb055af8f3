"""Threads of four processes that meet on one thing: a click's key, a token pair too old."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.people.clicks import ADD, await_outcome, told
from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import (
    pages_on_an_expired_pair,
    payments_for_one_key,
    refreshes,
)
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import at_once

PROCESSES = 4
CALLERS = 32 * PROCESSES
# More would not all be refused before the refresh that they wait for is over.
STALE = 16 * PROCESSES
PER_PROCESS = "--config python:tests.unguarded.clicks.process_keys"


@pytest.fixture(scope="module")
def wide_app(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("wide")
    with another_app(running_app, folder, workers=PROCESSES) as app:
        yield app


def test_the_same_key_from_everybody_adds_one_payment(portal: PortalWithApp, wide_app: App) -> None:
    tab = open_tab_at(wide_app, portal)
    for page in at_once([partial(wide_app.press_add, tab)] * CALLERS):
        assert page.status == 200
        assert say.ADDED in await_outcome(wide_app, tab, page).status_text
    assert len(portal.payments_of(portal.deal("fresh"))) == len(portal.calls(ADD)) == 1


def test_claimed_in_each_process_alone_the_same_key_adds_several(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with another_app(portal.app, tmp_path, gunicorn=PER_PROCESS, workers=PROCESSES) as app:
        made = payments_for_one_key(app, portal, threads=CALLERS)
    assert 1 < made <= PROCESSES


@pytest.mark.timed
def test_an_expired_pair_that_everybody_needs_is_renewed_once(
    portal: PortalWithApp, wide_app: App
) -> None:
    pages = pages_on_an_expired_pair(wide_app, portal, count=STALE)
    assert [told(page) for page in pages if say.ADDED not in page.status_text] == []
    made = [p["deal_id"] for p in portal.standin.portal(portal.name)["payments"]][-STALE:]
    assert len(set(made)) == STALE
    assert refreshes(portal) == 1
