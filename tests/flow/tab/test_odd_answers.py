"""One odd, missing or refused answer takes nothing else away from the tab."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.pages.page import Page
from tests.support.people.billing import bill, notes, promise
from tests.support.portal import PortalWithApp

ROWS = "crm.item.productrow.list"
OFFERED = "crm.item.productrow.getAvailableForPayment"
ITEM = "crm.item.get"
PAYMENTS = "crm.item.payment.list"
PAUSED = {"do": "refuse", "code": "OPERATION_TIME_LIMIT"}


def disturbed(portal: PortalWithApp, on: str, do: str, **args: Any) -> None:
    portal.standin.add_fault(portal.name, on, do, **args)


def payment_row(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "id": number,
        "accountNumber": f"7/{number}",
        "paid": "N",
        "datePaid": None,
        "empPaidId": None,
        "paySystemId": 2,
        "sum": 100,
        "currency": "EUR",
        "paySystemName": "Cash",
    }
    return {**row, **changes}


@pytest.mark.parametrize("code", ["OPERATION_TIME_LIMIT", "ERROR_CORE", "ACCESS_DENIED"])
def test_products_stay_on_offer_when_their_list_is_refused(
    portal: PortalWithApp, code: str
) -> None:
    deal = bill(portal, "Desk 71 500x2, Lamp 72 40x3")
    disturbed(portal, ROWS, "refuse", code=code)
    tab = deal.tab()
    assert deal.offer(tab) == "r1×2 r2×3"
    deal.create("r1×2", tab=tab)
    assert deal.sums == [1000]


def test_with_something_billed_no_more_is_offered_than_the_deal_is_worth(
    portal: PortalWithApp,
) -> None:
    deal = bill(portal, "Desk 71 500x2, Lamp 72 40x3")
    deal.create("r1×2")
    disturbed(portal, ROWS, "refuse", code="OPERATION_TIME_LIMIT")
    tab = deal.tab()
    assert deal.offer(tab) == "r2×3"
    assert promise(tab) == 120


def test_names_beyond_the_first_page_of_rows_are_known(portal: PortalWithApp) -> None:
    rows = ", ".join(f"Thing{n} {1000 + n} 10x1" for n in range(1, 61))
    deal = bill(portal, rows)
    tab = deal.tab()
    portal.standin.add_payments(
        portal.name,
        deal.case.item_id,
        user="admin",
        rows=[{"row": deal.case.rows[54], "quantity": 1}],
    )
    page = deal.create("r54×1 r55×1", tab=tab)
    assert "Thing55: nothing is left to bill" in page.text
    assert deal.sums == [10, 10]


@pytest.mark.parametrize(
    "changes", [{"sum": None}, {"datePaid": "yesterday"}, {"accountNumber": []}], ids=repr
)
def test_a_payment_that_cannot_be_read_is_one_line_that_says_so(
    portal: PortalWithApp, changes: dict[str, Any]
) -> None:
    rows = [payment_row(9001, **{**changes, "sum": changes.get("sum", 5)}), payment_row(9002)]
    if "accountNumber" in changes:
        rows[0]["sum"] = "12,00"
    disturbed(portal, PAYMENTS, "answer", result=rows)
    tab = portal.open_tab("fresh")
    assert tab.payment_numbers[:1] == ["7/9002"], tab.text
    assert "1 payment could not be read" in tab.text
    assert tab.has_add_button


def test_a_list_of_payments_that_php_wrote_as_a_map_is_read(portal: PortalWithApp) -> None:
    result = {"0": payment_row(9001), "2": payment_row(9002)}
    disturbed(portal, PAYMENTS, "answer", result=result)
    assert portal.open_tab("fresh").payment_numbers == ["7/9002", "7/9001"]


@pytest.mark.parametrize("value", [None, "", "2,5", []], ids=repr)
@pytest.mark.parametrize("key", ["price", "quantity"])
def test_a_product_that_cannot_be_read_takes_no_other_away(
    portal: PortalWithApp, key: str, value: Any
) -> None:
    deal = bill(portal, "Desk 71 500x2, Lamp 72 40x3")
    for method in (ROWS, OFFERED):
        answer = rows_answered(portal, method, deal.case.item_id)
        answer["productRows"][0][key] = value
        disturbed(portal, method, "answer", result=answer)
    tab = deal.tab()
    assert deal.offer(tab) == "r2×3", tab.text
    assert tab.has_add_button


def rows_answered(portal: PortalWithApp, method: str, deal: int) -> dict[str, Any]:
    """What a method answers now for a deal."""
    token = portal.standin.launch(portal.name, user="sales")["fields"]["AUTH_ID"]
    owner = (
        {"filter": {"=ownerType": "D", "=ownerId": deal}}
        if method == ROWS
        else {"ownerType": "D", "ownerId": deal}
    )
    answer = portal.standin.send(
        str(portal.about["host"]), f"/rest/{method}", body={"auth": token, **owner}
    )
    return dict(answer.json()["result"])


def test_a_deal_that_is_not_answered_for_a_moment_keeps_its_payments_and_its_form(
    portal: PortalWithApp,
) -> None:
    disturbed(portal, ITEM, "refuse", code="OPERATION_TIME_LIMIT")
    tab = portal.open_tab("billed")
    assert len(tab.payment_numbers) == 2
    assert tab.has_add_button
    assert f"Deal {portal.deal('billed')}" in tab.text
    assert "–" in tab.soup.select_one(".is-left").get_text()  # type: ignore[union-attr]


def test_a_list_that_the_portal_cuts_is_read_to_its_end(portal: PortalWithApp) -> None:
    """No portal is known to do it; sums and marks would be wrong in silence."""
    portal.standin.switch(portal.name, payments_page=50)
    portal.standin.add_payments(portal.name, "fresh", user="admin", count=60)
    tab: Page = portal.open_tab("fresh")
    numbers = [p["account_number"] for p in portal.payments_of(portal.deal("fresh"))]
    assert tab.payment_numbers[0] == numbers[-1]
    assert "Show all 60 payments" in tab.text
    assert "nothing was added" not in notes(tab)
    page = portal.app.press_add(tab)
    assert "added." in page.status_text
