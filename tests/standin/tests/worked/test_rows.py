"""Worked cases: different products, free-form rows, twins. What is billed goes by the product."""

from __future__ import annotations

import pytest

from tests.standin.portal import StandInPortal
from tests.standin.tests.worked.cases import Case

DESK_AND_LAMP = "Desk 71 500x2, Lamp 72 40x3"
FREE = "Beam 0 100x3, Hinge 0 2.5x4"


def test_different_products(portal: StandInPortal) -> None:
    case = Case(portal).open(DESK_AND_LAMP)
    case.play("add P1 → id")
    assert (case.sums(), case.held(), case.offer()) == ("P1 0", "", "r1×2 r2×3")
    for call, sums, parts, offer, basket in (
        ("P1 r1×2 → i1", 1000, "i1:B1×2", "r2×3", "B1 Desk 2×500"),
        ("P1 r2×1 → i2", 1040, "i1:B1×2 i2:B2×1", "r2×2", "B1 Desk 2×500, B2 Lamp 3×40"),
        ("P1 r2×2 → null", 1040, "i1:B1×2 i2:B2×1", "r2×2", "B1 Desk 2×500, B2 Lamp 3×40"),
        ("P1 r2×3 → INS", 1040, "i1:B1×2 i2:B2×1", "r2×2", "B1 Desk 2×500, B2 Lamp 3×40"),
        ("set i2=3 → true", 1120, "i1:B1×2 i2:B2×3", "[]", "B1 Desk 2×500, B2 Lamp 3×40"),
        ("P1 r1×1 → NF", 1120, "i1:B1×2 i2:B2×3", "[]", "B1 Desk 2×500, B2 Lamp 3×40"),
        ("set i2=4 → INS", 1120, "i1:B1×2 i2:B2×3", "[]", "B1 Desk 2×500, B2 Lamp 3×40"),
        ("del i1 → true", 120, "i2:B2×3", "r1×2", "B1 Desk 2×500, B2 Lamp 3×40"),
    ):
        case.play(call)
        found = (case.sums(), case.held(), case.offer(), case.basket())
        assert found == (f"P1 {sums}", parts, offer, basket), call


