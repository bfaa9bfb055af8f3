"""A deal that was changed after it was billed, as its salesperson sees it on a portal of today."""

from __future__ import annotations

import re

from playwright.sync_api import FrameLocator, expect

from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.people.billing import Billing, bill
from tests.support.people.browser_steps import create, open_form
from tests.support.portal import PortalWithApp

CHANGED = "The products were changed after billing."


def card(browse: Visitor, deal: Billing) -> FrameLocator:
    return browse.open_card(deal.portal, deal.case.item_id)


def assert_clean(browse: Visitor) -> None:
    assert findings(browse.page.frames[-1]) == []


def test_only_what_is_surely_open_is_offered(portal: PortalWithApp, browse: Visitor) -> None:
    deal = bill(portal, "Desk 77 100x3")
    deal.create()
    deal.case.save("r1=120x5")
    tab = card(browse, deal)
    open_form(tab)
    expect(tab.get_by_text("no longer match")).to_be_visible()
    expect(tab.get_by_role("textbox", name="Desk")).to_have_attribute("data-most", "2")
    expect(tab.locator("#total")).to_have_text("€240.00")
    assert_clean(browse)
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €240.00 added")
    assert deal.sums == [300, 240]


def test_what_is_in_the_payments_opens(portal: PortalWithApp, browse: Visitor) -> None:
    deal = bill(portal, "Desk 77 100x3, Lamp 78 40x2")
    deal.create("r1×3")
    deal.case.save("r1=100x1, r2")
    [payment] = deal.case.listed()
    tab = card(browse, deal)
    expect(tab.get_by_text(CHANGED)).to_have_count(1)
    contents = tab.get_by_role("term").filter(has_text=payment["accountNumber"])
    expect(contents).to_be_hidden()
    tab.get_by_text("What is in the payments").click()
    expect(contents).to_be_visible()
    expect(tab.get_by_role("definition").filter(has_text="Desk × 3")).to_be_visible()
    assert_clean(browse)
    tab.get_by_text("What is in the payments").press("Enter")
    expect(contents).to_be_hidden()


def test_where_more_is_billed_than_is_there_nothing_is_offered(
    portal: PortalWithApp, browse: Visitor
) -> None:
    deal = bill(portal, "Desk 77 100x3")
    deal.create()
    deal.case.save("r1=100x1")
    tab = card(browse, deal)
    expect(tab.get_by_text("€200.00 more is billed than the products cost now.")).to_be_visible()
    expect(tab.get_by_text(CHANGED)).to_be_visible()
    expect(tab.get_by_role("button", name="Create payment")).to_have_count(0)
    assert_clean(browse)
    assert deal.sums == [300]


def test_a_price_that_rises_under_the_click_is_told_with_both_figures(
    portal: PortalWithApp, browse: Visitor
) -> None:
    deal = bill(portal, "Desk 77 100x2")
    tab = card(browse, deal)
    open_form(tab)
    deal.case.save("r1=130x2")
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("billed €260.00 instead of €200.00")
    expect(tab.get_by_role("row", name="€260.00")).to_be_visible()
    expect(tab.get_by_role("button", name="Add the rest")).to_have_count(0)
    assert_clean(browse)
    assert deal.sums == [260]


def test_what_cannot_be_billed_has_its_reason(portal: PortalWithApp, browse: Visitor) -> None:
    deal = bill(portal, "Rebate 72 -20x1, Offcut 73 40x0.5")
    tab = card(browse, deal)
    button = tab.get_by_role("button", name="Add payment")
    expect(button).to_have_accessible_description(re.compile("cannot bill negative prices"))
    reasons = tab.locator("#add-note").get_by_role("listitem")
    expect(reasons).to_contain_text(["cannot bill negative prices", "fractions cannot be billed"])
    assert_clean(browse)
    assert deal.sums == []
