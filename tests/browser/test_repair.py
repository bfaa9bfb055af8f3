"""A broken portal in a browser: the administrator reads why, mends it, and the tab works again."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor, visit
from tests.support.people.browser_steps import create, open_form
from tests.support.people.main_page import open_home
from tests.support.portal import PortalWithApp

EVERY = ["crm", "placement", "user_brief", "pay_system", "salescenter"]
WITHDRAWN = "The app has not been given all the permissions it needs."


def withdraw(portal: PortalWithApp) -> None:
    """The app's permission for the CRM is gone, and a salesperson is the first to notice."""
    portal.standin.change_portal(portal.name, scopes=[s for s in EVERY if s != "crm"])
    assert WITHDRAWN in portal.open_tab().text


@pytest.mark.parametrize("way", ["Repair", "opening"])
def test_an_administrator_mends_the_portal(
    portal: PortalWithApp, browse: Visitor, chromium: Browser, way: str
) -> None:
    withdraw(portal)
    with visit(chromium) as salesperson:
        tab = salesperson.open_card(portal)
        expect(tab.get_by_role("alert")).to_contain_text(WITHDRAWN)
        expect(tab.get_by_role("alert")).to_contain_text("Ask your administrator:")
        salesperson.screenshot("repair-salesperson-before")
        home = open_home(browse, portal, user="admin")
        section = home.get_by_role("region", name="Connection")
        expect(section).to_contain_text(WITHDRAWN)
        expect(section).to_contain_text("Update or reinstall the app in the Market")
        expect(section).not_to_contain_text("Ask your administrator")
        assert findings(browse.page.frames[-1]) == []
        browse.screenshot("repair-broken")
        portal.standin.change_portal(portal.name, scopes=EVERY)
        if way == "Repair":
            section.get_by_role("button", name="Repair").click()
            expect(home.get_by_role("status")).to_have_text("Repaired: everything is in order.")
        else:
            open_home(browse, portal, user="admin")
            expect(section).to_contain_text("Repaired: everything is in order.")
        browse.screenshot(f"repair-done-by-{way.lower()}")
        tab = salesperson.open_card(portal)
        open_form(tab)
        create(tab)
        expect(tab.get_by_role("status")).to_contain_text("added")
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_an_unpaid_app_tells_who_has_it_open_and_is_opened_for_nobody(
    portal: PortalWithApp, browse: Visitor
) -> None:
    """The portal shows a page of its own instead of the frame, whoever comes."""
    tab = browse.open_card(portal, "empty", user="admin")
    expect(tab.get_by_role("button", name="Add payment")).to_be_visible()
    portal.standin.switch(portal.name, payment_expired=True)
    tab.get_by_role("button", name="Add payment").click()
    expect(tab.get_by_role("alert")).to_contain_text("The paid period of this app is over.")
    expect(tab.get_by_role("alert")).to_contain_text("Renew the app")
    expect(tab.get_by_role("alert")).not_to_contain_text("Ask your administrator")
    browse.screenshot("repair-unpaid")
    portal.standin.clear_calls(portal.name)
    for user in ("sales", "admin"):
        browse.open_card(portal, user=user, is_whole=False)
        expect(browse.page.get_by_text("The subscription of this app is over.")).to_be_visible()
        expect(browse.page.locator("iframe")).to_have_count(0)
    assert portal.calls() == []
    portal.standin.switch(portal.name, payment_expired=False)
    home = open_home(browse, portal, user="admin")
    section = home.get_by_role("region", name="Connection")
    expect(section).to_contain_text("Repaired: everything is in order.")
    expect(section).to_contain_text("Age of this access")
