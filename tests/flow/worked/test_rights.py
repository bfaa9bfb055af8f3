"""What a person may do to a payment: told by the look itself, offered only where it works."""

from __future__ import annotations

import pytest

from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import address_on
from tests.support.portal import PortalWithApp, installed_portal

GET = "crm.item.payment.get"
ADMINISTRATORS = "In this Bitrix24 only administrators can change or delete payments."
OLD_ADVICE = ("edit orders", "CRM permissions", "Ask your administrator")
LINKS = {"Copy link", "Send link"}


def actions(tab: Page) -> set[str]:
    """The names of the buttons in the list of payments."""
    return {button.get_text(" ", strip=True) for button in tab.soup.select("#list td button")}


def act(portal: PortalWithApp, tab: Page, payment_id: int, action: str) -> Page:
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    return portal.app.send(address_on(tab, payment_id, action), form={}, headers=headers)


@pytest.mark.parametrize("denied_status", [403, 400])
@pytest.mark.parametrize("leaks", [False, True], ids=["batch 200", "batch 403"])
def test_a_salesperson_of_today_is_offered_the_link_alone_in_one_round_trip(
    portal: PortalWithApp, denied_status: int, leaks: bool
) -> None:
    portal.standin.switch(portal.name, denied_status=denied_status, batch_leaks_403=leaks)
    portal.open_tab()
    portal.standin.clear_calls(portal.name)
    tab = portal.open_tab("billed")
    assert [GET in call["commands"] for call in portal.calls()] == [True]
    assert actions(tab) == LINKS
    assert ADMINISTRATORS in tab.text
    assert tab.has_add_button


@pytest.mark.parametrize("user", ["admin", "crm_admin", "sales"])
@pytest.mark.parametrize("mode", ["deals", "orders"])
def test_everybody_is_offered_what_their_portal_lets_them_do(
    portal: PortalWithApp, user: str, mode: str
) -> None:
    portal.standin.switch(portal.name, mode=mode)
    tab = portal.open_tab("billed", user=user)
    has_actions = {"Delete", "Mark as unpaid", "Mark as paid"} <= actions(tab)
    assert has_actions is (user == "admin")
    assert (ADMINISTRATORS in tab.text) is (user != "admin")


def test_who_has_the_right_to_orders_on_an_older_portal_is_offered_everything(
    portal: PortalWithApp,
) -> None:
    portal.standin.switch(portal.name, orders_for_sales="edit")
    tab = portal.open_tab("billed")
    assert {"Copy link", "Delete", "Mark as unpaid", "Mark as paid"} <= actions(tab)


def test_an_older_portal_that_refuses_with_code_0_is_understood(portal: PortalWithApp) -> None:
    portal.standin.add_fault(portal.name, GET, "refuse", code="0", text="Insufficient rights.")
    assert actions(portal.open_tab("billed")) == LINKS


def test_a_look_that_could_not_ask_still_offers_the_actions(portal: PortalWithApp) -> None:
    portal.standin.add_fault(portal.name, GET, "refuse", code="OPERATION_TIME_LIMIT")
    assert "Delete" in actions(portal.open_tab("billed"))


def test_an_action_refused_after_all_names_no_right_that_nobody_can_grant(
    portal: PortalWithApp,
) -> None:
    portal.standin.switch(portal.name, orders_for_sales="read")
    tab = portal.open_tab("billed")
    assert "Delete" in actions(tab)
    payment = portal.payments_of(portal.deal("billed"))[0]
    page = act(portal, tab, payment["id"], "pay")
    assert "In this Bitrix24 only administrators can do this." in page.alert_text
    assert not [words for words in OLD_ADVICE if words in page.text]
    assert actions(page) == LINKS


def test_who_was_refused_an_order_is_known_by_the_bearer_that_comes_back(
    portal: PortalWithApp,
) -> None:
    portal.standin.switch(portal.name, orders_for_sales="read")
    tab = portal.open_tab("billed")
    payment = portal.payments_of(portal.deal("billed"))[0]
    refused = act(portal, tab, payment["id"], "pay")
    portal.standin.switch(portal.name, orders_for_sales="edit")
    assert "Delete" not in actions(act(portal, refused, payment["id"], "pay"))
    # The bearer of before the refusal knows nothing of it.
    assert "Delete" in actions(act(portal, tab, payment["id"], "pay"))


def test_a_deal_without_payments_asks_for_none_and_accuses_nobody(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab("fresh")
    assert ADMINISTRATORS not in tab.text
    assert "wrong in this app" not in tab.text
    assert not [call for call in portal.calls() if call["error"]]


def test_the_list_of_pay_systems_is_tried_for_whoever_opens_and_a_refusal_remembered(
    portal: PortalWithApp,
) -> None:
    fresh = installed_portal(portal.app)
    method = "sale.paysystem.list"
    for _ in range(3):
        tab = fresh.open_tab("fresh", user="sales")
        assert not tab.soup.select("#pay_system")
    assert len(fresh.calls(method)) == 1
    row = fresh.row
    row.notes = {**row.notes, "pay_systems_due_at": 0}
    row.save()
    assert fresh.open_tab("fresh", user="crm_admin").soup.select("#pay_system option")
    assert fresh.open_tab("fresh", user="sales").soup.select("#pay_system option")
    assert len(fresh.calls(method)) == 2
