"""What may be billed next, by the numbers of the worked cases, and what never happens."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.billing.offer import Offer
from payments.gateway.card import Look
from payments.types import INVOICE, Item
from tests.support.answers.items import doubts, limits, look_at, proposal, reasons

pytestmark = pytest.mark.pure

DESK_AND_LAMP = "Desk 71 500x2, Lamp 72 40x3"


@pytest.mark.parametrize(
    ("rows", "offered", "billed", "limit", "doubt"),
    [
        (DESK_AND_LAMP, "r1×2 r2×3", [], "r1×2 r2×3", ""),
        (DESK_AND_LAMP, "r2×2", [(1040, "r1×2 r2×1")], "r2×2", ""),
        (DESK_AND_LAMP, "[]", [(1120, "r1×2 r2×3")], "[]", ""),
        # A deal in deals mode, whose basket follows its rows.
        ("Desk 77 120x5", "r1×2", [(300, "r1×3")], "r1×2", "sums differ"),
        ("Desk 77 100x1", "[]", [(300, "r1×3")], "[]", "rows changed"),
        ("Desk 77 100x4", "r1×2", [(300, "r1×2")], "r1×2", "sums differ, exceeds item"),
        ("Desk 71 100x1", "[]", [(150, "r1×1")], "[]", "sums differ"),
        # Invoices and orders mode, where nothing follows.
        ("Desk 77 100x6", "r1×6", [(400, "r1×4")], "r1×2", "rows changed"),
        ("Desk 77 100x6", "r1×3", [(100, "r1×1")], "r1×3", "rows changed"),
        ("Desk 77 100x2", "r1×2", [(400, "r1×4")], "[]", "rows changed"),
        ("Desk 77 120x4", "r1×3", [(100, "r1×1")], "r1×3", "sums differ"),
        ("", "[]", [(400, "r1×4")], "[]", "rows changed"),
        ("Lamp 72 40x1", "r1×1", [(400, "r9×4")], "[]", "rows changed"),
    ],
)
def test_a_row_is_offered_as_far_as_it_is_known_to_be_free(
    rows: str, offered: str, billed: list[tuple[float, str]], limit: str, doubt: str
) -> None:
    offer = look_at(rows, offered, *billed).offer
    assert limits(offer) == proposal(offer) == limit
    assert doubts(offer) == doubt


@pytest.mark.parametrize(
    ("rows", "units", "offered", "billed"),
    [
        ("Desk 71 120x2 20% N net 100", [100], "r1×2", []),
        ("Desk 71 120x2 20% Y net 100", [120], "r1×2", []),
        ("Desk 71 120x2 20% N net 100, Lamp 72 120x1 20% Y net 100", [100, 120], "r1×2 r2×1", []),
        (
            "Desk 71 120x2 20% N net 100, Lamp 72 120x1 20% Y net 100",
            [100, 100],
            "r1×1 r2×1",
            [(100, "r1×1")],
        ),
        (
            "Desk 71 120x2 20% N net 100, Lamp 72 120x2 20% Y net 100",
            [100, 120],
            "r1×2 r2×1",
            [(120, "r2×1")],
        ),
        ("Desk 71 10x1, Lamp 72 10x2 0% Y", [10, 10], "r2×2", [(10, "r1×1")]),
    ],
)
def test_the_price_is_the_one_that_will_be_billed(
    rows: str, units: list[int], offered: str, billed: list[tuple[float, str]]
) -> None:
    look = look_at(rows, offered, *billed)
    found = {line.product.id: line.unit for line in look.offer.lines}
    assert found == {n: units[n - 1] for n in found}
    assert look.offer.is_tax_mixed == (len(units) > 1 and not billed)


def test_a_fraction_stays_and_what_has_a_negative_price_or_none_is_told() -> None:
    offer = look_at("Sand 71 10x2.5, Rebate 72 -5x1, Gift 73 0x2", "r1×2.5 r2×1 r3×2").offer
    assert limits(offer) == "r1×2 r3×2"
    assert reasons(offer) == {"Rebate": "negative"}
    assert offer.lines[0].is_fractional
    rest = look_at("Sand 71 10x2.5", "r1×0.5", (20, "r1×2")).offer
    assert (limits(rest), reasons(rest)) == ("[]", {"Sand": "fraction"})


def test_a_product_wholly_billed_in_bitrix24_is_not_said_to_be_changed() -> None:
    offer = look_at(DESK_AND_LAMP, "r2×3", (1000, "B9×2")).offer
    assert (limits(offer), reasons(offer), doubts(offer)) == ("r2×3", {}, "")
    hidden = look_at(DESK_AND_LAMP, "r2×3").offer
    assert reasons(hidden) == {"Desk": "changed"}
    assert doubts(hidden) == "rows changed"


@pytest.mark.parametrize("held", ["r1×1", "B9×1"])
@pytest.mark.parametrize("alone", [True, False])
def test_a_delivery_keeps_nothing_from_being_billed(held: str, alone: bool) -> None:
    billed = [(500, held), (25, "")] if alone else [(525, held)]
    offer = look_at("Desk 71 500x1, Lamp 72 40x3", "r2×3", *billed).offer
    assert limits(offer) == proposal(offer) == "r2×3"
    assert offer.free is None
    # More is billed than the products cost, and the other sentence says why that can be.
    expected = "sums differ, exceeds item"
    assert doubts(offer) == (expected if held == "r1×1" or alone else "exceeds item")


def test_parts_of_unknown_rows_are_told_by_what_each_row_lacks() -> None:
    """Two changes that cancel each other out in the count are seen in the basket items."""
    rows, offered = "Desk 71 100x4, Lamp 72 10x6", "r1×4 r2×3"
    offer = look_at(rows, offered, (210, "B8×2 B9×1")).offer
    assert offer.free == 250
    assert limits(offer) == "r1×2 r2×3"
    honest = look_at(rows, "r1×2 r2×5", (210, "B8×2 B9×1")).offer
    assert honest.free is None


@pytest.mark.parametrize(
    ("amounts", "offered", "limit", "doubt"),
    [
        ([1000, 40], "r2×2", "r2×2", ""),
        ([1000, 40], "r1×2 r2×3", "r2×2", "contents unread"),
        ([1000, 120], "r1×2", "[]", "contents unread"),
        ([2000, 40], "r2×2", "[]", "contents unread"),
    ],
)
def test_where_not_all_payments_were_read_the_money_decides(
    amounts: list[float], offered: str, limit: str, doubt: str
) -> None:
    billed = [(amount, "") for amount in amounts]
    offer = look_at(DESK_AND_LAMP, offered, *billed, unread=[1]).offer
    assert (limits(offer), doubts(offer)) == (limit, doubt)
    assert (offer.free is None) == (not doubt)
    assert offer.free is None or offer.free >= 0


def test_the_money_that_is_left_is_proposed_once() -> None:
    billed = [(1500, "")]
    offer = look_at("Desk 71 500x3, Lamp 72 200x3", "r1×3 r2×3", *billed, unread=[1]).offer
    assert limits(offer) == "r1×1 r2×3"
    assert proposal(offer) == "r1×1"
    assert reasons(look_at("Desk 71 500x3", "r1×3", (1200, ""), unread=[1]).offer) == {
        "Desk": "not free"
    }


def test_an_order_in_another_currency_is_told_and_its_numbers_count() -> None:
    offer = look_at("Desk 77 90x2", "r1×1", (90, "r1×1"), currency="USD").offer
    assert (limits(offer), doubts(offer), offer.currency) == ("r1×1", "other currency", "USD")


ROWS = st.lists(
    st.tuples(
        st.sampled_from([0, 71, 72, 77]),
        st.sampled_from(["-5", "0", "0.5", "2.5", "100"]),
        st.sampled_from(["1", "2", "3", "2.5"]),
    ),
    min_size=1,
    max_size=5,
)
PARTS = st.lists(
    st.tuples(st.sampled_from(["r1", "r2", "r3", "r9", "B501", "B502"]), st.integers(1, 3)),
    max_size=3,
)


@st.composite
def looks(draw: st.DrawFn) -> Look:
    """Items in any state, possible or not."""
    rows = draw(ROWS)
    numbers = [f"r{number}" for number in range(1, len(rows) + 1)]
    offers = [(name, draw(st.sampled_from([0, 0.5, 1, 2, 3]))) for name in numbers]
    payments = draw(st.lists(st.tuples(st.sampled_from([0, 25, 100, 300]), PARTS), max_size=3))
    return look_at(
        ", ".join(f"Row {key} {price}x{quantity}" for key, price, quantity in rows),
        " ".join(f"{name}×{quantity}" for name, quantity in offers if quantity),
        *((money, " ".join(f"{name}×{q}" for name, q in parts)) for money, parts in payments),
        own=draw(st.sampled_from(["", " ".join(numbers)])),
        unread=draw(st.sampled_from([[], [1]])),
        item=draw(st.sampled_from([Item(2, 1), Item(INVOICE, 1)])),
    )


def worth(offer: Offer) -> Decimal:
    return sum((line.proposed * line.unit for line in offer.lines), Decimal(0))


@given(looks())
def test_no_more_is_offered_than_the_row_the_portal_and_the_parts_allow(look: Look) -> None:
    for line in look.offer.lines:
        row = line.product
        offered = look.offered.get(row.id, Decimal(0))
        assert 0 <= line.proposed <= line.limit
        assert Decimal(line.limit) <= row.quantity
        assert Decimal(line.limit) <= offered
        if look.contents.is_complete:
            assert line.limit <= max(row.quantity - look.contents.of_row(row.id), Decimal(0))
        assert line.unit >= 0 or not line.limit
        assert line.limit or line.reason


@given(looks())
def test_no_more_is_proposed_than_the_money_that_is_left(look: Look) -> None:
    offer = look.offer
    if offer.free is not None:
        assert worth(offer) <= offer.free + Decimal("0.005")
        assert all(line.limit * line.unit <= offer.free + 1 for line in offer.lines)
    else:
        assert not {"contents unread", "rows changed", "twins merged"} & {*offer.doubts}
