"""A payment put together in the tab: rows, quantities, the sum, and what did not get in."""

from __future__ import annotations

import pytest
from playwright.sync_api import Frame, FrameLocator, Locator, expect

from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.people.browser_steps import confirm, create, open_form
from tests.support.portal import PortalWithApp

COFFEE, FILTERS = 301, 302
ADD = "crm.item.payment.add"


def quantity(tab: FrameLocator, product: str) -> Locator:
    return tab.get_by_role("textbox", name=product)


def frame_of(browse: Visitor) -> Frame:
    return browse.page.frames[-1]


def know_pay_systems(portal: PortalWithApp) -> None:
    """An administrator opens the app, which learns the payment systems on the way."""
    page = portal.app.open_frame(portal.name, user="admin", placement="DEFAULT")
    assert page.status == 200


def steal(portal: PortalWithApp, row: int, amount: int) -> None:
    """A colleague bills some of a row in the portal itself."""
    rows = [{"row": row, "quantity": amount}]
    portal.standin.add_payments(portal.name, "fresh", user="admin", rows=rows)


def sums_of(portal: PortalWithApp) -> list[float]:
    return [payment["sum"] for payment in portal.payments_of(portal.deal("fresh"))]


def test_rows_with_quantities_make_the_right_sum(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal)
    expect(tab.get_by_role("button", name="Add payment")).to_be_visible()
    portal.standin.clear_calls(portal.name)
    open_form(tab)
    expect(quantity(tab, "Coffee")).to_be_focused()
    expect(quantity(tab, "Coffee")).to_have_value("2")
    expect(tab.get_by_text("€1,200.00").last).to_be_visible()
    assert portal.calls() == []
    quantity(tab, "Coffee").fill("1")
    expect(tab.locator("#total")).to_have_text("€800.00")
    browse.screenshot("compose")
    assert findings(frame_of(browse)) == []
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €800.00 added")
    expect(tab.get_by_role("button", name="Create payment")).to_be_hidden()
    expect(tab.get_by_role("button", name="Add payment")).to_be_focused()
    assert sums_of(portal) == [800]
    assert len(portal.calls()) == 1


