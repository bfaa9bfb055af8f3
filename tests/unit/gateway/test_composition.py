"""What became of a wish: what is in, what is not and why, and whether the promise was kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from b24app.rest.client import BatchAnswer
from b24app.rest.errors import AccessDenied, MethodRefused, RestError
from payments.commands.terms import terms_of
from payments.gateway.card import Look
from payments.gateway.composition import Cause, Composition, Why, put_in, read_composition
from payments.types import PutIn, Wish
from tests.support.answers.items import look_at, numbers

pytestmark = pytest.mark.pure

DESK_AND_LAMP = "Desk 71 500x2, Lamp 72 40x3"
REFUSED = MethodRefused("0", text="Insufficient product stock.")


def wish_of(look: Look, **quantities: int) -> Wish:
    """The wish for r1=1, r2=2…, twins after their rows were saved."""
    chosen = {int(name[1:]): quantity for name, quantity in quantities.items()}
    return terms_of(look).wish(chosen, pay_system_id=None, saves_rows=True)


def composed(
    wish: Wish,
    look: Look,
    *,
    put: PutIn | None = None,
    errors: Mapping[str, RestError] | None = None,
) -> Composition:
    """What became of it, the payment being the newest of `look`."""
    newest = look.payments[-1]
    parts = look.parts.get(newest.id)
    found, _ = read_composition(
        wish, payment=newest, parts=parts, put=put or PutIn({}), errors=errors or {}, look=look
    )
    return found


def missing(found: Composition) -> list[tuple[str, Why, int]]:
    """Name, reason, and how much may still be put in."""
    return [(each.name, each.why, each.addable) for each in found.missing]


def test_all_that_was_promised_is_in() -> None:
    wish = wish_of(look_at(DESK_AND_LAMP, "r1×2 r2×3"), r1=2, r2=1)
    found = composed(wish, look_at(DESK_AND_LAMP, "r2×2", (1040, "r1×2 r2×1")))
    assert found.is_complete
    assert numbers(found.promised, found.billed, found.wanted) == (1040, 1040, 2)


def test_nameless_parts_are_told_and_noted() -> None:
    wish = wish_of(look_at(DESK_AND_LAMP, "r1×2 r2×3"), r1=2, r2=1)
    look = look_at(DESK_AND_LAMP, "r2×2", (1040, "B8×2 B9×1"))
    parts = look.parts[1]
    found, rows = read_composition(
        wish, payment=look.payments[0], parts=parts, put=PutIn({}), errors={}, look=look
    )
    assert found.is_complete
    assert rows == {201: 1, 202: 2}


@pytest.mark.parametrize("amount", [1039.996, 1040.004])
def test_less_than_half_a_cent_is_no_difference(amount: float) -> None:
    wish = wish_of(look_at(DESK_AND_LAMP, "r1×2 r2×3"), r1=2, r2=1)
    assert composed(wish, look_at(DESK_AND_LAMP, "r2×2", (amount, "r1×2 r2×1"))).is_complete
    assert composed(wish, look_at(DESK_AND_LAMP, "r2×2", (1040.02, "r1×2 r2×1"))).differs


def test_what_could_not_be_read_is_not_known() -> None:
    wish = wish_of(look_at(DESK_AND_LAMP, "r1×2 r2×3"), r1=1, r2=1)
    after = look_at(DESK_AND_LAMP, "r2×3", (500, ""), unread=[1])
    for found in (
        composed(wish, after),
        composed(wish, look_at(DESK_AND_LAMP, "r2×3", (77, "B9×1"))),
        read_composition(wish, payment=None, parts=(), put=PutIn({}), errors={}, look=after)[0],
    ):
        assert not found.is_known
        assert [found.is_complete, found.can_go_on, found.differs] == [False, False, False]


@pytest.mark.parametrize(
    ("offered", "put", "errors", "why", "addable"),
    [
        ("r2×3", PutIn({}, same=frozenset({2})), {}, Why.SAME_PRODUCT, 0),
        ("r2×3", PutIn({}, wordless=frozenset({2})), {}, Why.WORDLESS, 0),
        ("r2×3", PutIn({}), {"row_2": AccessDenied()}, Why.FIXED, 0),
        ("[]", PutIn({}), {"row_2": REFUSED}, Why.BILLED, 0),
        ("r2×1", PutIn({}), {"row_2": REFUSED}, Why.LESS_LEFT, 1),
        ("r2×3", PutIn({}), {"row_2": REFUSED}, Why.OPEN, 2),
        ("r2×3", PutIn({}), {}, Why.OPEN, 2),
    ],
)
def test_what_is_not_in_has_its_reason_and_is_tried_again_only_where_it_can_get_in(
    offered: str, put: PutIn, errors: dict[str, RestError], why: Why, addable: int
) -> None:
    wish = wish_of(look_at(DESK_AND_LAMP, "r1×2 r2×3"), r1=2, r2=2)
    others = [(120, "r2×3")] if offered == "[]" else [(80, "r2×2")] if offered == "r2×1" else []
    look = look_at(DESK_AND_LAMP, offered, *others, (1000, "r1×2"))
    found = composed(wish, look, put=put, errors=errors)
    assert missing(found) == [("Lamp", why, addable)]
    assert found.can_go_on == bool(addable)
    assert numbers(found.promised, found.billed) == (1000, 1000)


def test_a_product_beside_its_twin_is_not_tried_again() -> None:
    rows = "Beam 0 100x3, Hinge 0 2.5x4"
    wish = wish_of(look_at(rows, "r1×3 r2×4"), r1=3, r2=4)
    look = look_at(rows, "r1×3", (10, "r2B501×4"))
    assert missing(composed(wish, look)) == [("Beam", Why.SAME_PRODUCT, 0)]
    unsaved = PutIn({}, is_unsaved=True)
    none = look_at(rows, "r1×3 r2×4", (0, ""))
    assert {each.why for each in composed(wish, none, put=unsaved).missing} == {Why.NOT_SAVED}
    elsewhere = composed(wish, look_at(rows, "r1×3", (10, "r2B501×4"), (0, "")))
    assert missing(elsewhere) == [("Hinge", Why.BILLED, 0), ("Beam", Why.TWIN, 0)]


def test_where_something_else_was_billed_nothing_more_is_put_in() -> None:
    wish = wish_of(look_at(DESK_AND_LAMP, "r1×2 r2×3"), r1=2, r2=2)
    found = composed(wish, look_at(DESK_AND_LAMP, "r2×3", (900, "r1×2")))
    assert found.differs
    assert missing(found) == [("Lamp", Why.OPEN, 2)]
    assert not found.can_go_on


NET, GROSS = "120x2 20% N net 100", "120x2 20% Y net 100"


@pytest.mark.parametrize(
    ("before", "after", "billed", "cause"),
    [
        (f"Desk 71 {GROSS}", f"Desk 71 {GROSS}", 200, Cause.TAX),
        (f"Desk 71 {GROSS}", "Desk 71 130x2", 260, Cause.ROWS_CHANGED),
        (f"Desk 71 {GROSS}", "Lamp 72 1x1", 200, Cause.UNKNOWN),
        (f"Desk 71 {NET}", f"Desk 71 {NET}", 240, Cause.UNKNOWN),
        ("Desk 71 100x2", "Desk 71 100x2", 0, Cause.UNKNOWN),
        ("Desk 71 100x2", "Desk 71 130x2", 190, Cause.UNKNOWN),
    ],
)
def test_the_cause_of_a_difference_is_told_as_far_as_it_can_be(
    before: str, after: str, billed: float, cause: Cause
) -> None:
    wish = wish_of(look_at(before, "r1×2"), r1=2)
    found = composed(wish, look_at(after, "[]", (billed, "r1×2")))
    assert found.differs
    assert numbers(found.billed) == (billed,)
    assert found.cause is cause


def test_a_row_that_is_gone_and_a_promise_without_tax_that_was_billed_with_it() -> None:
    wish = wish_of(look_at("Desk 71 100x2", "r1×2"), r1=2)
    gone = replace(look_at("", "[]", (50, "r1×2")), products=())
    assert composed(wish, gone).cause is Cause.ROWS_CHANGED
    rows = f"Lamp 72 {NET}, Desk 71 {GROSS}"
    wish = wish_of(look_at(rows, "r1×1 r2×2", (100, "r1×1")), r2=2)
    assert wish.portions[0].promised == 200
    found = composed(wish, look_at(rows, "r1×1", (100, "r1×1"), (240, "r2×2")))
    # The rows are as they were.
    assert (found.differs, found.cause) == (True, Cause.UNKNOWN)


def test_another_way_to_pay_than_the_chosen_one_is_told() -> None:
    for chosen, other in ((4, True), (2, False), (None, False)):
        look = look_at("Desk 71 100x2", "r1×2", (0, ""))
        found = composed(Wish((), chosen), look)
        assert (found.has_other_pay_system, found.is_complete) == (other, not other)


def test_what_a_portal_says_of_each_row_is_read_for_what_it_is() -> None:
    results: dict[str, Any] = {"row_1": 17, "row_2": None, "row_3": 0, "row_4": True, "row_5": "18"}
    results["row_6"] = [1]
    errors = {"row_7": MethodRefused("0", text=" "), "row_8": REFUSED, "row_9": AccessDenied()}
    rows = ", ".join(f"Row {70 + n} 1x1" for n in range(1, 11))
    whole = " ".join(f"r{n}×1" for n in range(1, 11))
    wish = wish_of(look_at(rows, whole), **{f"r{n}": 1 for n in range(1, 11)})
    put = put_in(wish.portions, BatchAnswer(results, errors))
    assert put == PutIn({17: 1}, same=frozenset({2}), wordless=frozenset({7}))


def test_quantities_that_differ_from_the_wish_count_as_they_are() -> None:
    """Another wrote to the same part: the promise is for what is inside."""
    wish = wish_of(look_at("Desk 71 500x2", "r1×2"), r1=2)
    found = composed(wish, look_at("Desk 71 500x2", "r1×1", (500, "r1×1")))
    assert numbers(found.promised, found.billed) == (500, 500)
    assert not found.missing
