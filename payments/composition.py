"""Putting rows into a payment, and reading back which of them got in.

Pure: commands and answers in, facts out. What the portal refused and what it lists decide; nothing
is taken for granted because it was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import RestError
from payments import gateway, row_gateway
from payments.look import Look
from payments.types import Content, Portion, Wish

PORTIONS_PER_BATCH = 40


@dataclass(frozen=True)
class Missing:
    """A portion that is not in the payment: how much of its row is left, and why if it was said."""

    portion: Portion
    name: str
    left: int
    error: RestError | None = None

    @property
    def addable(self) -> int:
        """How much of it can still be put in."""
        return min(self.portion.quantity, self.left)


@dataclass(frozen=True)
class Composition:
    """What became of a wish, read back from the portal; `is_known` is False if it could not be."""

    wanted: int
    missing: tuple[Missing, ...] = ()
    pay_system_error: RestError | None = None
    is_known: bool = True

    @property
    def is_complete(self) -> bool:
        return self.is_known and not self.missing and self.pay_system_error is None

    @property
    def can_go_on(self) -> bool:
        """Whether "add the rest" can do anything."""
        return any(missing.addable for missing in self.missing)


def compose_commands(
    portions: Sequence[Portion], *, pay_system_id: int | None, payment: int | str
) -> dict[str, Command]:
    """Rows, then the way to pay, then the contents read back."""
    commands = row_gateway.put_commands(portions, payment=payment)
    if pay_system_id is not None:
        commands["pay_system"] = gateway.pay_system_command(pay_system_id, payment=payment)
    if portions:
        commands["contents"] = row_gateway.contents_command(payment=payment)
    return commands


def read_composition(wish: Wish, answer: BatchAnswer, look: Look | None) -> Composition:
    """What became of `wish` in a batch with `compose_commands`."""
    pay_system_error = answer.errors.get("pay_system")
    wanted = len(wish.portions)
    if not wanted:
        return Composition(0, pay_system_error=pay_system_error)
    try:
        contents = row_gateway.read_contents(answer.value("contents"))
    except RestError:
        return Composition(wanted, pay_system_error=pay_system_error, is_known=False)
    lacking = missing_portions(wish.portions, contents, put_ids(wish, answer.results))
    missing = tuple(_missing(portion, answer, look) for portion in lacking)
    return Composition(wanted, missing, pay_system_error)


def put_ids(wish: Wish, results: Mapping[str, object]) -> dict[int, int]:
    """The portal's id of what each accepted command put in, by row."""
    ids = {p.row_id: results.get(row_gateway.row_key(p.row_id)) for p in wish.portions}
    return {row_id: item for row_id, item in ids.items() if isinstance(item, int)}


def missing_portions(
    portions: Sequence[Portion], contents: Sequence[Content], ids: Mapping[int, int]
) -> list[Portion]:
    """The portions that no content stands for: by its id, by its row, or by order and quantity.

    A portal that is behind lists a row just put in without its row id (b24restdocs:
    products-in-payment/crm-item-payment-product-list.md).
    """
    by_id = {content.id for content in contents}
    by_row = {content.row_id for content in contents if content.row_id is not None}
    nameless = [c for c in contents if c.row_id is None and c.id not in set(ids.values())]
    lacking = []
    for portion in portions:
        if ids.get(portion.row_id) in by_id or portion.row_id in by_row:
            continue
        match = next((c for c in nameless if c.quantity == Decimal(portion.quantity)), None)
        if match is None:
            lacking.append(portion)
        else:
            nameless.remove(match)
    return lacking


def _missing(portion: Portion, answer: BatchAnswer, look: Look | None) -> Missing:
    rows = {row.id: row for row in look.rows} if look else {}
    row = rows.get(portion.row_id)
    names = look.names if look else {}
    return Missing(
        portion=portion,
        name=row.name if row else names.get(portion.row_id, ""),
        left=row.billable if row else 0,
        error=answer.errors.get(row_gateway.row_key(portion.row_id)),
    )
