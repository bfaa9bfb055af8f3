"""Which product each part of a payment is of, where an answer was lost and the portal names no row.

Pure. Products go in one after the other, so parts by id follow the order of the wish; quantities
and the payment's sum tell the rest. What they do not tell is not guessed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice

from payments.billing.prices import HALF_A_CENT
from payments.types import Part, Portion, total

_MOST_TRIES = 2000


def match_parts(
    portions: Sequence[Portion], parts: Sequence[Part], *, known: Mapping[int, int], amount: Decimal
) -> dict[int, int] | None:
    """The row of each part by its id, as far as they are of the wish; None where nobody can tell.

    `known` are rows of parts that were told when they were put in.
    """
    rows = {part.id: row_id for part in parts if (row_id := known.get(part.id) or part.row_id)}
    nameless = [part for part in sorted(parts, key=lambda part: part.id) if part.id not in rows]
    if not nameless:
        return rows
    taken = set(rows.values())
    open_ones = [portion for portion in portions if portion.row_id not in taken]
    if [part.quantity for part in nameless] == [portion.quantity for portion in open_ones]:
        return rows | _pairs(nameless, open_ones)
    inside = [portion for portion in portions if portion.row_id in taken]
    tries = list(islice(_tries(nameless, open_ones), _MOST_TRIES + 1))
    found = [each for each in tries if each is not None and _is_worth([*inside, *each], amount)]
    is_told = len(tries) <= _MOST_TRIES and len(found) == 1
    return rows | _pairs(nameless, found[0]) if is_told else None


def _pairs(parts: Sequence[Part], portions: Sequence[Portion]) -> dict[int, int]:
    return {part.id: p.row_id for part, p in zip(parts, portions, strict=True)}


def _tries(
    parts: Sequence[Part], portions: Sequence[Portion]
) -> Iterator[tuple[Portion, ...] | None]:
    """Every way to take as many portions as there are parts, in order and with their quantities.

    None for every step on the way, so that whoever counts can stop.
    """
    if not parts:
        yield ()
        return
    for index in range(len(portions) - len(parts) + 1):
        yield None
        if portions[index].quantity == parts[0].quantity:
            for rest in _tries(parts[1:], portions[index + 1 :]):
                yield None if rest is None else (portions[index], *rest)


def _is_worth(portions: Sequence[Portion], amount: Decimal) -> bool:
    promised = [portion.promised for portion in portions if portion.promised is not None]
    return len(promised) == len(portions) and abs(total(promised) - amount) <= HALF_A_CENT
