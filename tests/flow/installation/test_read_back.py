"""A place or an event works when the portal shows it, whatever the answer to the bind was."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.app import App
from tests.support.pages.home_visits import REPAIR, ask, open_home, spend_this_hours_visit
from tests.support.portal import ENTRIES, EVENTS, OWED, TABS, PortalWithApp, new_portal

READY, LIMITED = "Everything is ready", "not all of it works"
IMPOSSIBLE = "cannot work in this Bitrix24 yet"
IN_ORDER = "Everything is in order."


def test_error_core_for_every_place_is_no_place(app: App) -> None:
    portal = new_portal(app)
    app.standin.add_fault(portal.name, "placement.bind", "refuse", code="ERROR_CORE", times=None)
    page = portal.open_installer()
    assert IMPOSSIBLE in page.text
    assert READY not in page.text
    assert "Payments tab in deals needed, but missing" in page.text
    assert "Payments tab in invoices missing" in page.text
    assert "ERROR_CORE" in page.text
    assert portal.bindings() == []
    assert page.soup.find(id="finish") is None


def test_error_core_for_events_is_no_hearer(app: App) -> None:
    portal = new_portal(app)
    app.standin.add_fault(portal.name, "event.bind", "refuse", code="ERROR_CORE", times=None)
    page = portal.open_installer()
    assert LIMITED in page.text
    assert "Messages from Bitrix24 missing" in page.text
    assert portal.event_handlers() == []


@pytest.mark.parametrize("method", ["placement.bind", "event.bind"])
def test_a_bind_that_says_yes_and_binds_nothing_is_seen(app: App, method: str) -> None:
    portal = new_portal(app)
    app.standin.add_fault(portal.name, method, "answer", result=True, times=None)
    page = portal.open_installer()
    assert READY not in page.text
    assert (IMPOSSIBLE if method == "placement.bind" else LIMITED) in page.text


def test_somebody_elses_bind_in_between_is_no_problem(app: App) -> None:
    portal = new_portal(app)
    portal.open_installer()
    for method in ("placement.get", "event.get"):
        app.standin.add_fault(portal.name, method, "answer", result=[], times=1)
    page = portal.open_installer()
    assert READY in page.text
    assert len(portal.binds()) == 2 * len([*TABS, *ENTRIES, *OWED, *EVENTS])
    portal.assert_bound()


def test_reading_back_costs_no_round_trip_of_its_own(app: App) -> None:
    portal = new_portal(app)
    portal.open_installer()
    calls = [call for call in app.standin.calls(portal.name) if call["server"] == "portal"]
    assert [call["commands"].count("placement.get") for call in calls] == [1, 1]
    assert calls[1]["commands"][-2:] == ["placement.get", "event.get"]


@pytest.mark.parametrize("forbidden", [["placement.bind"], ["placement.*"]])
def test_where_no_bind_goes_into_a_batch_it_is_read_back_after_them(
    app: App, forbidden: list[str]
) -> None:
    portal = new_portal(app, switches={"batch_forbids": forbidden})
    assert READY in portal.open_installer().text
    portal.assert_bound()


class TestAPortalWithFewerLanguages:
    """It shows titles in the languages that it has, and is asked for no others."""

    @pytest.fixture
    def few(self, app: App) -> PortalWithApp:
        return new_portal(app, switches={"kept_languages": ["en", "de", "ru"]})

    def test_is_ready_at_once(self, few: PortalWithApp) -> None:
        assert READY in few.open_installer().text
        before = few.binds()
        assert READY in few.open_installer().text
        assert few.binds() == before

    def test_is_in_order_for_its_administrator(self, portal: PortalWithApp) -> None:
        portal.standin.switch(portal.name, kept_languages=["en", "de", "ru"])
        for place in [*TABS, *ENTRIES, *OWED]:
            portal.unbind(place)
        assert "Repaired: everything is in order." in open_home(portal).text
        portal.standin.clear_calls(portal.name)
        assert IN_ORDER in open_home(portal).text
        assert "Repaired: everything is in order." in ask(portal, REPAIR).text
        assert portal.binds() == []

    def test_bound_before_the_app_knew_is_bound_anew_once(self, portal: PortalWithApp) -> None:
        titles = {"langAll": {"en": {"TITLE": "Payments"}}}
        deal = {"placement": TABS[0], "handler": f"{portal.app.origin}/placements/deal/", **titles}
        portal.standin.switch(portal.name, kept_languages=["en"])
        spend_this_hours_visit(portal)
        portal.standin.add_fault(portal.name, "placement.get", "answer", result=[deal], times=2)
        assert "Repaired: everything is in order." in ask(portal, REPAIR).text
        before = portal.binds()
        assert "Repaired: everything is in order." in ask(portal, REPAIR).text
        assert portal.binds() == before


class TestWhatIsLeftToTheAdministrator:
    """Is marked; where nothing is marked, nothing is left."""

    def test_an_old_tab_that_cannot_be_taken_away(self, portal: PortalWithApp) -> None:
        place: dict[str, Any] = {
            "PLACEMENT": "CRM_LEAD_DETAIL_TAB",
            "HANDLER": f"{portal.app.origin}/old/",
        }
        portal.result("placement.bind", "admin", **place)
        spend_this_hours_visit(portal)
        portal.standin.add_fault(
            portal.name, "placement.unbind", "refuse", code="ERROR_CORE", times=None
        )
        page = ask(portal, REPAIR)
        assert "What is marked below is left to you." in page.text
        assert "Other tabs and menus not as they should be" in page.text
        marked = [each.get_text() for each in page.soup.select(".checks .missing, .checks .needed")]
        assert len(marked) == 1
        assert "could not be taken away" in page.text

    def test_a_tab_whose_bind_is_refused_with_error_core(self, portal: PortalWithApp) -> None:
        portal.unbind(TABS[1])
        spend_this_hours_visit(portal)
        portal.standin.add_fault(portal.name, "placement.bind", "refuse", code="ERROR_CORE")
        page = ask(portal, REPAIR)
        assert "What is marked below is left to you." in page.text
        assert "Payments tab in invoices missing" in page.text


def test_without_the_permission_for_the_crm_payments_do_not_work(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, scopes=["placement"])
    page = open_home(portal)
    assert "Payments from apps works" not in page.text
    assert "Payments from apps not known yet" in page.text
    assert "This can be checked once the app may use the CRM." in page.text


def test_nor_at_the_installation(app: App) -> None:
    page = new_portal(app, scopes=["placement"]).open_installer()
    assert IMPOSSIBLE in page.text
    assert "Payments from apps not known yet" in page.text
