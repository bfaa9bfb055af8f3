"""What a portal did not answer is neither good nor missing, is said to be so, and is left alone."""

from __future__ import annotations

import pytest

from tests.support.app import App
from tests.support.pages.home_visits import REPAIR, ask, open_home
from tests.support.portal import ENTRIES, OWED, TABS, PortalWithApp, new_portal

LIMIT = "OPERATION_TIME_LIMIT"
UNASKED = "could not be asked just now"
OPEN = "Bitrix24 could not be asked about everything just now"
MISSING = "missing, doubled or out of date"


class TestARefusalForAMoment:
    """placement.get or event.get has used up its time."""

    @pytest.mark.parametrize("method", ["placement.get", "event.get"])
    def test_is_said_and_nothing_is_bound_anew(self, portal: PortalWithApp, method: str) -> None:
        portal.standin.add_fault(portal.name, method, "refuse", code=LIMIT)
        page = open_home(portal)
        assert f"Tabs and menus {UNASKED}" in page.text
        assert f"{OPEN}. Nothing is known to be missing." in page.text
        assert MISSING not in page.text
        assert "Something is missing." not in page.text
        assert portal.binds() == []

    def test_and_repair_says_the_same(self, portal: PortalWithApp) -> None:
        portal.standin.add_fault(portal.name, "placement.get", "refuse", code=LIMIT, times=None)
        page = ask(portal, REPAIR)
        assert f"Payments tab in deals {UNASKED}" in page.text
        assert "Messages from Bitrix24 works" in page.text
        assert "left to you" not in page.text
        assert portal.binds() == []
        assert portal.row.state == "active"

    def test_what_was_answered_is_mended_all_the_same(self, portal: PortalWithApp) -> None:
        portal.result("event.unbind", "admin", event="ONAPPUPDATE")
        portal.standin.add_fault(portal.name, "placement.get", "refuse", code=LIMIT, times=None)
        page = open_home(portal)
        assert "Put right just now: Messages from Bitrix24" in page.text
        assert set(portal.binds()) == {"event.unbind", "event.bind"}


@pytest.mark.parametrize("result", [None, "yes", {"a": 1}, True])
def test_an_answer_of_another_form_is_none(portal: PortalWithApp, result: object) -> None:
    portal.standin.add_fault(portal.name, "placement.get", "answer", result=result)
    assert f"Tabs and menus {UNASKED}" in open_home(portal).text
    assert portal.binds() == []


class TestTheInstaller:
    """It does not finish on a guess."""

    def test_without_the_list_of_places_binds_none_and_waits(self, app: App) -> None:
        portal = new_portal(app)
        app.standin.add_fault(portal.name, "placement.get", "refuse", code=LIMIT)
        page = portal.open_installer()
        assert f"{OPEN}, so the installation is not finished yet." in page.text
        assert page.soup.find(id="finish") is None
        assert portal.bindings() == []
        assert portal.row.state == "installing"

    def test_without_the_reading_back_knows_nothing_yet(self, app: App) -> None:
        portal = new_portal(app)
        app.standin.add_fault(portal.name, "placement.bind", "answer", result=True, times=None)
        app.standin.add_fault(portal.name, "placement.get", "answer", result=[])
        app.standin.add_fault(portal.name, "placement.get", "refuse", code=LIMIT)
        page = portal.open_installer()
        assert OPEN in page.text
        assert f"Payments tab in deals {UNASKED}" in page.text

    def test_without_a_word_on_payments_waits_too(self, app: App) -> None:
        portal = new_portal(app)
        app.standin.add_fault(portal.name, "method.get", "refuse", code=LIMIT)
        page = portal.open_installer()
        assert f"Payments from apps {UNASKED}" in page.text
        portal.assert_bound()


class TestMapsOfNumbers:
    """PHP's `{"0": …, "2": …}` where a list is meant."""

    @pytest.fixture
    def portal_switches(self) -> dict[str, object]:
        return {"list_style": "map"}

    def test_install(self, app: App, portal_switches: dict[str, object]) -> None:
        portal = new_portal(app, switches=portal_switches)
        assert "Everything is ready" in portal.open_installer().text
        bound = portal.binds()
        assert "Everything is ready" in portal.open_installer().text
        assert portal.binds() == bound
        portal.assert_bound()

    def test_are_in_order(self, portal: PortalWithApp) -> None:
        assert "Everything is in order." in open_home(portal).text
        assert "Repaired: everything is in order." in ask(portal, REPAIR).text
        assert portal.binds() == []

    def test_show_what_is_missing(self, portal: PortalWithApp) -> None:
        portal.unbind(TABS[1])
        assert "Put right just now: Payments tab in invoices" in open_home(portal).text
        assert "placement.bind" in portal.binds()
        assert len(portal.standin.portal(portal.name)["bindings"]) == len([*TABS, *ENTRIES, *OWED])
