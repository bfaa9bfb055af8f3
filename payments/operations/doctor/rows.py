"""How a portal matches rows and parts: names, marks, twins, what adds up. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from b24app.operations.doctor.observation import Mark, Observation
from payments.billing.twins import groups_of
from payments.operations.doctor.evidence import Evidence
from payments.types import Part, Product

_NOTHING = Decimal(0)
_MOST_GROUPS = 5


def names_of_parts(evidence: Evidence) -> Observation:
    """Whether product.list names the row or the basket item of a part."""
    subject, look = "parts of payments", evidence.look
    parts = [part for parts in look.parts.by_payment.values() for part in parts]
    if not parts:
        meaning = "Add a payment with a product to this deal, then run this again."
        return Observation(subject, "No part of any payment was read.", meaning, Mark.OPEN)
    named = [part for part in parts if part.row_id is not None]
    nameless = [part for part in parts if part.row_id is None and part.basket_id is None]
    seen = (
        f"{len(named)} of {len(parts)} name their row (rowId), "
        f"{len(parts) - len(named) - len(nameless)} the basket item (entityId)."
    )
    if nameless:
        meaning = "The app knows what it put in itself, and offers no more than is surely free."
        return Observation(subject, f"{seen} The rest name neither.", meaning, Mark.OTHER)
    marked = {product.id for product in look.products if product.basket_id is not None}
    if any(part.row_id not in marked for part in named):
        meaning = "The documents have it so, the source has not; rows are then known at once."
        return Observation(subject, seen, meaning, Mark.OTHER)
    meaning = "The app remembers of which row a part is; of others the basket item tells."
    return Observation(subject, seen, meaning)


def marks_of_rows(evidence: Evidence) -> Observation:
    """Whether rows have a basket item of their own: the order follows the deal's rows."""
    subject, products = "rows of the deal", evidence.look.products
    marked = [product for product in products if product.basket_id is not None]
    seen = f"{len(marked)} of {len(products)} carry sale_basket_."
    if marked:
        meaning = "Saving a deal gives rows basket items of their own: such twins are kept apart."
        return Observation(subject, seen, meaning)
    meaning = "Add a payment, save the deal's products in its card and run this again."
    return Observation(subject, seen, meaning, Mark.OPEN)


def adding_up(evidence: Evidence) -> Observation:
    """Whether what is billed and what is on offer are the rows."""
    subject, look = "rows, payments and offer", evidence.look
    rows, offered = _total(p.quantity for p in look.products), _total(look.offered.values())
    billed = look.contents.total()
    seen = f"Rows {rows:f}, in payments {billed:f}, on offer {offered:f}."
    if not look.contents.is_complete:
        meaning = "Not every payment could be looked into, so nothing follows from it."
        return Observation(subject, seen, meaning, Mark.OPEN)
    if rows == billed + offered:
        meaning = "It adds up; change a billed quantity and run this again to see more."
        return Observation(subject, seen, meaning)
    meaning = (
        "Rows were changed after billing, or twins are mixed up or hide each other. The tab offers "
        "no more than is surely free, and says why."
    )
    return Observation(subject, seen, meaning)


def twins(evidence: Evidence) -> Iterator[Observation]:
    """What became of rows of one product, for each product that has several."""
    subject, look = "twins", evidence.look
    groups = [group for group in groups_of(look.products) if len(group) > 1]
    if not groups:
        seen = "No two rows share a product, and no two are without one."
        meaning = "Add two rows without a catalogue product, then run this again."
        yield Observation(subject, seen, meaning, Mark.OPEN)
    for group in groups[:_MOST_GROUPS]:
        yield _of_group(evidence, f"{subject} (rows {_list(group)})", group)


