"""Clocks that differ: ours and a portal's, by five minutes either way, and nobody notices."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from b24app.models import Portal
from tests.support.app import App
from tests.support.events.posted import await_handled, await_state, event, remove, tokens_kept
from tests.support.pages import sentences as say
from tests.support.people.clicks import ADD, await_outcome, told
from tests.support.portal import PortalWithApp, new_portal
from tests.support.security.scenarios import SALES, refreshes
from tests.support.servers.another_app import another_app

WRONG_CLOCK = "--config python:tests.support.servers.wrong_clock"
MINUTES_5 = 300


def add(portal: PortalWithApp, deal: str) -> None:
    """One payment for one click."""
    page = portal.app.press_add(portal.open_tab(deal))
    assert say.ADDED in page.status_text, told(page)
    assert len(portal.payments_of(portal.deal(deal))) == 1


def live_and_leave(portal: PortalWithApp) -> None:
    """Everything that has a time in it, from the installation to the removal and back."""
    portal.install()
    add(portal, "fresh")
    tab = portal.open_tab("empty")
    portal.standin.expire(portal.name, user_id=SALES)
    portal.standin.add_fault(portal.name, ADD, "drop_after")
    found = await_outcome(portal.app, tab, portal.app.press_add(tab))
    assert say.ADDED in found.status_text, told(found)
    assert refreshes(portal) == 1
    portal.standin.change_portal(portal.name, app_present=False)
    await_state(portal, Portal.State.UNINSTALLED)
    assert tokens_kept(portal) == []
    portal.standin.change_portal(portal.name, app_present=True)
    portal.install()
    assert say.ADDED in portal.app.press_add(portal.open_tab()).status_text


@pytest.mark.parametrize("off", [MINUTES_5, -MINUTES_5], ids=["ours ahead", "ours behind"])
def test_a_whole_life_on_clocks_that_differ(running_app: App, tmp_path: Path, off: int) -> None:
    with another_app(running_app, tmp_path, gunicorn=WRONG_CLOCK, CLOCK_IS_OFF=str(off)) as app:
        live_and_leave(new_portal(app))


def test_a_removal_that_seems_a_little_older_than_the_installation_counts(
    portal: PortalWithApp,
) -> None:
    form = event(portal, "ONAPPUNINSTALL", ts=time.time() - MINUTES_5)
    assert remove(portal, form) == 200
    assert await_handled(portal.member_id) == [("handled", "removed")]
    assert portal.row.state == Portal.State.UNINSTALLED
    assert tokens_kept(portal) == []
