"""What became of a wish: which products are in the payment, which are not and why, and its sum.

Pure. What the portal lists decides; nothing is taken for granted because it was asked for, and a
promise that was not kept is told with both figures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from b24app.rest.client import BatchAnswer
from b24app.rest.errors import AccessDenied, MethodRefused, RestError
from payments.billing.matching import match_parts
from payments.billing.offer import OfferedProduct
from payments.billing.prices import HALF_A_CENT
from payments.gateway import products as product_gateway
from payments.gateway.card import Look
from payments.types import Part, Payment, Portion, PutIn, Wish, total


class Why(StrEnum):
    """Why a product is not in the payment."""

    SAME_PRODUCT = "same product"
    WORDLESS = "refused without a reason"
    FIXED = "contents fixed"
    TWIN = "twin"
    BILLED = "billed meanwhile"
    LESS_LEFT = "less left"
    NOT_SAVED = "rows not saved"
    OPEN = "did not get in"


class Cause(StrEnum):
    """Why Bitrix24 billed something else than was promised, as far as it can be told."""

    TAX = "tax"
    ROWS_CHANGED = "rows changed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Missing:
    """A portion that is not in the payment: how much of it is left, and how much may be put in."""

    portion: Portion
    name: str
    why: Why
    left: int = 0
    addable: int = 0
    twins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Composition:
    """What became of a wish, read back from the portal; `is_known` is False if it could not be.

    `promised` and `billed` are the sum of what got in, as the form said and as the portal says.
    """

    wanted: int
    missing: tuple[Missing, ...] = ()
    is_known: bool = True
    has_other_pay_system: bool = False
    promised: Decimal | None = None
    billed: Decimal | None = None
    cause: Cause = Cause.UNKNOWN

    @property
    def differs(self) -> bool:
        """Whether something else was billed than was promised."""
        if self.promised is None or self.billed is None:
            return False
        return abs(self.promised - self.billed) > HALF_A_CENT

    @property
    def is_complete(self) -> bool:
        is_all_in = self.is_known and not self.missing
        return is_all_in and not self.has_other_pay_system and not self.differs

    @property
    def can_go_on(self) -> bool:
        """Whether "add the rest" can do anything."""
        return any(missing.addable for missing in self.missing) and not self.differs


def put_in(portions: Sequence[Portion], answer: BatchAnswer) -> PutIn:
    """What an answer says of the commands that put `portions` in."""
    parts, same, wordless = {}, set(), set()
    for row_id in (portion.row_id for portion in portions):
        key = product_gateway.row_key(row_id)
        error = answer.errors.get(key)
        if key in answer.results:
            part_id = answer.results[key]
            if part_id is None:
                same.add(row_id)
            # Only a whole number above zero says that something was put in.
            elif isinstance(part_id, int) and not isinstance(part_id, bool) and part_id > 0:
                parts[part_id] = row_id
        elif isinstance(error, MethodRefused) and not error.text.strip():
            wordless.add(row_id)
    return PutIn(parts, frozenset(same), frozenset(wordless))


def read_composition(
    wish: Wish,
    *,
    payment: Payment | None,
    parts: Sequence[Part] | None,
    put: PutIn,
    errors: Mapping[str, RestError],
    look: Look,
) -> tuple[Composition, Mapping[int, int]]:
    """What became of `wish` in a payment with these `parts`; None: they could not be read.

    Also the row of each part that could be told, for the ledger.
    """
    has_other = (
        wish.pay_system_id is not None
        and payment is not None
        and payment.pay_system_id != wish.pay_system_id
    )
    wanted = len(wish.portions)
    untold = Composition(wanted, is_known=not wanted, has_other_pay_system=has_other)
    if not wanted or parts is None or payment is None:
        return untold, put.parts
    rows = match_parts(wish.portions, parts, known=put.parts, amount=payment.amount)
    if rows is None:
        return untold, put.parts
    inside = set(rows.values())
    taken = [portion for portion in wish.portions if portion.row_id in inside]
    lacking = [portion for portion in wish.portions if portion.row_id not in inside]
    promised = _promised(taken, {rows[p.id]: p.quantity for p in parts if p.id in rows})
    composition = Composition(
        wanted=wanted,
        missing=tuple(_missing(portion, inside, put, errors, look) for portion in lacking),
        has_other_pay_system=has_other,
        promised=promised,
        billed=payment.amount if promised is not None else None,
        cause=_cause(taken, payment.amount, look),
    )
    return composition, {**put.parts, **rows}


def _promised(taken: Sequence[Portion], quantities: Mapping[int, Decimal]) -> Decimal | None:
    """The promise for what is inside; nobody promised where a price was not said."""
    if any(portion.unit is None for portion in taken):
        return None
    return total(p.unit * quantities.get(p.row_id, Decimal(p.quantity)) for p in taken if p.unit)


def _missing(
    portion: Portion,
    inside: set[int],
    put: PutIn,
    errors: Mapping[str, RestError],
    look: Look,
) -> Missing:
    product, offered = look.product(portion.row_id), look.offer.of_row(portion.row_id)
    name = product.name if product else ""
    limit = offered.limit if offered else 0
    others = [look.product(row_id) for row_id in inside if row_id != portion.row_id]
    twins = tuple(each.name for each in others if product and each and each.key == product.key)
    why = _why(portion, limit, offered, put, errors, is_beside_twin=bool(twins))
    can_follow = why in (Why.LESS_LEFT, Why.OPEN)
    addable = min(portion.quantity, limit) if can_follow else 0
    twins = twins or (offered.twins if offered else ())
    return Missing(portion, name, why, limit, addable, twins)


def _why(
    portion: Portion,
    limit: int,
    offered: OfferedProduct | None,
    put: PutIn,
    errors: Mapping[str, RestError],
    *,
    is_beside_twin: bool,
) -> Why:
    if portion.row_id in put.same:
        return Why.SAME_PRODUCT
    if portion.row_id in put.wordless:
        return Why.WORDLESS
    if put.is_unsaved and portion.is_twin:
        return Why.NOT_SAVED
    if is_beside_twin and not (offered and offered.is_apart):
        return Why.SAME_PRODUCT
    if isinstance(errors.get(product_gateway.row_key(portion.row_id)), AccessDenied):
        return Why.FIXED
    if not limit:
        return Why.TWIN if offered and offered.group else Why.BILLED
    return Why.LESS_LEFT if limit < portion.quantity else Why.OPEN


def _cause(taken: Sequence[Portion], billed: Decimal, look: Look) -> Cause:
    products = [(look.product(portion.row_id), portion.quantity) for portion in taken]
    if any(product is None for product, _ in products):
        return Cause.ROWS_CHANGED
    now = total(p.unit * quantity for p, quantity in products if p)
    nets = total(p.net_price * quantity for p, quantity in products if p)
    units = [(portion.unit, p) for portion, (p, _) in zip(taken, products, strict=True)]
    if any(unit not in (p.unit, p.net_price) for unit, p in units if p):
        return Cause.ROWS_CHANGED if abs(now - billed) <= HALF_A_CENT else Cause.UNKNOWN
    has_tax = any(p.price != p.net_price for p, _ in products if p)
    return Cause.TAX if has_tax and nets - HALF_A_CENT <= billed < now else Cause.UNKNOWN
