"""Pay, unpay and delete: what the page says of them is what the portal's own list shows."""

from __future__ import annotations

from typing import Any

import pytest

from payments.gateway.payments import LIST
from tests.flow.worked.test_rights import act
from tests.support.pages.page import Page
from tests.support.people.clicks import address_on
from tests.support.portal import PortalWithApp

SILENT: dict[str, Any] = {"value": {"result": {"result": {}, "result_error": {}}}}
NOTHING_SHOWN: dict[str, dict[str, Any]] = {
    "the tab": {"on": LIST, "do": "refuse", "code": "INTERNAL_SERVER_ERROR"},
    "words alone": {"on": "batch", "do": "drop_before"},
}
UNKNOWN = "We do not know whether this was saved."
SAID = {
    "pay": "is marked as paid",
    "unpay": "is marked as unpaid",
    "delete": "The payment was deleted.",
}


def change(portal: PortalWithApp, action: str, do: str, **fault: Any) -> tuple[Page, bool]:
    """The answer to a press on a payment of one's own, and whether the portal did it."""
    deal = portal.deal("fresh")
    [payment_id] = portal.standin.add_payments(
        portal.name, deal, user="admin", count=1, paid=action == "unpay"
    )
    tab = portal.open_tab(user="admin")
    portal.standin.add_fault(portal.name, f"crm.item.payment.{action}", do, **fault)
    page = act(portal, tab, payment_id, action)
    paid = [payment["paid"] for payment in portal.payments_of(deal)]
    return page, paid == {"pay": [True], "unpay": [False], "delete": []}[action]


@pytest.mark.parametrize("action", SAID)
def test_a_portal_that_says_nothing_is_looked_at(portal: PortalWithApp, action: str) -> None:
    page, is_done = change(portal, action, "json", when="after", **SILENT)
    assert is_done
    assert SAID[action] in page.text


@pytest.mark.parametrize("action", SAID)
def test_a_portal_that_says_nothing_and_did_nothing_is_not_believed(
    portal: PortalWithApp, action: str
) -> None:
    page, is_done = change(portal, action, "json", when="before", **SILENT)
    assert not is_done
    assert UNKNOWN in page.alert_text
    assert SAID[action] not in page.text


@pytest.mark.parametrize("action", SAID)
def test_a_word_that_the_list_does_not_bear_out_is_not_repeated(
    portal: PortalWithApp, action: str
) -> None:
    page, is_done = change(portal, action, "answer", result=True)
    assert not is_done
    assert UNKNOWN in page.alert_text
    assert SAID[action] not in page.text


def offers_again(page: Page) -> bool:
    """Whether the page has the button that posts once more what the browser has posted."""
    return page.soup.select_one("[data-again]") is not None


@pytest.mark.parametrize("shown", NOTHING_SHOWN)
def test_a_launch_may_be_posted_again_and_a_press_of_before_the_script_may_not(
    portal: PortalWithApp, shown: str
) -> None:
    """There was no question before it, and there would be none before the next."""
    [payment_id] = portal.standin.add_payments(portal.name, "fresh", user="admin", count=1)
    tab = portal.open_tab(user="admin")
    portal.standin.add_fault(portal.name, "crm.item.payment.pay", "json", when="after", **SILENT)
    portal.standin.add_fault(portal.name, times=None, **NOTHING_SHOWN[shown])
    pay = address_on(tab, payment_id, "pay")
    pressed = portal.app.send(pay, form={"frame_session": tab.bearer})
    launched = portal.open_tab(user="admin")
    for page in (pressed, launched):
        assert page.soup.select("[role=alert] p"), page.text
        assert bool(page.soup.select("#status")) is (shown == "the tab")
    assert not offers_again(pressed)
    assert offers_again(launched)
