"""How a portal matches products and parts: names, marks, twins, what adds up. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from payments.billing.twins import groups_of
from payments.operations.doctor.evidence import OPEN, OTHER, SEEN, Evidence, Said
from payments.types import Part, Product, total

_MOST_GROUPS = 5
_APART = "This portal keeps them apart; the app bills one of them an order all the same."


def names_of_parts(evidence: Evidence) -> Said:
    """Whether product.list names the row or the basket item of a part."""
    look = evidence.look
    parts = [part for parts in look.parts.values() for part in parts]
    if not parts:
        meaning = "Add a payment with a product to this deal, then run this again."
        return OPEN, "No part of any payment was read.", meaning
    named = [part for part in parts if part.row_id is not None]
    nameless = [part for part in parts if part.row_id is None and part.basket_id is None]
    seen = (
        f"{len(named)} of {len(parts)} name their row (rowId), "
        f"{len(parts) - len(named) - len(nameless)} the basket item (entityId)."
    )
    if nameless:
        meaning = "The app knows what it put in itself, and offers no more than is surely free."
        return OTHER, f"{seen} The rest name neither.", meaning
    marked = {product.id for product in look.products if product.basket_id is not None}
    if any(part.row_id not in marked for part in named):
        meaning = "The documents have it so, the source has not; rows are then known at once."
        return OTHER, seen, meaning
    return SEEN, seen, "The app remembers of which row a part is; of others the basket item tells."


def marks_of_rows(evidence: Evidence) -> Said:
    """Whether rows have a basket item of their own: the order follows the deal's rows."""
    products = evidence.look.products
    marked = [product for product in products if product.basket_id is not None]
    seen = f"{len(marked)} of {len(products)} carry sale_basket_."
    if marked:
        meaning = "Saving a deal gives rows basket items of their own: such twins are kept apart."
        return SEEN, seen, meaning
    return OPEN, seen, "Add a payment, save the deal's products in its card and run this again."


def adding_up(evidence: Evidence) -> Said:
    """Whether what is billed and what is on offer are the rows."""
    look = evidence.look
    rows, offered = total(p.quantity for p in look.products), total(look.offered.values())
    billed = look.contents.total()
    seen = f"Rows {rows:f}, in payments {billed:f}, on offer {offered:f}."
    if not look.contents.is_complete:
        return OPEN, seen, "Not every payment could be looked into, so nothing follows from it."
    if rows == billed + offered:
        return SEEN, seen, "It adds up; change a billed quantity and run this again to see more."
    meaning = (
        "Rows were changed after billing, or twins are mixed up or hide each other. The tab offers "
        "no more than is surely free, and says why."
    )
    return SEEN, seen, meaning


def twins(evidence: Evidence) -> dict[str, Said]:
    """What became of rows of one product, by the numbers of these rows where there are any."""
    groups = [group for group in groups_of(evidence.look.products) if len(group) > 1]
    if not groups:
        seen = "No two rows share a product, and no two are without one."
        meaning = "Add two rows without a catalogue product, then run this again."
        return {"": (OPEN, seen, meaning)}
    return {
        f" (rows {', '.join(str(product.id) for product in group)})": _of_group(evidence, group)
        for group in groups[:_MOST_GROUPS]
    }


def _of_group(evidence: Evidence, group: Sequence[Product]) -> Said:
    contents = evidence.look.contents
    ids = {product.id for product in group}
    parts = [part for part in contents.parts if part.row_id in ids]
    if not contents.is_complete or contents.unknown() or not parts:
        meaning = "Bill 1 of the last of them through the app, then run this again."
        return OPEN, "Nothing of them is billed that the app can tell.", meaning
    has_own_items = any(product.basket_id is not None for product in group)
    if _holds_several({(part.basket_id, part.row_id) for part in parts if part.basket_id}):
        seen = "Parts of different rows stand in one basket item."
        meaning = "As expected they are one thing to the portal: one of them an order is billed."
        return SEEN, seen, meaning
    if _holds_several({(part.payment_id, part.row_id) for part in parts}) and not has_own_items:
        seen = "One payment holds several of them, and none has a basket item of its own."
        return OTHER, seen, _APART
    if has_own_items:
        meaning = "As expected they can be billed together, from the last to the first."
        return SEEN, "Some have basket items of their own.", meaning
    return _by_offer(evidence, group, parts)


def _by_offer(evidence: Evidence, group: Sequence[Product], parts: Sequence[Part]) -> Said:
    """Where one of them is billed, the offer of all tells by what the portal finds rows."""
    touched = [p for p in group if any(part.row_id == p.id for part in parts)]
    if len(touched) > 1:
        seen = "Several of them are billed, and their parts do not say in which basket items."
        meaning = "Try another deal: bill 1 of the last of such rows through the app."
        return OPEN, seen, meaning
    [billed] = touched
    rest = billed.quantity - total(part.quantity for part in parts)
    offered = {p.id: evidence.look.offered.get(p.id, Decimal(0)) for p in group}
    by_row = {p.id: rest if p is billed else p.quantity for p in group}
    by_product = _derived(group, item=billed.quantity, rest=rest)
    seen = f"On offer {_quantities(offered)}; by product {_quantities(by_product)}"
    seen = f"{seen}, by row it would be {_quantities(by_row)}."
    if by_product == by_row == offered:
        return OPEN, seen, "Both readings give this; bill 1 of the last row of another such deal."
    if offered == by_product:
        meaning = "As expected the portal finds rows by product: one of them an order is billed."
        return SEEN, seen, meaning
    if offered == by_row:
        return OTHER, seen, _APART
    meaning = "Neither: rows were changed after billing, or billed elsewhere. Try a new deal."
    return OPEN, seen, meaning


def _derived(group: Sequence[Product], *, item: Decimal, rest: Decimal) -> dict[int, Decimal]:
    """The offer by Bitrix24's source, where all have one basket item of this quantity and rest."""
    offer: dict[int, Decimal] = {}
    has_rest, can_hide = rest > 0, True
    for product in group:
        if has_rest:
            offer[product.id], has_rest = rest, False
        elif can_hide and product.quantity == item:
            offer[product.id], can_hide = Decimal(0), False
        else:
            offer[product.id] = product.quantity
    return offer


def _holds_several(pairs: set[tuple[int | None, int | None]]) -> bool:
    """Whether one of what stands first holds several of what stands second."""
    return len({holder for holder, _ in pairs}) < len(pairs)


def _quantities(by_row: Mapping[int, Decimal]) -> str:
    return " and ".join(f"{quantity:f}" for quantity in by_row.values())
