"""What is done to a payment in the list: paid, unpaid, deleted, its link, its payment system.

In a portal of today administrators alone may do it, so it is one of them who does it here;
salespeople do it in a portal with roles from before.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import FrameLocator, Locator, Route, expect

from b24app.protocol.languages import ISO_CODES
from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.browser.fit import await_fitted
from tests.support.browser.no_answers import each_no_answer
from tests.support.people.browser_steps import confirm, create, open_form
from tests.support.people.clicks import address_on
from tests.support.portal import PortalWithApp

SDK = "**/vendor/b24jssdk*.js"
PAY, DELETE = "crm.item.payment.pay", "crm.item.payment.delete"


def add(portal: PortalWithApp, *, count: int = 1, deal: str = "fresh", paid: bool = False) -> str:
    """Payments made in the portal itself; answers the number of the newest."""
    portal.standin.add_payments(portal.name, deal, count=count, paid=paid)
    return str(portal.payments_of(portal.deal(deal))[-1]["account_number"])


def open_card(
    portal: PortalWithApp, browse: Visitor, deal: str = "fresh", *, is_whole: bool = True
) -> FrameLocator:
    return browse.open_card(portal, deal, "admin", is_whole=is_whole)


def press(tab: FrameLocator, action: str) -> None:
    expect(button(tab, action)).to_be_visible()
    await_fitted(tab)
    button(tab, action).click()


def mark(tab: FrameLocator, action: str) -> None:
    """The first mark of its kind on this page, and yes to what it asks."""
    press(tab, action)
    confirm(tab, action)


def button(tab: FrameLocator, action: str) -> Locator:
    """A button in the list, by its whole name or, without a number, by the start of it."""
    is_whole = action[-1].isdigit()
    return tab.get_by_role("table").get_by_role("button", name=action, exact=is_whole)


def the_payment(portal: PortalWithApp) -> dict[str, object]:
    [payment] = portal.payments_of(portal.deal("fresh"))
    return payment


def test_a_payment_is_marked_as_paid_and_unpaid(portal: PortalWithApp, browse: Visitor) -> None:
    number = add(portal)
    tab = open_card(portal, browse)
    expect(button(tab, "Mark as paid")).to_be_visible()
    portal.standin.clear_calls(portal.name)
    press(tab, f"Mark as paid: payment {number}")
    confirm(tab, "Mark as paid")
    expect(tab.get_by_role("status")).to_contain_text(f"{number} for €0.00 is marked as paid")
    expect(tab.get_by_role("rowheader", name=number)).to_be_focused()
    assert the_payment(portal)["paid"]
    assert len(portal.calls()) == 1
    expect(browse.page.locator("#payments")).not_to_contain_text("Not paid")
    press(tab, f"Mark as unpaid: payment {number}")
    confirm(tab, "Mark as unpaid")
    expect(tab.get_by_role("status")).to_contain_text("is marked as unpaid")
    assert not the_payment(portal)["paid"]


def test_the_card_shows_a_change_that_came_before_the_sdk(
    portal: PortalWithApp, browse: Visitor
) -> None:
    add(portal)
    held: list[Route] = []
    browse.page.route(SDK, lambda route: held.append(route))
    with browse.page.expect_request(SDK):
        tab = open_card(portal, browse, is_whole=False)
    mark(tab, "Mark as paid")
    expect(tab.get_by_role("status")).to_contain_text("is marked as paid")
    expect(browse.page.locator("#payments")).to_contain_text("Not paid")
    held[0].continue_()
    expect(browse.page.locator("#payments")).not_to_contain_text("Not paid")


def test_deleting_asks_by_number_and_amount(portal: PortalWithApp, browse: Visitor) -> None:
    number = add(portal)
    tab = open_card(portal, browse)
    press(tab, f"Delete payment {number}")
    question = tab.get_by_role("group", name=f"Delete payment {number} for €0.00?")
    expect(question.get_by_role("button", name="Keep it")).to_be_focused()
    browse.screenshot("delete")
    assert findings(browse.page.frames[-1]) == []
    browse.page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(button(tab, f"Delete payment {number}")).to_be_focused()
    assert the_payment(portal)
    press(tab, f"Delete payment {number}")
    question.get_by_role("button", name="Delete it").click()
    expect(tab.get_by_role("status")).to_contain_text("deleted")
    expect(tab.get_by_role("heading", level=1)).to_be_focused()
    expect(tab.get_by_text("This deal has no payments yet.")).to_be_visible()
    assert portal.payments_of(portal.deal("fresh")) == []


def test_a_paid_payment_is_not_deleted_nor_asked_about(
    portal: PortalWithApp, browse: Visitor
) -> None:
    add(portal, paid=True)
    tab = open_card(portal, browse)
    expect(button(tab, "Delete payment")).to_be_visible()
    portal.standin.clear_calls(portal.name)
    press(tab, "Delete payment")
    why = tab.get_by_role("group", name="A paid payment cannot be deleted.")
    expect(why).to_contain_text("Mark it as unpaid first.")
    why.get_by_role("button", name="Close").click()
    expect(why).to_have_count(0)
    assert portal.calls() == []


def test_a_colleague_paid_it_before_it_was_deleted(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal)
    tab = open_card(portal, browse)
    press(tab, "Delete payment")
    portal.standin.add_fault(
        portal.name, DELETE, "refuse", code="0", text="Paid payment cannot be deleted", status=400
    )
    tab.get_by_role("button", name="Delete it").click()
    expect(tab.get_by_role("alert")).not_to_be_empty()
    expect(button(tab, "Delete payment")).to_be_visible()
    assert the_payment(portal)


def test_the_payment_system_is_changed(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal)
    portal.app.open_frame(portal.name, user="admin", placement="DEFAULT")
    tab = open_card(portal, browse)
    press(tab, "Change payment system")
    choice = tab.get_by_role("table").get_by_role("combobox", name="Payment system")
    expect(choice).to_be_focused()
    assert choice.evaluate("select => select.selectedOptions[0].text") == "Cash"
    choice.select_option("Card online")
    browse.screenshot("change-system")
    tab.get_by_role("button", name="Save").click()
    expect(tab.get_by_role("status")).to_contain_text("Card online")
    expect(tab.get_by_role("row", name="Card online")).to_be_visible()


def test_a_lost_answer_is_read_back(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal)
    tab = open_card(portal, browse)
    expect(button(tab, "Mark as paid")).to_be_visible()
    portal.standin.add_fault(portal.name, PAY, "drop_after")
    mark(tab, "Mark as paid")
    expect(tab.get_by_role("status")).to_contain_text("is marked as paid")


@each_no_answer
def test_no_answer_says_that_it_may_be_repeated(
    portal: PortalWithApp, browse: Visitor, no_answer: Callable[[Route], None]
) -> None:
    browse.allow("ERR_FAILED|htmx:(sendError|afterRequest)")
    add(portal)
    tab = open_card(portal, browse)
    expect(button(tab, "Mark as paid")).to_be_visible()
    browse.page.route("**/pay/*", no_answer)
    mark(tab, "Mark as paid")
    expect(tab.get_by_role("alert")).to_contain_text("do not know whether this was saved")
    browse.screenshot("action-lost")
    browse.page.unroute("**/pay/*")
    press(tab, "Mark as paid")
    expect(tab.get_by_role("status")).to_contain_text("is marked as paid")
    expect(tab.get_by_role("alert")).to_be_empty()


def test_a_question_stays_open_while_a_click_is_looked_for(
    portal: PortalWithApp, browse: Visitor
) -> None:
    number = add(portal, deal="empty")
    tab = open_card(portal, browse, "empty")
    portal.standin.add_fault(portal.name, "crm.item.payment.add", "drop_before")
    tab.get_by_role("button", name="Add payment").click()
    expect(tab.get_by_role("alert")).to_contain_text("do not know yet")
    press(tab, f"Delete payment {number}")
    keep = tab.get_by_role("button", name="Keep it")
    expect(keep).to_be_focused()
    with browse.page.expect_response("**/payments/attempts/**"):
        add(portal, deal="empty")
    expect(tab.locator("tbody tr[id]")).to_have_count(2)
    expect(keep).to_be_focused()
    tab.get_by_role("button", name="Delete it").click()
    expect(tab.get_by_role("status")).to_contain_text("deleted")
    assert len(portal.payments_of(portal.deal("empty"))) == 1


def test_an_action_does_not_end_the_search_for_an_open_click(
    portal: PortalWithApp, browse: Visitor
) -> None:
    add(portal, deal="empty")
    tab = open_card(portal, browse, "empty")
    expect(button(tab, "Mark as paid")).to_be_visible()
    portal.standin.add_fault(portal.name, "crm.item.payment.add", "drop_before")
    tab.get_by_role("button", name="Add payment").click()
    expect(tab.get_by_role("alert")).to_contain_text("do not know yet")
    mark(tab, "Mark as paid")
    expect(tab.get_by_role("status")).to_contain_text("is marked as paid")
    expect(tab.get_by_role("button", name="Add payment")).to_have_attribute("aria-disabled", "true")
    expect(tab.get_by_role("alert")).to_contain_text("was not added", timeout=30_000)


def test_progress_is_told_until_the_answer_comes(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal)
    tab = open_card(portal, browse)
    expect(button(tab, "Mark as paid")).to_be_visible()
    portal.standin.add_fault(portal.name, PAY, "hold", seconds=20, when="after")
    mark(tab, "Mark as paid")
    expect(tab.get_by_role("status")).to_have_text("Saving…")
    expect(button(tab, "Mark as paid")).to_have_attribute("aria-disabled", "true")
    expect(tab.get_by_role("status")).to_contain_text("still working on it")
    portal.standin.release(portal.name)
    expect(tab.get_by_role("status")).to_contain_text("is marked as paid")


def test_a_thousand_payments_come_in_two_steps(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal, count=1000)
    tab = open_card(portal, browse)
    expect(tab.get_by_role("row")).to_have_count(51)
    oldest = portal.payments_of(portal.deal("fresh"))[0]["account_number"]
    tab.get_by_role("button", name="Show all 1000 payments").click()
    expect(tab.locator("tbody tr")).to_have_count(1000, timeout=20_000)
    expect(tab.get_by_role("button", name="Show all")).to_be_hidden()
    await_fitted(tab)
    # By key: 50,000 pixels down, a busy browser still scrolls while the mouse comes.
    button(tab, f"Mark as paid: payment {oldest}").press("Enter")
    confirm(tab, "Mark as paid")
    expect(tab.get_by_role("status")).to_contain_text("is marked as paid")
    row = tab.locator("tbody tr").last
    expect(row).to_contain_text("Mark as unpaid", timeout=20_000)
    expect(row.get_by_role("rowheader", name=oldest, exact=True)).to_be_focused()
    expect(tab.locator("tbody tr")).to_have_count(1000)


def test_an_invoice_is_served_alike(portal: PortalWithApp, browse: Visitor) -> None:
    invoice = portal.about["invoices"]["invoice"]
    browse.enter(portal, user="admin")
    card = f"/crm/type/31/details/{invoice}/?tab=CRM_SMART_INVOICE_DETAIL_TAB"
    browse.page.goto(portal.about["origin"] + card)
    tab = browse.page.frame_locator("[role=tabpanel]:not([hidden]) iframe")
    expect(tab.get_by_text("This invoice has no payments yet.")).to_be_visible()
    open_form(tab)
    tab.get_by_role("textbox", name="Training day").fill("1")
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €650.00 added")
    mark(tab, "Mark as paid")
    expect(tab.get_by_role("status")).to_contain_text("is marked as paid")
    browse.screenshot("invoice")


@pytest.mark.parametrize("code", ISO_CODES)
def test_a_spoken_name_begins_with_the_visible_one(portal: PortalWithApp, code: str) -> None:
    portal.app.open_frame(portal.name, user="admin", placement="DEFAULT")
    buttons = portal.open_tab("billed", user="admin", lang=code).soup.select(".act[aria-label]")
    assert len(buttons) == 8
    for each in buttons:
        assert str(each["aria-label"]).startswith(each.get_text()), each


def test_actions_work_without_script(portal: PortalWithApp) -> None:
    add(portal)
    page = portal.open_tab(user="admin")
    paid = portal.app.send(
        address_on(page, int(str(the_payment(portal)["id"])), "pay"),
        form={"frame_session": page.bearer},
    )
    assert "is marked as paid" in paid.status_text
    assert len(paid.payment_numbers) == 1
    assert the_payment(portal)["paid"]
