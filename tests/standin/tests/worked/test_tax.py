"""Worked cases: tax that comes on top, that is in the price, and both in one order."""

from __future__ import annotations

import pytest

from tests.standin.portal import StandInPortal
from tests.standin.tests.worked.cases import Case

ON_TOP, INCLUDED = "120x2 20% N net 100", "120x1 20% Y net 100"


@pytest.mark.parametrize(
    ("rows", "calls", "sums"),
    [
        ("Desk 71 120x2 20% N net 100", "P1 r1×2 → i1", "P1 200"),
        ("Desk 71 120x2 20% Y net 100", "P1 r1×2 → i1", "P1 240"),
        ("Desk 71 108x1 20% N net 90 less 10", "P1 r1×1 → i1", "P1 90"),
        ("Desk 71 108x1 20% Y net 90 less 10", "P1 r1×1 → i1", "P1 108"),
    ],
    ids=["on top", "included", "discount, on top", "discount, included"],
)
def test_one_row(portal: StandInPortal, rows: str, calls: str, sums: str) -> None:
    case = Case(portal).open(rows)
    case.play(calls)
    assert case.sums() == sums


@pytest.mark.parametrize(
    ("steps", "basket"),
    [
        ([("P1 r1×2", 200), ("P1 r2×1", 300)], "B1 Desk 2×100, B2 Lamp 1×100"),
        ([("P1 r2×1", 120), ("P1 r1×2", 320)], "B1 Lamp 1×120, B2 Desk 2×100"),
    ],
    ids=["on top first", "included first"],
)
def test_the_first_item_of_the_order_decides(
    portal: StandInPortal, steps: list[tuple[str, int]], basket: str
) -> None:
    case = Case(portal).open(f"Desk 71 {ON_TOP}, Lamp 72 {INCLUDED}")
    for call, total in steps:
        case.play(call)
        assert case.sums() == f"P1 {total}"
    assert case.basket() == basket
    assert len({each["tax_included"] for each in case.orders()[0]["basket"]}) == 1


@pytest.mark.parametrize(("places", "total"), [(8, 93.33333333), (2, 93.33), (4, 93.3333)])
def test_places_of_a_sum(portal: StandInPortal, places: int, total: float) -> None:
    portal.standin.switch(portal.name, sum_decimals=places)
    case = Case(portal).open("Clip 71 12x1 20% N net 10, Lamp 72 100x1 20% Y net 83.33333333")
    case.play("P1 r1×1")
    assert case.sums() == "P1 10"
    case.play("P1 r2×1")
    assert case.sums() == f"P1 {total}"


def test_a_save_makes_the_price_gross_again(portal: StandInPortal) -> None:
    case = Case(portal).open(f"Desk 71 {ON_TOP}, Lamp 72 {INCLUDED}")
    case.play("P1 r1×2; P1 r2×1; save")
    assert (case.sums(), case.basket()) == ("P1 300", "B1 Desk 2×100, B2 Lamp 1×120")
    case.play("set i2=1 → true")
    assert case.sums() == "P1 320"


def test_receive_payment_bills_the_same_row_with_tax(portal: StandInPortal) -> None:
    case = Case(portal).open(f"Desk 71 {ON_TOP}")
    rows = [{"row": case.rows[0], "quantity": 2}]
    case.payments = portal.standin.add_payments(portal.name, case.item_id, rows=rows)
    assert case.sums() == "P1 240"
    assert case.basket() == "B1 Desk 2×100"


def test_all_prices_of_a_row(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 71 108x1 20% N net 90 less 10, Lamp 0 100x1")
    filters = {"=ownerType": "D", "=ownerId": case.item_id}
    answer = case.call("crm.item.productrow.list", filter=filters).json()
    desk, lamp = answer["result"]["productRows"]
    assert {
        "productId": 71,
        "price": 108,
        "priceAccount": 108,
        "priceExclusive": 90,
        "priceNetto": 100,
        "priceBrutto": 120,
        "discountTypeId": 1,
        "discountRate": 10,
        "discountSum": 10,
        "taxRate": 20,
        "taxIncluded": "N",
    }.items() <= desk.items()
    assert {"productId": 0, "priceExclusive": 100, "taxRate": None}.items() <= lamp.items()
    assert [each["sort"] for each in (desk, lamp)] == [10, 20]
    assert (answer["total"], "next" in answer) == (2, False)