def test_one_free_form_row_beside_a_product(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 71 500x1, Fee 0 30x1")
    case.play("P1 r1×1 → i1; P1 r2×1 → i2")
    assert case.sums() == "P1 530"


def test_two_free_form_rows_in_one_payment(portal: StandInPortal) -> None:
    case = Case(portal).open(FREE)
    for call, offer in (
        ("P1 r1×3 → i1", "r2×4"),
        ("P1 r2×4 → null", "r2×4"),
        ("P1 r1×3 → NF", "r2×4"),
        ("P1 r2×4 → null", "r2×4"),
    ):
        case.play(call)
        assert (case.sums(), case.held(), case.offer()) == ("P1 300", "i1:B1×3", offer), call
        assert case.basket() == "B1 Beam 3×100"
    (order,) = case.orders()
    assert order["basket"][0]["xml_id"] == f"crm_pr_{case.rows[0]}"
    case.play("del i1 → true; P1 r2×4 → i2")
    assert (case.sums(), case.offer(), case.basket()) == ("P1 10", "r1×3", "B1 Hinge 4×2.5")


def test_two_free_form_rows_in_one_batch(portal: StandInPortal) -> None:
    case = Case(portal).open(FREE)
    add = "crm.item.payment.product.add?paymentId=$result[a]"
    answer = portal.batch(
        {
            "a": f"crm.item.payment.add?entityId={case.item_id}&entityTypeId=2",
            "b": f"{add}&rowId={case.rows[0]}&quantity=3",
            "c": f"{add}&rowId={case.rows[1]}&quantity=4",
            "d": f"crm.item.payment.list?entityId={case.item_id}&entityTypeId=2",
        },
        halt=1,
    )
    body = answer.json()["result"]
    assert answer.status == 200
    assert body["result_error"] == []
    assert body["result"]["b"] > 0
    assert body["result"]["c"] is None
    assert list(body["result_time"]) == ["a", "b", "c", "d"]
    assert body["result"]["d"][0]["sum"] == 300


def test_two_free_form_rows_in_two_payments(portal: StandInPortal) -> None:
    case = Case(portal).open(FREE)
    case.play("P1 r1×3 → i1; P2 r2×4 → i2")
    assert case.sums() == "P1 300, P2 10"
    assert (case.held(), case.offer()) == ("i1:B1×3 i2:B1×4", "r1×3 r2×4")
    assert case.basket() == "B1 Hinge 7×2.5"
    (order,) = case.orders()
    assert order["basket"][0]["xml_id"] == f"crm_pr_{case.rows[0]}"
    case.play("set i1=3 → true")
    assert (case.sums(), case.held()) == ("P1 7.5, P2 10", "i1:B1×3 i2:B1×4")
    assert case.offer() == "r1×3 r2×4"
    case.play("P3 r1×3 → i3")
    assert case.sums() == "P1 7.5, P2 10, P3 300"
    assert (case.offer(), case.basket()) == ("r1×3 r2×4", "B1 Beam 10×100")
    assert case.held() == "i1:B1×3 i2:B1×4 i3:B1×3"


def test_three_payments_make_more_than_the_deal(portal: StandInPortal) -> None:
    case = Case(portal).open(FREE)
    case.play("P1 r1×3 → i1; P2 r2×4 → i2; P3 r1×3 → i3")
    assert case.sums() == "P1 300, P2 10, P3 300"


def test_a_save_after_two_payments_cures_nothing(portal: StandInPortal) -> None:
    case = Case(portal).open(FREE)
    case.play("P1 r1×3 → i1; P2 r2×4 → i2; save")
    assert (case.sums(), case.held()) == ("P1 300, P2 10", "i1:B1×3 i2:B1×4")
    assert (case.offer(), case.basket()) == ("r1×4", "B1 Beam 3×100, B2 Hinge 4×2.5")
    case.play("set i1=1 → INS; set i2=1 → INS; del i2 → true")
    assert (case.sums(), case.offer()) == ("P1 300, P2 0", "r1×4")
    case.play("P2 r2×4 → NF; P2 r1×4 → i3")
    assert case.sums() == "P1 300, P2 400"


@pytest.mark.parametrize(
    ("rows", "steps", "sums"),
    [
        (
            FREE,
            [("P1 r2×4 → i1; P1 r1×3 → null; P2 r1×3 → i2", "r1×3 r2×4")],
            "P1 10, P2 300",
        ),
        (
            FREE,
            [("P1 r2×1 → i1", "r1×3"), ("P1 r1×3 → null; P2 r1×3 → i2", "r1×3")],
            "P1 2.5, P2 300",
        ),
        (
            "A 0 100x2, B 0 50x2",
            [
                ("P1 r1×1 → i1", "r1×1"),
                ("P1 r2×1 → NF; P2 r2×1 → NF; P2 r1×1 → i2", "r2×2"),
                ("P1 r2×2 → null; P2 r2×2 → null; P3 r2×2 → i3", "r1×2 r2×2"),
            ],
            "P1 100, P2 100, P3 100",
        ),
        (
            "A 0 100x1, B 0 50x1",
            [
                ("P1 r2×1 → i1", "r2×1"),
                ("P1 r1×1 → NF; P1 r2×1 → null; P2 r2×1 → i2", "r1×1 r2×1"),
            ],
            "P1 50, P2 50",
        ),
    ],
    ids=["last row first", "a piece of the last", "equal quantities", "single pieces"],
)
def test_free_form_rows_by_order_and_quantity(
    portal: StandInPortal, rows: str, steps: list[tuple[str, str]], sums: str
) -> None:
    case = Case(portal).open(rows)
    for calls, offer in steps:
        case.play(calls)
        assert case.offer() == offer, calls
    assert case.sums() == sums


def test_twins_of_equal_quantity(portal: StandInPortal) -> None:
    case = Case(portal).open("Chair 77 50x1, Chair 77 60x1")
    case.play("P1 r1×1 → i1")
    assert case.offer() == "r2×1"
    case.play("P1 r2×1 → null; P2 r2×1 → i2")
    assert case.offer() == "r1×1 r2×1"
    case.play("P3 r1×1 → i3")
    assert (case.sums(), case.offer()) == ("P1 50, P2 60, P3 50", "r1×1 r2×1")


def test_twins_of_other_quantities(portal: StandInPortal) -> None:
    case = Case(portal).open("Chair 77 50x3, Chair 77 60x2")
    case.play("P1 r1×1 → i1")
    assert case.offer() == "r1×2 r2×2"
    case.play("P2 r2×2 → i2; P2 r1×1 → NF; set i1=2 → INS")
    assert case.sums() == "P1 50, P2 120"
    case.play("set i1=1 → true")
    assert (case.sums(), case.offer()) == ("P1 60, P2 120", "r2×2")
