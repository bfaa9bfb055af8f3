"""A salesperson's tab on a portal of today: products that it cannot keep apart, tax, edited deals.

Amounts are asserted as the portal has them.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Locator, expect

from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.people.billing import Billing, bill
from tests.support.people.browser_steps import create, open_form
from tests.support.portal import PortalWithApp

FREE = "Beam 0 100x3, Hinge 0 2.5x4"
TOGETHER = "Save the deal’s products and bill them together"


def card(browse: Visitor, deal: Billing) -> FrameLocator:
    return browse.open_card(deal.portal, deal.case.item_id)


def quantity(tab: FrameLocator, product: str) -> Locator:
    return tab.get_by_role("textbox", name=product)


def told_of(field: Locator) -> str:
    """What a screen reader says of a field after its name."""
    text: str = field.evaluate(
        "f => f.getAttribute('aria-describedby').split(' ')"
        ".map((id) => document.getElementById(id).innerText).join(' ')"
    )
    return text


def assert_clean(browse: Visitor) -> None:
    assert findings(browse.page.frames[-1]) == []


def test_of_two_free_form_products_one_is_billed_and_the_other_explained(
    portal: PortalWithApp, browse: Visitor
) -> None:
    deal = bill(portal, FREE)
    tab = card(browse, deal)
    open_form(tab)
    beam, hinge = quantity(tab, "Beam"), quantity(tab, "Hinge")
    expect(beam).to_have_value("3")
    expect(hinge).to_have_value("0")
    expect(tab.locator("#total")).to_have_text("€300.00")
    assert "Either this or Hinge" in told_of(beam)
    assert_clean(browse)
    hinge.fill("4")
    expect(beam).to_have_value("0")
    expect(tab.locator("#total")).to_have_text("€10.00")
    beam.fill("2")
    expect(hinge).to_have_value("0")
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €200.00 added")
    assert deal.sums == [200]
    open_form(tab)
    expect(hinge).to_be_disabled()
    assert "one of them is billed already" in told_of(hinge)
    expect(beam).to_have_value("1")
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €100.00 added")
    expect(tab.get_by_text("None of the products can be billed here")).to_be_visible()
    assert "one of them is billed already" in told_of(tab.get_by_role("button", name="Add payment"))
    assert deal.sums == [200, 100]
    assert_clean(browse)


@pytest.mark.parametrize(("rows", "total"), [(FREE, 310), ("Small 77 50x1, Large 77 60x1", 110)])
def test_twins_are_billed_together_once_that_is_asked_for(
    portal: PortalWithApp, browse: Visitor, rows: str, total: int
) -> None:
    deal = bill(portal, rows)
    tab = card(browse, deal)
    open_form(tab)
    box = tab.get_by_role("checkbox", name=TOGETHER)
    expect(box).not_to_be_checked()
    assert "Saving changes nothing in them" in told_of(box)
    box.check()
    for field in tab.get_by_role("textbox").all():
        expect(field).to_have_value(str(field.get_attribute("data-most")))
    expect(tab.locator("#total")).to_have_text(f"€{total}.00")
    assert_clean(browse)
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text(f"for €{total}.00 added")
    expect(tab.get_by_text("All products of this deal are already in payments.")).to_be_visible()
    assert deal.sums == [total]


def test_without_the_check_mark_one_of_the_twins_stays(
    portal: PortalWithApp, browse: Visitor
) -> None:
    deal = bill(portal, FREE)
    tab = card(browse, deal)
    open_form(tab)
    tab.get_by_role("checkbox", name=TOGETHER).check()
    tab.get_by_role("checkbox", name=TOGETHER).uncheck()
    expect(quantity(tab, "Beam")).to_have_value("3")
    expect(quantity(tab, "Hinge")).to_have_value("0")
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €300.00 added")
    assert deal.sums == [300]


def test_the_check_mark_outlives_a_refusal(portal: PortalWithApp, browse: Visitor) -> None:
    deal = bill(portal, FREE)
    tab = card(browse, deal)
    open_form(tab)
    tab.get_by_role("checkbox", name=TOGETHER).check()
    portal.standin.add_fault(
        portal.name, "crm.item.payment.add", "refuse", code="0", text="Not now", status=400
    )
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("Not now")
    expect(tab.get_by_role("checkbox", name=TOGETHER)).to_be_checked()
    expect(quantity(tab, "Hinge")).to_have_value("4")
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €310.00 added")
    assert deal.sums == [310]


def test_twins_whose_rows_do_not_come_apart_are_told_and_not_billed(
    portal: PortalWithApp, browse: Visitor
) -> None:
    portal.standin.switch(portal.name, mode="orders", orders_for_sales="edit")
    deal = bill(portal, FREE)
    tab = card(browse, deal)
    open_form(tab)
    tab.get_by_role("checkbox", name=TOGETHER).check()
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("no product got in")
    rest = tab.get_by_role("region", name="Not in payment")
    expect(rest.get_by_role("listitem")).to_have_count(2)
    expect(rest.get_by_role("button", name="Add the rest")).to_have_count(0)
    assert_clean(browse)
    assert deal.sums == [0]


def test_tax_on_top_is_left_out_and_said_so(portal: PortalWithApp, browse: Visitor) -> None:
    deal = bill(portal, "Oak 71 120x2 20% N net 100")
    tab = card(browse, deal)
    open_form(tab)
    assert "€100.00 without tax" in told_of(quantity(tab, "Oak"))
    expect(tab.locator("#total")).to_have_text("€200.00")
    assert_clean(browse)
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €200.00 added")
    expect(tab.get_by_text("What is left is the tax on top")).to_be_visible()
    assert deal.sums == [200]


def test_both_kinds_of_tax_add_up_to_what_the_portal_bills(
    portal: PortalWithApp, browse: Visitor
) -> None:
    deal = bill(portal, "Oak 71 120x2 20% N net 100, Elm 72 120x1 20% Y net 100")
    tab = card(browse, deal)
    open_form(tab)
    assert "without tax" in told_of(quantity(tab, "Oak"))
    assert "without tax" not in told_of(quantity(tab, "Elm"))
    expect(tab.locator("#total")).to_have_text("€320.00")
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €320.00 added")
    assert deal.sums == [320]
