"""The connection on the main page: what an administrator reads about it, and Repair."""

from __future__ import annotations

from payments.gateway.pay_systems import known_pay_systems
from tests.support.pages.home_visits import (
    REPAIR,
    TOOLBAR,
    ask,
    note,
    open_home,
    rows,
    spend_this_hours_visit,
)
from tests.support.portal import PortalWithApp


def test_a_healthy_connection_is_called_so(portal: PortalWithApp) -> None:
    page = open_home(portal)
    assert "Everything is in order." in page.text
    assert "Administrator , last confirmed:" in page.text
    assert "none in the last days" in page.text


def test_a_missing_permission_is_shown_with_the_remedy(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, scopes=["crm", "placement", "user_brief"])
    page = open_home(portal)
    assert "Something is missing." in page.text
    assert "Permission: payment links missing" in page.text
    assert "confirm its permissions" in page.text


def test_a_permission_given_later_is_taken_notice_of(portal: PortalWithApp) -> None:
    every = portal.row.scopes
    portal.standin.change_portal(portal.name, scopes=["crm", "placement"])
    assert "left to you" in ask(portal, REPAIR).text
    assert portal.row.scopes == ["crm", "placement"]
    portal.standin.change_portal(portal.name, scopes=every)
    assert "Everything is in order." in open_home(portal).text
    assert portal.row.scopes == every


def test_without_the_permission_to_show_tabs_the_page_still_tells(
    portal: PortalWithApp,
) -> None:
    portal.standin.change_portal(portal.name, scopes=["crm"])
    page = open_home(portal)
    assert "Permission: tabs in cards needed, but missing" in page.text
    assert "Tabs and menus not as they should be" in page.text
    assert "Permission: tabs in cards needed, but missing" in ask(portal, REPAIR).text


def test_repair_binds_again_what_is_gone(portal: PortalWithApp) -> None:
    before = portal.bound()
    spend_this_hours_visit(portal)
    portal.unbind(TOOLBAR)
    assert "Tabs and menus not as they should be" in open_home(portal).text
    page = ask(portal, REPAIR)
    assert page.status == 200
    assert "Repaired: everything is in order." in page.text
    assert portal.bound() == before
    assert "Everything is in order." in open_home(portal).text


def test_a_repair_that_fails_names_the_place(portal: PortalWithApp) -> None:
    spend_this_hours_visit(portal)
    portal.unbind(TOOLBAR)
    portal.standin.add_fault(
        portal.name, "placement.bind", "refuse", code="ERROR_WRONG_HANDLER_URL"
    )
    page = ask(portal, REPAIR)
    assert "left to you" in page.text
    assert "ERROR_WRONG_HANDLER_URL" in page.text
    assert "everything is in order" in ask(portal, REPAIR).text


def test_the_last_error_is_told_in_words(portal: PortalWithApp) -> None:
    tab = portal.open_tab(user="sales")
    portal.standin.add_fault(portal.name, "batch", "refuse", code="OVERLOAD_LIMIT", status=403)
    portal.app.press_add(tab)
    page = open_home(portal)
    assert "Bitrix24 has blocked apps in your Bitrix24 for now." in page.text
    assert "batch · HTTP 403 · OVERLOAD_LIMIT" in page.text


def test_an_answer_that_never_came_is_told_in_words(portal: PortalWithApp) -> None:
    tab = portal.open_tab(user="sales")
    portal.standin.add_fault(portal.name, "batch", "drop_after")
    portal.app.press_add(tab)
    assert "batch · no_answer" in open_home(portal).text


def test_a_token_that_was_renewed_is_no_error(portal: PortalWithApp) -> None:
    tab = portal.open_tab(user="sales")
    portal.standin.expire(portal.name)
    assert "added" in portal.app.press_add(tab).status_text
    assert "none in the last days" in open_home(portal).text


def test_a_portal_that_does_not_say_its_permissions_leaves_the_journal(
    portal: PortalWithApp,
) -> None:
    note(portal)
    portal.standin.add_fault(portal.name, "scope", "refuse", code="INTERNAL_SERVER_ERROR")
    page = open_home(portal)
    assert len(rows(page, ".journal")) == 1
    assert "reported a fault of its own" in page.text
    assert page.soup.find(id="repair")


def test_pay_systems_are_known_once_an_administrator_has_looked(portal: PortalWithApp) -> None:
    open_home(portal, user="sales")
    assert known_pay_systems(portal.row) == ()
    open_home(portal)
    names = [system.name for system in known_pay_systems(portal.row)]
    assert "Cash" in names
    assert "Cheque" not in names
    assert "Invoice to a company" not in names


def test_without_the_permission_for_pay_systems_the_page_is_there(
    portal: PortalWithApp,
) -> None:
    portal.standin.change_portal(portal.name, scopes=["crm", "placement"])
    open_home(portal)
    assert known_pay_systems(portal.row) == ()


def test_the_page_opens_with_one_round_trip(portal: PortalWithApp) -> None:
    open_home(portal)
    assert len(portal.calls()) == 1
