"""An administrator's visit mends what its own answers show to be missing: once an hour, unasked."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest

from b24app.models import Portal
from tests.support.events.posted import await_handled, await_state, event, post, tokens_kept
from tests.support.pages.home_visits import TOOLBAR, open_home
from tests.support.portal import ENTRIES, EVENTS, OWED, TABS, PortalWithApp
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import await_condition

REPAIRED = "Repaired: everything is in order."
UNGUARDED = "--config python:tests.unguarded.portals.application_tokens"


def damage(portal: PortalWithApp) -> None:
    """Every tab and every event is gone."""
    for place in [*TABS, *ENTRIES, *OWED]:
        portal.unbind(place)
    for name in EVENTS:
        portal.result("event.unbind", "admin", event=name)
    portal.standin.clear_calls(portal.name)


def is_whole(portal: PortalWithApp) -> bool:
    state = portal.standin.portal(portal.name)
    return (len(state["bindings"]), len(state["event_handlers"])) == (8, 5)


def test_of_the_main_page_brings_tabs_and_events_back(portal: PortalWithApp) -> None:
    damage(portal)
    page = open_home(portal)
    assert REPAIRED in page.text
    for title in ("Payments tab in deals", "Payments tab in invoices", "Messages from Bitrix24"):
        assert title in page.text.partition("Put right just now: ")[2]
    portal.assert_bound()
    assert len(portal.calls()) == 2


def test_and_says_so_to_the_next_one_too(portal: PortalWithApp) -> None:
    portal.unbind(TOOLBAR)
    open_home(portal)
    page = open_home(portal)
    assert "Everything is in order." in page.text
    assert "Put right by the app" in page.text
    assert page.text.partition("Put right by the app")[2].count("Add payment at the top of deals")


def test_costs_nothing_where_all_is_well(portal: PortalWithApp) -> None:
    notes = portal.row.notes
    assert "Everything is in order." in open_home(portal).text
    assert "Put right" not in open_home(portal).text
    assert [call["server"] for call in portal.calls()] == ["portal", "portal"]
    assert {**portal.row.notes, "pay_systems": 0, "pay_systems_due_at": 0} == {
        **notes,
        "pay_systems": 0,
        "pay_systems_due_at": 0,
    }


def test_mends_once_an_hour(portal: PortalWithApp) -> None:
    for _ in range(2):
        portal.unbind(TOOLBAR)
        page = open_home(portal)
    assert "Something is missing." in page.text
    assert TOOLBAR not in portal.bound()
    row = portal.row
    row.notes = {**row.notes, "mended_by_visit": int(time.time()) - 3601}
    row.save(update_fields=["notes"])
    assert REPAIRED in open_home(portal).text
    assert TOOLBAR in portal.bound()


@pytest.mark.parametrize("user", ["sales", "reader", "crm_admin"])
def test_of_anybody_else_mends_nothing(portal: PortalWithApp, user: str) -> None:
    damage(portal)
    open_home(portal, user=user)
    # The OAuth server confirms somebody new.
    assert [call["server"] for call in portal.calls()] == ["portal", "oauth"]
    assert portal.bound() == set()
    assert REPAIRED in open_home(portal).text


def test_that_cannot_mend_is_tried_once_and_named(portal: PortalWithApp) -> None:
    portal.unbind(TOOLBAR)
    portal.standin.add_fault(portal.name, "placement.bind", "refuse", code="ERROR_CORE", times=None)
    assert "not as they should be" in open_home(portal).text
    assert portal.binds().count("placement.bind") == 1
    open_home(portal)
    assert portal.binds().count("placement.bind") == 1


def test_waits_a_moment_and_no_longer(portal: PortalWithApp) -> None:
    damage(portal)
    portal.standin.add_fault(portal.name, "placement.bind", "hold", seconds=9)
    begun = time.monotonic()
    page = open_home(portal)
    assert time.monotonic() - begun < 6
    assert "the app is putting it right at this moment" in page.text
    portal.standin.release(portal.name)
    await_condition(lambda: is_whole(portal))
    await_condition(lambda: "Put right by the app" in open_home(portal).text)


def test_of_a_tab_after_an_update_brings_the_events_back(portal: PortalWithApp) -> None:
    for name in EVENTS:
        portal.result("event.unbind", "admin", event=name)
    portal.open_tab(user="sales")
    portal.standin.change_portal(portal.name, version=2)
    portal.standin.clear_calls(portal.name)
    portal.open_tab(user="sales")
    assert len(portal.calls()) == 1
    portal.open_tab(user="admin")
    await_condition(lambda: is_whole(portal))
    await_condition(lambda: portal.row.notes["bound_version"] == "2")
    portal.standin.clear_calls(portal.name)
    portal.open_tab(user="admin")
    assert len(portal.calls()) == 1


def test_of_a_tab_that_shows_nothing_missing_asks_for_nothing_more(portal: PortalWithApp) -> None:
    portal.unbind(TOOLBAR)
    portal.standin.clear_calls(portal.name)
    portal.open_tab(user="admin")
    assert len(portal.calls()) == 1


def lose_an_update(portal: PortalWithApp) -> PortalWithApp:
    """The app is updated: another application token, no handlers, and no word of it."""
    about = portal.standin.change_portal(portal.name, update=True)
    assert about["application_token"] != portal.about["application_token"]
    return replace(portal, about=about)


def remove(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, app_present=False)


@pytest.mark.parametrize("opens", ["home", "tab"])
def test_after_a_lost_update_makes_a_removal_believed(portal: PortalWithApp, opens: str) -> None:
    updated = lose_an_update(portal)
    if opens == "home":
        assert REPAIRED in open_home(portal).text
    else:
        assert portal.open_tab(user="admin").status == 200
    await_condition(lambda: is_whole(portal))
    assert post(portal.app, event(portal, "ONAPPUNINSTALL")) == 403
    remove(updated)
    await_state(portal, Portal.State.UNINSTALLED)
    assert tokens_kept(portal) == []


@pytest.mark.parametrize("user", ["sales", "crm_admin"])
def test_of_a_salesperson_brings_no_application_token(portal: PortalWithApp, user: str) -> None:
    before = portal.row.application_token
    updated = lose_an_update(portal)
    assert portal.open_tab(user=user).status == 200
    assert portal.row.application_token == before
    assert post(portal.app, event(updated, "ONAPPUNINSTALL")) == 403


def test_without_the_token_that_they_bring_the_removal_is_lost(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    updated = lose_an_update(portal)
    with another_app(portal.app, tmp_path, gunicorn=UNGUARDED) as app:
        assert open_tab_at(app, portal, user="admin").status == 200
    assert post(portal.app, event(updated, "ONAPPUNINSTALL")) == 403
    remove(updated)
    assert await_handled(portal.member_id) == []
    assert portal.row.state == Portal.State.ACTIVE
    assert tokens_kept(portal) != []
