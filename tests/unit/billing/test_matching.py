"""Which product each nameless part is of: told by order, quantities and the sum, never guessed."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.billing.matching import match_parts
from payments.types import Part, Portion

pytestmark = pytest.mark.pure


def portions(*values: tuple[int, int]) -> list[Portion]:
    """Portions of rows 1, 2… by quantity and price."""
    return [Portion(n, quantity, Decimal(unit)) for n, (quantity, unit) in enumerate(values, 1)]


def parts(*quantities: int, rows: dict[int, int] | None = None) -> list[Part]:
    """Parts 201, 202… in a payment; `rows` are those that the portal names."""
    return [
        Part(number, 7, Decimal(quantity), (rows or {}).get(number), 9)
        for number, quantity in enumerate(quantities, 201)
    ]


DESK, LAMP, BEAM = (2, 500), (3, 40), (2, 7)


@pytest.mark.parametrize(
    ("wish", "held", "known", "amount", "found"),
    [
        ([DESK, LAMP], [], {}, 0, {}),
        ([DESK, LAMP], [2, 3], {}, 1120, {201: 1, 202: 2}),
        ([DESK, LAMP], [2], {}, 1000, {201: 1}),
        ([DESK, LAMP], [3], {}, 120, {201: 2}),
        ([DESK, LAMP, BEAM], [2], {}, 1000, {201: 1}),
        ([DESK, LAMP, BEAM], [2], {}, 14, {201: 3}),
        ([DESK, LAMP, BEAM], [2, 2], {}, 1014, {201: 1, 202: 3}),
        ([DESK, LAMP, BEAM], [2, 3], {201: 1}, 1120, {201: 1, 202: 2}),
        ([DESK, LAMP, BEAM], [3, 2], {202: 3}, 134, {201: 2, 202: 3}),
        # What names itself needs no matching, of the wish or not.
        ([DESK, LAMP], [2, 5], {201: 1, 202: 9}, 0, {201: 1, 202: 9}),
        # Nobody can tell.
        ([DESK, LAMP, BEAM], [2], {}, 999, None),
        ([DESK, LAMP], [1], {}, 500, None),
        ([DESK, LAMP], [3, 2], {}, 1120, None),
        ([DESK, DESK], [2], {}, 1000, None),
        ([DESK, LAMP, DESK], [2, 3], {}, 1120, {201: 1, 202: 2}),
        ([DESK, LAMP, DESK], [2], {}, 1000, None),
        ([DESK], [2, 2], {}, 2000, None),
    ],
)
def test_parts_find_their_rows(
    wish: list[tuple[int, int]],
    held: list[int],
    known: dict[int, int],
    amount: int,
    found: dict[int, int] | None,
) -> None:
    asked = portions(*wish)
    assert match_parts(asked, parts(*held), known=known, amount=Decimal(amount)) == found


def test_a_row_that_the_portal_names_is_believed() -> None:
    held = parts(2, 3, rows={201: 3})
    asked = portions(DESK, LAMP, BEAM)
    assert match_parts(asked, held, known={}, amount=Decimal(134)) == {201: 3, 202: 2}


def test_where_no_price_was_said_the_quantities_alone_may_tell() -> None:
    asked = [Portion(1, 2), Portion(2, 3)]
    assert match_parts(asked, parts(2, 3), known={}, amount=Decimal(5)) == {201: 1, 202: 2}
    assert match_parts(asked, parts(3), known={}, amount=Decimal(5)) is None


@pytest.mark.parametrize("count", [60, 500])
def test_many_equal_portions_are_given_up_quickly(count: int) -> None:
    asked = portions(*[(1, 10)] * count)
    began = time.monotonic()
    assert match_parts(asked, parts(*[1] * 30), known={}, amount=Decimal(300)) is None
    assert match_parts(asked, parts(*[1] * count), known={}, amount=Decimal(0)) is not None
    assert time.monotonic() - began < 2


@given(
    st.lists(st.tuples(st.integers(1, 3), st.sampled_from([1, 2, 5, 10])), max_size=7),
    st.data(),
)
def test_what_is_found_is_the_truth_or_nothing(
    wish: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Whichever portions got in: their rows are found, or nobody can tell."""
    asked = portions(*wish)
    inside = [each for each in asked if data.draw(st.booleans())]
    held = parts(*(each.quantity for each in inside))
    amount = sum((each.promised or Decimal(0) for each in inside), Decimal(0))
    truth = {part.id: each.row_id for part, each in zip(held, inside, strict=True)}
    known = {number: row for number, row in truth.items() if data.draw(st.booleans())}
    assert match_parts(asked, held, known=known, amount=amount) in (truth, None)