def test_the_payment_system_is_chosen_where_it_is_known(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = browse.open_card(portal)
    open_form(tab)
    expect(tab.get_by_role("combobox")).to_have_count(0)
    know_pay_systems(portal)
    tab = browse.open_card(portal)
    open_form(tab)
    systems = tab.get_by_role("combobox", name="Payment system")
    expect(systems.get_by_role("option")).to_contain_text(["As Bitrix24 chooses", "Bank transfer"])
    systems.select_option("Bank transfer")
    create(tab)
    expect(tab.get_by_role("row", name="Bank transfer")).to_be_visible()


def test_cancel_forgets_and_closes(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal)
    open_form(tab)
    quantity(tab, "Coffee").fill("0")
    tab.get_by_role("button", name="Cancel").click()
    expect(quantity(tab, "Coffee")).to_be_hidden()
    expect(tab.get_by_role("button", name="Add payment")).to_be_focused()
    open_form(tab)
    expect(quantity(tab, "Coffee")).to_have_value("2")
    expect(tab.locator("#total")).to_have_text("€1,200.00")
    assert sums_of(portal) == []


def test_nothing_typed_is_lost_on_a_refusal(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal)
    open_form(tab)
    for product in ("Coffee", "Filters"):
        quantity(tab, product).fill("0")
    browse.allow("400")
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("No product is chosen")
    expect(quantity(tab, "Filters")).to_have_value("0")
    quantity(tab, "Filters").fill("3")
    portal.standin.add_fault(portal.name, ADD, "refuse", code="0", text="Not now", status=400)
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("Not now")
    expect(quantity(tab, "Coffee")).to_have_value("0")
    expect(quantity(tab, "Filters")).to_have_value("3")
    browse.screenshot("compose-refused")


def test_what_is_typed_outlives_a_new_list(portal: PortalWithApp, browse: Visitor) -> None:
    portal.standin.add_payments(portal.name, "fresh", user="sales")
    tab = browse.open_card(portal, user="admin")
    open_form(tab)
    quantity(tab, "Filters").fill("1")
    steal(portal, COFFEE, 1)
    tab.get_by_role("button", name="Mark as paid").click()
    confirm(tab, "Mark as paid")
    expect(tab.get_by_role("row")).to_have_count(3)
    expect(quantity(tab, "Filters")).to_have_value("1")
    expect(quantity(tab, "Coffee")).to_have_value("1")
    expect(tab.locator("#total")).to_have_text("€500.00")


def test_a_lost_answer_leaves_the_form_until_it_is_known(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = browse.open_card(portal)
    open_form(tab)
    quantity(tab, "Coffee").fill("1")
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("do not know yet")
    button = tab.get_by_role("button", name="Create payment")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(tab.get_by_role("alert")).to_contain_text("was not added", timeout=30_000)
    expect(quantity(tab, "Coffee")).to_have_value("1")
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €800.00 added")
    assert sums_of(portal) == [800]


def test_a_payment_found_again_gets_its_rows(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal)
    open_form(tab)
    portal.standin.add_fault(portal.name, ADD, "drop_after")
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("do not know yet")
    expect(tab.get_by_role("alert")).to_contain_text("no product got in", timeout=20_000)
    tab.get_by_role("button", name="Add the rest").click()
    expect(tab.get_by_role("status")).to_contain_text("€1,200.00")
    expect(tab.get_by_role("button", name="Add the rest")).to_be_hidden()
    assert sums_of(portal) == [1200]


def test_a_stolen_row_is_explained_and_the_rest_is_added(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = browse.open_card(portal)
    open_form(tab)
    expect(quantity(tab, "Coffee")).to_be_focused()
    steal(portal, COFFEE, 1)
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("1 product did not get in")
    rest = tab.get_by_role("region", name="Not in payment")
    expect(rest).to_contain_text("Coffee: only 1 of 2 left to bill")
    browse.screenshot("compose-partial")
    assert findings(frame_of(browse)) == []
    rest.get_by_role("button", name="Add the rest").click()
    expect(tab.get_by_role("row", name="€800.00")).to_be_visible()
    assert sums_of(portal) == [400, 800]


def test_an_empty_payment_can_be_removed(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal, user="admin")
    open_form(tab)
    expect(quantity(tab, "Coffee")).to_be_focused()
    steal(portal, COFFEE, 2)
    steal(portal, FILTERS, 4)
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("no product got in")
    expect(tab.get_by_role("button", name="Add the rest")).to_have_count(0)
    tab.get_by_role("button", name="Remove it").click()
    expect(tab.get_by_role("status")).to_contain_text("deleted")
    expect(tab.get_by_role("button", name="Remove it")).to_be_hidden()
    assert sums_of(portal) == [800, 400]


@pytest.mark.parametrize(
    ("deal", "reason"),
    [
        ("allocated", "All products of this deal are already in payments."),
        ("empty", "This deal has no products."),
        ("two_orders", "this deal may have several orders"),
    ],
)
def test_without_rows_one_click_adds_an_empty_payment(
    portal: PortalWithApp, browse: Visitor, deal: str, reason: str
) -> None:
    before = len(portal.payments_of(portal.deal(deal)))
    tab = browse.open_card(portal, deal)
    expect(tab.get_by_text(reason)).to_be_visible()
    browse.screenshot(f"compose-{deal}")
    tab.get_by_role("button", name="Add payment").click()
    expect(tab.get_by_role("status")).to_contain_text("no products in it yet")
    assert len(portal.payments_of(portal.deal(deal))) == before + 1


def test_fractions_say_that_they_cannot_be_billed(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal, "fractional")
    open_form(tab)
    expect(quantity(tab, "Cable")).to_have_value("2")
    expect(tab.get_by_text("Only whole numbers can be billed here")).to_be_visible()
    expect(quantity(tab, "Offcut")).to_be_disabled()
    expect(tab.get_by_text("Less than one is left")).to_be_visible()
    browse.screenshot("compose-fractional")
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €160.00 added")


@pytest.mark.parametrize("width", [1280, 600, 320])
def test_the_form_fits(portal: PortalWithApp, browse: Visitor, width: int) -> None:
    know_pay_systems(portal)
    browse.page.set_viewport_size({"width": width, "height": 900})
    tab = browse.open_card(portal, "fractional", lang="de")
    tab.get_by_role("button", name="Zahlung hinzufügen").click()
    expect(tab.locator("#total")).to_have_text("160,00\xa0€")
    frame = frame_of(browse)
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    frame.wait_for_function("() => document.documentElement.scrollHeight <= innerHeight")
    browse.screenshot(f"compose-de-{width}")


def test_the_form_is_made_by_the_keyboard_alone(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal)
    tab.get_by_role("button", name="Add payment").focus()
    for key in ("Enter", "1", "Tab", "0", "Enter"):
        browse.page.keyboard.press(key)
    expect(tab.get_by_role("status")).to_contain_text("for €400.00 added")
