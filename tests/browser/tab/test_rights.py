"""Who may mark, delete and change payments, today and on older portals, and what is asked."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.browser.fit import await_fitted
from tests.support.people.browser_steps import confirm, create, open_form
from tests.support.portal import PortalWithApp

ADMINISTRATORS = "In this Bitrix24 only administrators can change or delete payments."
FOR_ADMINISTRATORS = ("Mark as paid", "Mark as unpaid", "Delete", "Change")
RECEIPT = "Bitrix24 may print a receipt, write to the client, reserve goods and start automations."
BACK = "Bitrix24 may release goods and start automations. A receipt that was printed is not"


def buttons(tab: FrameLocator, action: str) -> Locator:
    return tab.get_by_role("table").get_by_role("button", name=action)


def question(tab: FrameLocator, text: str) -> Locator:
    return tab.get_by_role("group", name=text)


def paid(portal: PortalWithApp) -> list[bool]:
    return [payment["paid"] for payment in portal.payments_of(portal.deal("fresh"))]


def test_a_salesperson_of_today_adds_and_copies_links_and_reads_who_does_the_rest(
    portal: PortalWithApp, browse: Visitor
) -> None:
    portal.app.open_frame(portal.name, user="admin", placement="DEFAULT")
    tab = browse.open_card(portal)
    open_form(tab)
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €1,200.00 added")
    expect(tab.get_by_text(ADMINISTRATORS)).to_have_count(1)
    expect(buttons(tab, "Copy link")).to_have_count(1)
    for action in FOR_ADMINISTRATORS:
        expect(buttons(tab, action)).to_have_count(0)
    assert findings(browse.page.frames[-1]) == []
    tab = browse.open_card(portal)
    expect(tab.get_by_text(ADMINISTRATORS)).to_be_visible()
    for action in FOR_ADMINISTRATORS:
        expect(buttons(tab, action)).to_have_count(0)
    expect(tab.get_by_role("alert")).to_be_empty()


def test_an_administrator_is_asked_once_on_a_page(portal: PortalWithApp, browse: Visitor) -> None:
    portal.standin.add_payments(portal.name, "fresh", count=2)
    tab = browse.open_card(portal, user="admin")
    first = buttons(tab, "Mark as paid").first
    expect(first).to_be_visible()
    portal.standin.clear_calls(portal.name)
    first.click()
    expect(question(tab, RECEIPT).get_by_role("button", name="Cancel")).to_be_focused()
    await_fitted(tab)
    assert findings(browse.page.frames[-1]) == []
    browse.page.keyboard.press("Enter")
    expect(question(tab, RECEIPT)).to_have_count(0)
    expect(first).to_be_focused()
    browse.page.keyboard.press("Enter")
    browse.page.keyboard.press("Escape")
    expect(question(tab, RECEIPT)).to_have_count(0)
    assert portal.calls() == []
    assert paid(portal) == [False, False]
    first.click()
    confirm(tab, "Mark as paid")
    expect(tab.get_by_role("status")).to_contain_text("is marked as paid")
    assert paid(portal) == [False, True]
    buttons(tab, "Mark as paid").click()
    expect(buttons(tab, "Mark as unpaid")).to_have_count(2)
    expect(question(tab, RECEIPT)).to_have_count(0)
    assert paid(portal) == [True, True]


def test_marking_as_unpaid_is_asked_about_for_itself(
    portal: PortalWithApp, browse: Visitor
) -> None:
    portal.standin.add_payments(portal.name, "fresh", count=2, paid=True)
    portal.standin.add_payments(portal.name, "fresh")
    tab = browse.open_card(portal, user="admin")
    buttons(tab, "Mark as paid").click()
    confirm(tab, "Mark as paid")
    expect(buttons(tab, "Mark as unpaid")).to_have_count(3)
    buttons(tab, "Mark as unpaid").first.click()
    question(tab, BACK).get_by_role("button", name="Cancel").click()
    assert paid(portal) == [True, True, True]
    buttons(tab, "Mark as unpaid").first.click()
    confirm(tab, "Mark as unpaid")
    expect(tab.get_by_role("status")).to_contain_text("is marked as unpaid")
    assert paid(portal) == [True, True, False]
    buttons(tab, "Mark as unpaid").first.click()
    expect(buttons(tab, "Mark as paid")).to_have_count(2)
    expect(question(tab, BACK)).to_have_count(0)
    assert paid(portal) == [True, False, False]


@pytest.mark.parametrize("portal_switches", [{"orders_for_sales": "edit"}])
def test_a_salesperson_of_an_older_portal_does_all_of_it(
    portal: PortalWithApp, browse: Visitor
) -> None:
    portal.standin.add_payments(portal.name, "fresh")
    tab = browse.open_card(portal)
    for action in ("Mark as paid", "Mark as unpaid"):
        buttons(tab, action).click()
        confirm(tab, action)
        said = action.replace("Mark", "is marked")
        expect(tab.get_by_role("status")).to_contain_text(said)
    buttons(tab, "Delete payment").click()
    tab.get_by_role("button", name="Delete it").click()
    expect(tab.get_by_text("This deal has no payments yet.")).to_be_visible()


@pytest.mark.parametrize("portal_switches", [{"orders_for_sales": "read"}])
def test_who_may_read_orders_and_not_edit_them_is_told_once(
    portal: PortalWithApp, browse: Visitor
) -> None:
    portal.standin.add_payments(portal.name, "fresh")
    [payment] = portal.payments_of(portal.deal("fresh"))
    tab = browse.open_card(portal)
    buttons(tab, "Mark as paid").click()
    confirm(tab, "Mark as paid")
    expect(tab.get_by_role("alert")).to_contain_text("only administrators can do this")
    expect(tab.get_by_text(ADMINISTRATORS)).to_be_visible()
    for action in FOR_ADMINISTRATORS:
        expect(buttons(tab, action)).to_have_count(0)
    expect(buttons(tab, "Copy link")).to_be_visible()
    expect(tab.get_by_role("rowheader", name=payment["account_number"])).to_be_focused()
    browse.screenshot("no-orders")
