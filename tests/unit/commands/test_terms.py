"""The terms of a form: signed for one person and item, and held against what is asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from b24app.frame.session import FrameSession
from payments.billing.offer import OfferedProduct
from payments.commands.terms import (
    EarlierTwinFirst,
    ExceedsItem,
    Terms,
    TermsInvalid,
    TooMuch,
    TwinsTogether,
    UnknownProduct,
    WishRefused,
    read_terms,
    sign_terms,
    terms_of,
)
from payments.gateway.card import Look
from payments.types import Portion, Wish
from tests.support.answers.items import limits, look_at, numbers, proposal
from tests.unit.billing.test_offer import looks

pytestmark = pytest.mark.pure

SESSION = FrameSession(1, 1, 7, "CRM_DEAL_DETAIL_TAB", 2, 101, "en", 0)
FREE = look_at("Beam 0 100x3, Hinge 0 2.5x4", "r1×3 r2×4")
APART = look_at("Beam 0 100x3, Hinge 0 2.5x4, Nut 0 1x2", "r1×3 r2×4 r3×2", own="r1 r2 r3")


def wish(look: Look, **quantities: int) -> Wish:
    """The wish for r1=1, r2=2… by the terms of the form that shows this look."""
    return terms_of(look).wish(_rows(quantities), pay_system_id=None, saves_rows=False)


def wish_saved(look: Look, **quantities: int) -> Wish:
    """The same, with the rows saved first."""
    return terms_of(look).wish(_rows(quantities), pay_system_id=None, saves_rows=True)


def _rows(quantities: dict[str, int]) -> dict[int, int]:
    return {int(name[1:]): quantity for name, quantity in quantities.items()}


def rows(found: Wish) -> list[tuple[int, int, bool]]:
    return [(each.row_id, each.quantity, each.is_twin) for each in found.portions]


@pytest.mark.parametrize(
    "terms",
    [
        Terms(),
        terms_of(FREE),
        terms_of(APART),
        terms_of(look_at("Desk 71 33.33333333x3", "r1×1", (66.67, "r1×2"))),
        terms_of(look_at("Desk 71 500x3", "r1×3", (1000, ""), unread=[1])),
    ],
)
def test_what_is_signed_is_read_again(terms: Terms) -> None:
    assert read_terms(sign_terms(terms, SESSION), SESSION) == terms


def test_five_hundred_products_are_signed_in_a_form_that_can_be_sent() -> None:
    text = ", ".join(f"Product {1000 + n} {n}.25x{n % 9 + 1}" for n in range(500))
    offered = " ".join(f"r{n + 1}×{n % 9 + 1}" for n in range(500))
    signed = sign_terms(terms_of(look_at(text, offered)), SESSION)
    assert len(signed) < 20_000
    assert len(read_terms(signed, SESSION).products) == 500


@pytest.mark.parametrize(
    "changes",
    [{"portal_id": 2}, {"user_id": 8}, {"entity_type": 31}, {"entity_id": 102}],
    ids=lambda changes: next(iter(changes)),
)
def test_the_terms_of_another_form_are_none(changes: dict[str, int]) -> None:
    signed = sign_terms(terms_of(FREE), replace(SESSION, **changes))  # type: ignore[arg-type]
    with pytest.raises(TermsInvalid):
        read_terms(signed, SESSION)


def test_what_was_changed_or_signed_for_something_else_is_none() -> None:
    signed = sign_terms(terms_of(FREE), SESSION)
    body, stamp, signature = signed.split(":")
    salted = signing.dumps([[], "EUR", None, [], [1, 7, 2, 101]], salt="payments.watermark")
    shapes = [signing.dumps(value, salt="payments.terms") for value in ([], "x", [1, 2, 3, 4, 5])]
    others = [f"{body}x:{stamp}:{signature}", f"{body}:{stamp}:{signature[:-1]}", "x", "::"]
    for text in [*others, salted, *shapes]:
        with pytest.raises(TermsInvalid):
            read_terms(text, SESSION)


def test_a_form_without_terms_asks_for_an_empty_payment_or_for_what_it_had_not() -> None:
    assert read_terms("", SESSION).wish({}, pay_system_id=4, saves_rows=True) == Wish((), 4)
    with pytest.raises(UnknownProduct):
        read_terms("", SESSION).wish({1: 1}, pay_system_id=None, saves_rows=False)


def test_the_price_and_the_currency_of_the_form_go_with_the_wish() -> None:
    look = look_at("Desk 71 120x2 20% N net 100", "r1×2", (100, ""), currency="USD")
    found = wish(look, r1=2)
    [portion] = found.portions
    assert numbers(portion.unit, portion.promised) == (100, 200)
    assert found.currency == "USD"


def test_no_more_than_the_limit_and_the_money_that_is_left() -> None:
    with pytest.raises(TooMuch) as refused:
        wish(FREE, r1=4)
    assert refused.value.most == 3
    short = look_at("Desk 71 500x3, Lamp 72 200x3", "r1×3 r2×3", (1500, ""), unread=[1])
    assert rows(wish(short, r2=3)) == [(2, 3, False)]
    with pytest.raises(ExceedsItem):
        wish(short, r1=1, r2=1)


def test_of_twins_in_one_basket_item_one_alone_is_taken() -> None:
    assert rows(wish(FREE, r2=1)) == [(2, 1, False)]
    with pytest.raises(TwinsTogether):
        wish(FREE, r1=1, r2=1)
    with pytest.raises(TwinsTogether):
        wish_saved(look_at("A 0 1x3, B 0 2x4", "r1×3 r2×3"), r1=1, r2=1)


def test_twins_go_in_from_the_last_to_the_first_each_but_the_last_whole() -> None:
    together = wish_saved(FREE, r1=2, r2=4)
    assert rows(together) == [(2, 4, True), (1, 2, True)]
    assert together.saves_rows
    assert rows(wish(APART, r2=1, r3=2)) == [(3, 2, True), (2, 1, True)]
    assert rows(wish(APART, r3=1)) == [(3, 1, False)]
    for quantities in ({"r1": 1}, {"r2": 4}, {"r1": 1, "r3": 2}, {"r2": 1, "r3": 1}):
        with pytest.raises(EarlierTwinFirst):
            wish(APART, **quantities)


def test_rows_are_saved_only_for_twins_that_need_it() -> None:
    assert not wish_saved(FREE, r1=1).saves_rows
    assert not wish_saved(APART, r2=4, r3=2).saves_rows


def test_a_twin_that_the_money_keeps_from_being_whole_keeps_the_earlier_ones_out() -> None:
    """Else the next look would take the first for the last, and offer its rest at that price."""
    text = "Desk 71 500x3, Beam 0 100x3, Hinge 0 300x2"
    short = look_at(text, "r1×3 r2×3 r3×2", (1900, "r1×2"), own="r2 r3")
    assert (limits(short.offer), proposal(short.offer)) == ("r1×1 r2×3 r3×1", "r1×1")
    assert rows(wish(short, r3=1)) == [(3, 1, False)]
    for quantities in ({"r3": 1, "r2": 1}, {"r2": 1}):
        with pytest.raises(EarlierTwinFirst):
            wish(short, **quantities)
    lowered = text.replace("500x3", "500x1")
    less = look_at(lowered, "r2×3 r3×2", (1000, "r1×2"), own="r2 r3")
    assert proposal(less.offer) == "r3×1"
    none = look_at(text, "r1×3 r2×3 r3×2", (2200, "r1×2"), own="r2 r3")
    with pytest.raises(EarlierTwinFirst):
        wish(none, r2=2)


@pytest.mark.parametrize(
    ("text", "order"),
    [
        ("Desk 71 120x1 20% N net 100, Lamp 72 120x1 20% Y net 100", [2, 1]),
        ("Desk 71 120x1 20% N net 100, Fee 0 12x1 20% Y net 10, Fare 0 6x1 20% Y net 5", [3, 2, 1]),
        ("Desk 71 120x1 20% N net 100, Fee 0 12x1 20% Y net 10, Fare 0 6x1", [1, 3, 2]),
        ("Desk 71 120x1 20% N net 100, Lamp 72 40x1", [1, 2]),
    ],
)
def test_with_both_kinds_of_tax_those_with_it_in_the_price_go_first(
    text: str, order: list[int]
) -> None:
    whole = " ".join(f"r{n}×1" for n in range(1, len(order) + 1))
    assert [term.row_id for term in terms_of(look_at(text, whole)).products] == order


@given(looks())
def test_a_form_never_refuses_what_it_proposes_itself(look: Look) -> None:
    proposed = {line.product.id: line.proposed for line in look.offer.lines if line.proposed}
    found = terms_of(look).wish(proposed, pay_system_id=None, saves_rows=False)
    assert {each.row_id: each.quantity for each in found.portions} == proposed


@given(looks(), st.dictionaries(st.integers(1, 5), st.integers(1, 3)), st.booleans())
def test_what_is_accepted_keeps_to_the_offer_and_to_the_rule_of_twins(
    look: Look, quantities: dict[int, int], saves_rows: bool
) -> None:
    terms = terms_of(look)
    try:
        found = terms.wish(quantities, pay_system_id=None, saves_rows=saves_rows)
    except WishRefused:
        return
    assert {each.row_id: each.quantity for each in found.portions} == quantities
    lines = {each.row_id: look.offer.of_row(each.row_id) for each in found.portions}
    assert all(line and each.quantity <= line.limit for each, line in _pairs(found, look))
    total = sum((each.promised or Decimal(0) for each in found.portions), Decimal(0))
    assert terms.free is None or total <= terms.free + Decimal("0.005")
    counts = Counter(line.group for line in lines.values() if line and line.group)
    for each, line in _pairs(found, look):
        assert line is not None
        assert each.is_twin == (counts[line.group] > 1)
        assert not each.is_twin or line.is_apart or (found.saves_rows and line.is_saveable)
    for group, count in counts.items():
        twins = [(each, line) for each, line in _pairs(found, look) if line and line.group == group]
        assert count == 1 or [e.row_id for e, _ in twins] == sorted(
            (e.row_id for e, _ in twins), reverse=True
        )
        assert all(each.quantity == int(line.left) for each, line in twins[:-1])


def _pairs(found: Wish, look: Look) -> list[tuple[Portion, OfferedProduct | None]]:
    return [(each, look.offer.of_row(each.row_id)) for each in found.portions]
