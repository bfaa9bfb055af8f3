"""Twins: what of them may be billed, by the numbers of Bitrix24's own rules."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.billing.twins import groups_of
from payments.types import INVOICE, Item
from tests.support.answers.items import limits, look_at, products_of, proposal, reasons

pytestmark = pytest.mark.pure

FREE = "Beam 0 100x3, Hinge 0 2.5x4"
SMALL = "Small 77 50x3, Large 77 60x2"
PAIR = "Small 77 50x1, Large 77 60x1"
WHOLE = {FREE: "r1×3 r2×4", SMALL: "r1×3 r2×2", PAIR: "r1×1 r2×1"}


@pytest.mark.parametrize(
    ("rows", "groups"),
    [
        ("Desk 71 500x2, Lamp 72 40x3", [[1], [2]]),
        (FREE, [[1, 2]]),
        ("Desk 71 500x1, Fee 0 30x1", [[1], [2]]),
        ("Small 77 50x1, Fee 0 30x1, Large 77 60x1, Fare 0 1x1", [[1, 3], [2, 4]]),
    ],
)
def test_rows_are_grouped_by_product_and_all_without_one_together(
    rows: str, groups: list[list[int]]
) -> None:
    found = groups_of(products_of(rows))
    assert [[product.id for product in group] for group in found] == groups


@pytest.mark.parametrize("rows", [FREE, PAIR, SMALL])
def test_of_untouched_twins_each_may_be_billed_and_the_first_is_proposed(rows: str) -> None:
    offer = look_at(rows, WHOLE[rows]).offer
    assert limits(offer) == WHOLE[rows]
    assert proposal(offer) == WHOLE[rows].split()[0]
    assert set(reasons(offer).values()) == {"twin"}
    assert offer.can_save_rows
    assert {line.twins for line in offer.lines} == {
        tuple(line.product.name for line in offer.lines if line is not other)
        for other in offer.lines
    }


@pytest.mark.parametrize(
    ("rows", "offered", "billed", "limit"),
    [
        (FREE, "r2×4", (300, "r1B501×3"), "[]"),
        (FREE, "r1×3", (10, "r2B501×4"), "[]"),
        (FREE, "r1×3", (2.5, "r2B501×1"), "[]"),
        ("Sand 0 100x2, Salt 0 50x2", "r1×1", (50, "r2B501×1"), "[]"),
        (PAIR, "r2×1", (50, "r1B501×1"), "[]"),
        (SMALL, "r1×2 r2×2", (50, "r1B501×1"), "r1×2"),
    ],
)
def test_once_a_twin_is_billed_no_other_follows_and_its_own_rest_may(
    rows: str, offered: str, billed: tuple[float, str], limit: str
) -> None:
    offer = look_at(rows, offered, billed).offer
    assert limits(offer) == limit
    assert not offer.can_save_rows
    assert "twin billed" in reasons(offer).values()


def test_merged_twins_are_offered_no_more_whatever_the_portal_says() -> None:
    look = look_at(FREE, "r1×3 r2×4", (300, "r1B501×3"), (10, "r2B501×4"))
    assert limits(look.offer) == "[]"
    assert list(look.offer.doubts) == ["twins merged"]
    eaten = look_at(SMALL, "r2×2", (60, "r1B501×1"), (120, "r2B501×2"))
    assert limits(eaten.offer) == "[]"


@pytest.mark.parametrize("billed", [((300, "B501×3"),), ((300, "B501×3"), (0, ""))])
def test_where_a_part_may_be_of_any_twin_nothing_is_offered(
    billed: tuple[tuple[float, str], ...],
) -> None:
    offer = look_at(FREE, "r2×4", *billed).offer
    assert limits(offer) == "[]"
    assert set(reasons(offer).values()) == {"twin unsure"}
    unread = look_at(FREE, "r2×4", (300, "r1B501×3"), unread=[1]).offer
    assert limits(unread) == "[]"


def test_twins_with_basket_items_of_their_own_are_proposed_together() -> None:
    offer = look_at(FREE, "r1×3 r2×4", own="r1 r2").offer
    assert proposal(offer) == "r1×3 r2×4"
    assert all(line.is_apart for line in offer.lines)
    rest = look_at(FREE, "r1×3", (10, "B502×4"), own="r1 r2").offer
    assert proposal(rest) == "r1×3"
    assert reasons(rest) == {}


@pytest.mark.parametrize(
    ("offered", "billed"),
    [("r1×4", (300, "B501×3")), ("r1×3 r2×4", (300, "B501×3")), ("r2×4", (2.5, "B502×1"))],
)
def test_such_twins_are_offered_only_if_the_portal_offers_each_its_own_rest(
    offered: str, billed: tuple[float, str]
) -> None:
    assert limits(look_at(FREE, offered, billed, own="r1 r2").offer) == "[]"


def test_one_without_a_basket_item_of_its_own_spoils_them_all() -> None:
    offer = look_at(FREE, "r1×3 r2×4", own="r1").offer
    assert not any(line.is_apart for line in offer.lines)
    assert proposal(offer) == "r1×3"


def test_rows_are_saved_for_a_deal_alone_and_only_while_all_adds_up() -> None:
    whole = WHOLE[FREE]
    assert not look_at(FREE, whole, item=Item(INVOICE, 1)).offer.can_save_rows
    assert look_at(FREE, whole, (0, "")).offer.can_save_rows
    # A part of a row that is gone: saving would take it out of its payment.
    assert not look_at(FREE, whole, (40, "r9B509×1")).offer.can_save_rows
    assert not look_at("Desk 71 10x4, " + FREE, "r1×4 r2×3 r3×4", (40, "r1×4")).offer.can_save_rows
    assert not look_at("Sand 0 100x2.5, Salt 0 1x1", "r1×2 r2×1").offer.can_save_rows


@given(
    st.lists(st.sampled_from([0, 71, 77]), min_size=2, max_size=6),
    st.lists(st.integers(0, 4), min_size=6, max_size=6),
    st.lists(st.integers(0, 4), min_size=6, max_size=6),
    st.booleans(),
)
def test_never_are_two_twins_of_one_basket_item_proposed(
    keys: list[int], offers: list[int], billed: list[int], is_apart: bool
) -> None:
    rows = ", ".join(f"Row {key} 10x3" for key in keys)
    numbers = range(1, len(keys) + 1)
    held = " ".join(f"r{n}×{q}" for n, q in zip(numbers, billed, strict=False) if q)
    offered = " ".join(f"r{n}×{q}" for n, q in zip(numbers, offers, strict=False) if q)
    own = " ".join(f"r{n}" for n in numbers) if is_apart else ""
    offer = look_at(rows, offered, (10 * sum(billed[: len(keys)]), held), own=own).offer
    for group in {line.group for line in offer.lines if line.group}:
        twins = [line for line in offer.lines if line.group == group]
        assert all(line.is_apart for line in twins) or sum(each.proposed > 0 for each in twins) <= 1
        touched = {line.product.id for line in twins if billed[line.product.id - 1]}
        if touched and not is_apart:
            assert {line.product.id for line in twins if line.limit} <= touched
            assert len(touched) == 1 or not any(line.limit for line in twins)
