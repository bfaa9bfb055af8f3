"""Worked cases: rows changed after billing. A deal's order follows in deals mode, nothing else."""

from __future__ import annotations

import pytest

from tests.standin.portal import StandInPortal
from tests.standin.tests.worked.cases import INVOICE, Case

FREE = "Beam 0 100x3, Hinge 0 2.5x4"


def test_a_row_made_bigger_and_dearer(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 77 100x3")
    case.play("P1 r1×3 → i1; save r1=120x5")
    assert (case.sums(), case.held(), case.offer()) == ("P1 300", "i1:B1×3", "r1×2")
    case.play("P2 r1×2 → i2")
    assert case.sums() == "P1 300, P2 240"
    case.play("set i1=2 → true")
    assert (case.sums(), case.offer()) == ("P1 240, P2 240", "r1×1")


def test_a_row_made_smaller_than_what_is_billed(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 77 100x3")
    case.play("P1 r1×3 → i1; save r1=100x1")
    assert (case.sums(), case.held(), case.offer()) == ("P1 300", "i1:B1×3", "[]")
    case.play("set i1=2 → INS; set i1=1 → true")
    assert case.sums() == "P1 100"


@pytest.mark.parametrize("is_paid", [False, True], ids=["unpaid", "paid"])
def test_a_row_taken_away(portal: StandInPortal, is_paid: bool) -> None:
    case = Case(portal).open("A 71 100x1, B 72 50x1")
    case.play("P1 r1×1 → i1; P1 r2×1 → i2")
    if is_paid:
        portal.result("crm.item.payment.pay", "admin", id=case.payments[0])
    case.play("save r1")
    assert (case.sums(), case.held(), case.offer()) == ("P1 150", "i1:B1×1", "[]")
    case.play("set i1=1 → denied; del i1 → denied" if is_paid else "set i1=1 → true")
    assert case.sums() == ("P1 150" if is_paid else "P1 100")


def test_a_free_form_row_beside_a_billed_one(portal: StandInPortal) -> None:
    case = Case(portal).open("Beam 0 100x3")
    case.play("P1 r1×3 → i1; save r1, Hinge 0 2.5x4")
    assert (case.sums(), case.offer()) == ("P1 300", "r1×4")
    case.play("P1 r2×4 → NF; P1 r1×4 → i2")
    assert case.sums() == "P1 700"


def test_the_billed_free_form_row_taken_away(portal: StandInPortal) -> None:
    case = Case(portal).open(FREE)
    case.play("P1 r1×3 → i1; save r2")
    assert (case.sums(), case.held()) == ("P1 300", "i1:B1×3")
    assert (case.basket(), case.offer()) == ("B1 Hinge 4×2.5", "r2×1")


def opened(portal: StandInPortal, rows: str, *, is_reserved: bool) -> Case:
    """An order with all rows in its basket, from a save after an add or from a reservation."""
    case = Case(portal).open(rows)
    if is_reserved:
        portal.standin.open_order(portal.name, case.item_id, reserve=True)
        case.play("add P1")
    else:
        case.play("add P1; save")
    return case


@pytest.mark.parametrize("is_reserved", [False, True], ids=["saved", "reserved"])
def test_free_form_rows_with_items_of_their_own(portal: StandInPortal, is_reserved: bool) -> None:
    forward = opened(portal, FREE, is_reserved=is_reserved)
    assert (forward.sums(), forward.offer()) == ("P1 0", "r1×3 r2×4")
    assert forward.basket() == "B1 Beam 3×100, B2 Hinge 4×2.5"
    forward.play("P1 r1×3 → i1")
    assert (forward.sums(), forward.offer()) == ("P1 300", "r1×4")
    forward.play("P1 r2×4 → NF")
    backward = opened(portal, FREE, is_reserved=is_reserved)
    backward.play("P1 r2×4 → i1")
    assert (backward.sums(), backward.offer()) == ("P1 10", "r1×3")
    backward.play("P1 r1×3 → i2")
    assert (backward.sums(), backward.offer()) == ("P1 310", "[]")
    assert backward.held() == "i1:r2×4 i2:r1×3"


@pytest.mark.parametrize("is_reserved", [False, True], ids=["saved", "reserved"])
def test_twins_with_items_of_their_own(portal: StandInPortal, is_reserved: bool) -> None:
    rows = "Chair 77 50x1, Chair 77 60x1"
    forward = opened(portal, rows, is_reserved=is_reserved)
    assert (forward.sums(), forward.offer()) == ("P1 0", "r1×1 r2×1")
    forward.play("P1 r1×1 → i1")
    assert (forward.sums(), forward.offer()) == ("P1 50", "r1×1")
    forward.play("P1 r2×1 → NF; P1 r1×1 → i2")
    assert forward.sums() == "P1 100"
    backward = opened(portal, rows, is_reserved=is_reserved)
    backward.play("P1 r2×1 → i1")
    assert backward.sums() == "P1 60"
    backward.play("P1 r1×1 → i2")
    assert (backward.sums(), backward.offer()) == ("P1 110", "[]")


@pytest.mark.parametrize("kind", ["invoice", "orders mode"])
@pytest.mark.parametrize(
    ("billed", "row", "sums", "offer", "then"),
    [
        (4, "r1=100x6", 400, "r1×6", [("P2 r1×6 → i2", "P1 400, P2 600", "r1×6")]),
        (4, "r1=100x6", 400, "r1×6", [("P2 r1×2 → i2", "P1 400, P2 200", "r1×4")]),
        (
            1,
            "r1=100x6",
            100,
            "r1×3",
            [("P2 r1×4 → INS; P2 r1×3 → i2", "P1 100, P2 300", "r1×6")],
        ),
        (4, "r1=100x2", 400, "r1×2", []),
        (
            1,
            "r1=120x4",
            100,
            "r1×3",
            [("P2 r1×3 → i2", "P1 100, P2 360", "[]"), ("set i1=1", "P1 120, P2 360", "[]")],
        ),
        (4, "nothing", 400, "[]", []),
    ],
    ids=["bigger, whole", "bigger, some", "bigger, part billed", "smaller", "dearer", "removed"],
)
def test_where_nothing_follows(
    portal: StandInPortal,
    kind: str,
    billed: int,
    row: str,
    sums: int,
    offer: str,
    then: list[tuple[str, str, str]],
) -> None:
    case = Case(portal)
    if kind == "invoice":
        case.type_id = INVOICE
    else:
        portal.standin.switch(portal.name, mode="orders", orders_for_sales="edit")
    case.open("Desk 77 100x4")
    case.play(f"P1 r1×{billed} → i1; save {row}")
    assert (case.sums(), case.held()) == (f"P1 {sums}", f"i1:B1×{billed}")
    assert case.offer() == offer
    for calls, after, rest in then:
        case.play(calls)
        assert case.sums() == after
        assert case.offer() == rest


@pytest.mark.parametrize("follows", [True, False])
def test_a_save_that_changes_nothing(portal: StandInPortal, follows: bool) -> None:
    portal.standin.switch(portal.name, noop_saves_synchronise=follows)
    case = Case(portal).open(FREE)
    case.play("add P1; save")
    assert case.basket() == ("B1 Beam 3×100, B2 Hinge 4×2.5" if follows else "")
    case.play("save r1=100x3, r2=2.5x5")
    assert case.basket() == "B1 Beam 3×100, B2 Hinge 5×2.5"


def test_a_save_goes_to_the_oldest_order(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 77 100x3")
    for _ in range(2):
        portal.standin.open_order(portal.name, case.item_id)
    case.play("save")
    assert [len(each["basket"]) for each in case.orders()] == [1, 0]
