"""Twins: rows that Bitrix24 cannot keep apart in payments, and what of them can be billed.

Pure. In one payment the second of two twins is not billed; in two payments it renames and reprices
the first one's part, and both are offered again. Where each has a basket item of its own, they come
out right from the last row to the first. So by default one of them goes into the payments of an
order, and only that one may follow.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from payments.billing.contents import Contents
from payments.types import Product


class Reason(StrEnum):
    """Why a product is not offered, or not without a word."""

    FRACTION = "fraction"
    NEGATIVE = "negative"
    UNREADABLE = "unreadable"
    NOT_FREE = "not free"
    CHANGED = "changed"
    TWIN = "twin"
    TWIN_APART = "twin apart"
    TWIN_BILLED = "twin billed"
    TWIN_UNSURE = "twin unsure"


_NOTHING = Decimal(0)
_BILLED = Reason.TWIN_BILLED


@dataclass(frozen=True)
class Share:
    """So much of a product is left to bill, and whether the form proposes it."""

    left: Decimal
    is_proposed: bool = True
    reason: Reason | None = None
    group: int = 0
    twins: tuple[str, ...] = ()
    is_apart: bool = False
    is_saveable: bool = False


def groups_of(products: Sequence[Product]) -> list[tuple[Product, ...]]:
    """The products by the key that Bitrix24 uses: the catalogue product, or none for all others."""
    groups: dict[int, list[Product]] = {}
    for product in products:
        groups.setdefault(product.key, []).append(product)
    return [tuple(group) for group in groups.values()]


def share_of(
    group: Sequence[Product],
    offered: Mapping[int, Decimal],
    contents: Contents,
    *,
    is_even: bool,
    can_save: bool,
) -> dict[Product, Share]:
    """What is left of each product of one group, nothing where it is not sure.

    `is_even`: all that is offered and all that is billed add up to the item's rows.
    """
    if len(group) == 1:
        return {group[0]: _single(group[0], offered, contents, is_even=is_even)}
    rests = {p: p.quantity - contents.of_row(p.id) for p in group}
    is_apart = len({p.basket_id for p in group if p.basket_id is not None}) == len(group)
    if not contents.is_complete or contents.unknown() > 0:
        unsure = {p: Reason.TWIN_UNSURE if rests[p] > 0 else None for p in group}
        shares = {p: Share(_NOTHING, reason=unsure[p]) for p in group}
    elif is_apart:
        shares = _apart(group, rests, offered)
    else:
        shares = _together(group, rests, offered, can_save=can_save)
    return {
        product: replace(
            share, group=group[0].id, twins=tuple(p.name for p in group if p.id != product.id)
        )
        for product, share in shares.items()
    }


def _single(
    product: Product, offered: Mapping[int, Decimal], contents: Contents, *, is_even: bool
) -> Share:
    free = min(offered.get(product.id, Decimal(0)), product.quantity)
    if not contents.is_complete:
        return Share(free)
    known = product.quantity - contents.of_row(product.id)
    if not is_even:
        known -= contents.unknown()
    left = min(free, max(known, Decimal(0)))
    is_hidden = product.quantity - contents.of_row(product.id) > contents.unknown()
    return Share(left, reason=Reason.CHANGED if not left and is_hidden else None)


def _together(
    group: Sequence[Product],
    rests: Mapping[Product, Decimal],
    offered: Mapping[int, Decimal],
    *,
    can_save: bool,
) -> dict[Product, Share]:
    """Twins in one basket item: one of them, and no other once it is billed."""
    touched = [p for p in group if rests[p] < p.quantity]
    lefts = {p: max(min(offered.get(p.id, _NOTHING), rests[p]), _NOTHING) for p in group}
    if not touched:
        is_saveable = can_save and all(lefts[p] == p.quantity for p in group)
        first = next((p for p in group if int(lefts[p]) > 0), None)
        return {p: Share(lefts[p], p is first, Reason.TWIN, is_saveable=is_saveable) for p in group}
    shares = {}
    for p in group:
        if touched == [p]:
            shares[p] = Share(lefts[p], reason=None if lefts[p] or not rests[p] else _BILLED)
        else:
            shares[p] = Share(_NOTHING, reason=_BILLED if rests[p] > 0 else None)
    return shares


def _apart(
    group: Sequence[Product], rests: Mapping[Product, Decimal], offered: Mapping[int, Decimal]
) -> dict[Product, Share]:
    """Twins with a basket item each: all of them, if the portal offers each its own rest."""
    open_ones = [p for p in group if rests[p] > 0]
    if any(offered.get(p.id, _NOTHING) != max(rests[p], _NOTHING) for p in group):
        return {p: Share(_NOTHING, reason=_BILLED if p in open_ones else None) for p in group}
    told = Reason.TWIN_APART if len(open_ones) > 1 else None
    return {
        p: Share(rests[p], reason=told if p in open_ones else None, is_apart=True) for p in group
    }
