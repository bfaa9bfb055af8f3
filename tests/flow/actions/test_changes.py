"""Pay, unpay and delete: what the page says of them is what the portal's own list shows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.flow.worked.test_rights import act
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp

SILENT: dict[str, Any] = {"value": {"result": {"result": {}, "result_error": {}}}}
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