def _of_group(evidence: Evidence, subject: str, group: Sequence[Product]) -> Observation:
    look = evidence.look
    ids = {product.id for product in group}
    parts = [part for part in look.contents.parts if part.row_id in ids]
    if not look.contents.is_complete or look.contents.unknown() or not parts:
        seen = "Nothing of them is billed that the app can tell."
        meaning = "Bill 1 of the last of them through the app, then run this again."
        return Observation(subject, seen, meaning, Mark.OPEN)
    has_own_items = any(product.basket_id is not None for product in group)
    if _share_an_item(parts):
        seen = "Parts of different rows stand in one basket item."
        meaning = "As expected they are one thing to the portal: one of them an order is billed."
        return Observation(subject, seen, meaning)
    if _is_together(parts) and not has_own_items:
        seen = "One payment holds several of them, and none has a basket item of its own."
        meaning = "This portal keeps them apart; the app bills one of them an order all the same."
        return Observation(subject, seen, meaning, Mark.OTHER)
    if has_own_items:
        seen = "Some have basket items of their own."
        meaning = "As expected they can be billed together, from the last to the first."
        return Observation(subject, seen, meaning)
    return _by_offer(evidence, subject, group, parts)


def _by_offer(
    evidence: Evidence, subject: str, group: Sequence[Product], parts: Sequence[Part]
) -> Observation:
    """Where one of them is billed, the offer of all tells by what the portal finds rows."""
    touched = [p for p in group if any(part.row_id == p.id for part in parts)]
    if len(touched) > 1:
        seen = "Several of them are billed, and their parts do not say in which basket items."
        meaning = "Try another deal: bill 1 of the last of such rows through the app."
        return Observation(subject, seen, meaning, Mark.OPEN)
    [billed] = touched
    rest = billed.quantity - _total(part.quantity for part in parts)
    offered = {p.id: evidence.look.offered.get(p.id, _NOTHING) for p in group}
    by_row = {p.id: rest if p is billed else p.quantity for p in group}
    by_product = _derived(group, item=billed.quantity, rest=rest)
    seen = f"On offer {_quantities(offered)}; by product {_quantities(by_product)}"
    seen = f"{seen}, by row it would be {_quantities(by_row)}."
    if by_product == by_row == offered:
        meaning = "Both readings give this; bill 1 of the last row of another such deal."
        return Observation(subject, seen, meaning, Mark.OPEN)
    if offered == by_product:
        meaning = "As expected the portal finds rows by product: one of them an order is billed."
        return Observation(subject, seen, meaning)
    if offered == by_row:
        meaning = "This portal keeps them apart; the app bills one of them an order all the same."
        return Observation(subject, seen, meaning, Mark.OTHER)
    meaning = "Neither: rows were changed after billing, or billed elsewhere. Try a new deal."
    return Observation(subject, seen, meaning, Mark.OPEN)


def _derived(group: Sequence[Product], *, item: Decimal, rest: Decimal) -> dict[int, Decimal]:
    """The offer by Bitrix24's source, where all have one basket item of this quantity and rest."""
    offer: dict[int, Decimal] = {}
    has_rest, can_hide = rest > 0, True
    for product in group:
        if has_rest:
            offer[product.id], has_rest = rest, False
        elif can_hide and product.quantity == item:
            offer[product.id], can_hide = _NOTHING, False
        else:
            offer[product.id] = product.quantity
    return offer


def _share_an_item(parts: Sequence[Part]) -> bool:
    rows: dict[int, set[int | None]] = {}
    for part in parts:
        if part.basket_id is not None:
            rows.setdefault(part.basket_id, set()).add(part.row_id)
    return any(len(found) > 1 for found in rows.values())


def _is_together(parts: Sequence[Part]) -> bool:
    rows: dict[int, set[int | None]] = {}
    for part in parts:
        rows.setdefault(part.payment_id, set()).add(part.row_id)
    return any(len(found) > 1 for found in rows.values())


def _quantities(by_row: dict[int, Decimal]) -> str:
    return " and ".join(f"{quantity:f}" for quantity in by_row.values())


def _list(group: Sequence[Product]) -> str:
    return ", ".join(str(product.id) for product in group)


def _total(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, _NOTHING)
