"""A portal that lacks one of the optional places: told mildly, and all else works."""

from __future__ import annotations

import pytest

from b24app.spec import app_spec
from tests.support.app import App
from tests.support.pages.home_visits import REPAIR, ask, open_home
from tests.support.portal import OWED, TABS, PortalWithApp, new_portal

ANALYTICS = "CRM_ANALYTICS_MENU"
READY = "Everything is ready"
TOLD = (
    "Who owes what in CRM analytics not in this Bitrix24 This Bitrix24 has no such place for apps."
    " Everything else works."
)
OPTIONAL = [place.code for place in app_spec().placements if not place.is_required]


@pytest.fixture
def portal_switches() -> dict[str, object]:
    return {"unknown_places": [ANALYTICS]}


def test_is_ready_and_says_so(app: App, portal_switches: dict[str, object]) -> None:
    portal = new_portal(app, switches=portal_switches)
    page = portal.open_installer()
    assert READY in page.text
    assert TOLD in page.text
    assert portal.bound() >= {*TABS, *OWED} - {ANALYTICS}
    bound = portal.binds()
    again = portal.open_installer()
    assert READY in again.text
    assert TOLD in again.text
    # Tried once more, because the portal may have been updated.
    assert len(portal.binds()) == len(bound) + 1


def test_is_in_order_for_its_administrator(portal: PortalWithApp) -> None:
    page = open_home(portal)
    assert "Everything is in order." in page.text
    assert TOLD in page.text
    assert "Put right just now" not in page.text
    assert portal.binds() == []
    assert "Repaired: everything is in order." in ask(portal, REPAIR).text


def test_gets_the_place_by_repair_once_it_has_it(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, unknown_places=[])
    page = ask(portal, REPAIR)
    assert "not in this Bitrix24" not in page.text
    portal.assert_bound()
    assert "not in this Bitrix24" not in open_home(portal).text


def test_the_doctor_misses_nothing(portal: PortalWithApp) -> None:
    told = portal.app.manage("doctor", portal.member_id)
    assert f"{ANALYTICS} is not bound" not in told.stdout


@pytest.mark.parametrize("place", OPTIONAL)
def test_any_optional_place_may_be_unknown(app: App, place: str) -> None:
    portal = new_portal(app, switches={"unknown_places": [place]})
    page = portal.open_installer()
    assert READY in page.text
    assert "not in this Bitrix24" in page.text
    assert portal.bound() == {each.code for each in app_spec().placements} - {place}


def test_a_required_place_that_is_unknown_ends_the_installation(app: App) -> None:
    portal = new_portal(app, switches={"unknown_places": [TABS[0]]})
    page = portal.open_installer()
    assert "The app cannot work in this Bitrix24 yet." in page.text
    assert "ERROR_PLACEMENT_NOT_FOUND" in page.text


def test_a_known_portal_gets_the_new_places_by_the_next_visit(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, unknown_places=[])
    for place in OWED:
        portal.unbind(place)
    row = portal.row
    row.notes = {}
    row.save(update_fields=["notes"])
    assert "Put right just now: " in open_home(portal).text
    portal.assert_bound()
