"""What may go into the next payment: of each product how much, at what price, and why not more.

Pure. Bitrix24 keys what it bills by product and not by row: rows that share a catalogue product,
and all rows without one, are *twins*. Its own offer can be too much, too little or of the wrong
row, so a row is offered only as far as it is known to be free: by the portal's offer, by the row's
own quantity, by the parts of all payments, and by the money that is left.
The rules were read in Bitrix24's source: crm/lib/controller/item/payment/product.php,
crm/lib/order/productmanager/*.php, sale/lib/helpers/order/builder/basketbuilder.php.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from payments.billing.contents import Contents
from payments.billing.prices import (
    HALF_A_CENT,
    adds_up,
    billed_unit,
    order_tax_included,
    sums_differ,
)
from payments.billing.quantities import MOST
from payments.billing.twins import Reason, Share, groups_of, share_of
from payments.types import Card, Payment, Product, total


class Doubt(StrEnum):
    """Why the portal's offer is not simply believed, or what the person has to know first."""

    ROWS_CHANGED = "rows changed"
    TWINS_MERGED = "twins merged"
    CONTENTS_UNREAD = "contents unread"
    OTHER_CURRENCY = "other currency"
    EXCEEDS_ITEM = "exceeds item"
    SUMS_DIFFER = "sums differ"


@dataclass(frozen=True)
class OfferedProduct:
    """A product of the form: `limit` may be billed at most, `proposed` stands in the field.

    `group` numbers the product's twins, 0 where it has none; `twins` are their names.
    `is_apart`: each of them has a basket item of its own, so that several can be billed together.
    """

    product: Product
    left: Decimal
    limit: int
    proposed: int
    unit: Decimal
    reason: Reason | None = None
    group: int = 0
    twins: tuple[str, ...] = ()
    is_apart: bool = False
    is_saveable: bool = False

    @property
    def is_fractional(self) -> bool:
        """Whether a fraction of it stays: the portal bills whole numbers alone."""
        return self.limit > 0 and self.left != int(self.left)

    @property
    def is_worth_showing(self) -> bool:
        """Whether anything is to be said of it: what is wholly billed goes without saying."""
        return self.limit > 0 or self.reason is not None

    @property
    def is_net(self) -> bool:
        """Whether less than the price with tax is billed for a piece."""
        return self.unit != self.product.price


@dataclass(frozen=True)
class Offer:
    """What may be billed; `lines` are the products, in the item's order.

    `free` is the most that the total may be, None: no limit. `can_save_rows`: nothing of any twins
    is billed yet, so that saving the item's rows gives each of them a basket item of its own.
    `is_tax_mixed`: rows with the tax in the price go in first, because the first item of an order
    decides for all.
    """

    lines: tuple[OfferedProduct, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    currency: str = ""
    free: Decimal | None = None
    can_save_rows: bool = False
    is_tax_mixed: bool = False

    def of_row(self, row_id: int) -> OfferedProduct | None:
        return next((each for each in self.lines if each.product.id == row_id), None)

    @property
    def can_bill(self) -> bool:
        return any(each.limit > 0 for each in self.lines)


def make_offer(
    *,
    products: Sequence[Product],
    offered: Mapping[int, Decimal],
    payments: Sequence[Payment],
    contents: Contents,
    card: Card,
    can_save_rows: bool,
    has_gaps: bool,
) -> Offer:
    """The offer of an item, from what was read of it in one look.

    `has_gaps`: a payment or a product could not be read, so that no sum of ours is whole; the limit
    is the card's own amount then, or nothing is offered beyond what the contents tell.
    """
    tax_included = order_tax_included(products, contents)
    units = {p.id: billed_unit(p, order_tax_included=tax_included) for p in products}
    is_even = total(offered.values()) + contents.total() == total(p.quantity for p in products)
    doubts = _doubts(products, offered, contents, is_even=is_even)
    # Saving rows removes basket items that have no row any more, and their parts with them.
    can_save = can_save_rows and not doubts and not has_gaps
    found: dict[int, OfferedProduct] = {}
    for group in groups_of(products):
        shares = share_of(group, offered, contents, is_even=is_even, can_save=can_save)
        found |= {p.id: _offered(p, share, units[p.id]) for p, share in shares.items()}
    worth = total(p.quantity * p.price for p in products)
    if has_gaps:
        worth = card.amount or Decimal(0)
    billed = total(payment.amount for payment in payments)
    rest = max(worth - billed, Decimal(0))
    is_told = _is_told(products, offered, contents) or (
        not has_gaps
        and not any(each.group for each in found.values())
        and adds_up(products, units, offered, billed)
    )
    free = None if is_told and not doubts else rest
    if free is not None:
        found = _within(found, free)
        if not contents.is_complete:
            doubts.append(Doubt.CONTENTS_UNREAD)
    if not doubts and sums_differ(payments, contents, units):
        doubts.append(Doubt.SUMS_DIFFER)
    proposed = total(each.proposed * each.unit for each in found.values())
    if payments and proposed and billed + proposed > worth + HALF_A_CENT:
        doubts.append(Doubt.EXCEEDS_ITEM)
    own = payments[-1].currency if payments else card.currency
    if own != card.currency:
        doubts.append(Doubt.OTHER_CURRENCY)
    shown = tuple(found[p.id] for p in products if found[p.id].is_worth_showing)
    return Offer(
        lines=shown,
        doubts=tuple(doubts),
        currency=own,
        free=free,
        can_save_rows=any(each.is_saveable for each in shown),
        is_tax_mixed=tax_included is None and len({p.is_tax_included for p in products}) > 1,
    )


def _is_told(
    products: Sequence[Product], offered: Mapping[int, Decimal], contents: Contents
) -> bool:
    """Whether the contents tell what is billed of each row.

    Parts of unknown rows do as well, if each basket item holds just what one row lacks on offer.
    """
    if not contents.is_complete:
        return False
    if not contents.unknown():
        return True
    lone = [group[0] for group in groups_of(products) if len(group) == 1]
    lacks = [p.quantity - offered.get(p.id, Decimal(0)) - contents.of_row(p.id) for p in lone]
    held: dict[int | None, Decimal] = {}
    for part in contents.parts:
        if part.row_id is None:
            held[part.basket_id] = held.get(part.basket_id, Decimal(0)) + part.quantity
    return None not in held and sorted(held.values()) == sorted(lack for lack in lacks if lack)


def _offered(product: Product, share: Share, unit: Decimal) -> OfferedProduct:
    limit = min(max(int(share.left), 0), MOST)
    reason = share.reason
    if not product.is_readable:
        limit, reason = 0, Reason.UNREADABLE
    elif unit < 0:
        limit, reason = 0, Reason.NEGATIVE
    elif not limit and reason is None and share.left > 0:
        reason = Reason.FRACTION
    return OfferedProduct(
        product=product,
        left=max(share.left, Decimal(0)),
        limit=limit,
        proposed=limit if share.is_proposed else 0,
        unit=unit,
        reason=reason,
        group=share.group,
        twins=share.twins,
        is_apart=share.is_apart,
        is_saveable=share.is_saveable,
    )


def in_order_of_adding(
    products: Iterable[OfferedProduct], *, is_tax_mixed: bool = False
) -> list[OfferedProduct]:
    """Twins after all others and from the last to the first.

    With `is_tax_mixed` those with the tax in the price come first, and twins of both kinds last.
    """
    products = list(products)
    ordered = [each for each in products if not each.group]
    ordered += [each for each in reversed(products) if each.group]
    if is_tax_mixed:
        net_groups = {
            each.group for each in products if each.group and not each.product.is_tax_included
        }
        ordered.sort(key=lambda each: not each.product.is_tax_included or each.group in net_groups)
    return ordered


def _within(products: Mapping[int, OfferedProduct], free: Decimal) -> dict[int, OfferedProduct]:
    """The products with no limit beyond the money that is left, and no proposal beyond it together.

    Of twins that are apart one is proposed only after the whole of all later ones.
    """
    left, found = free, {}
    open_groups: set[int] = set()
    for each in in_order_of_adding(products.values()):
        limit = each.limit
        if each.unit > 0:
            limit = min(limit, _pieces(free, each.unit))
        proposed = min(each.proposed, _pieces(left, each.unit) if each.unit > 0 else limit)
        if each.group in open_groups:
            proposed = 0
        if each.is_apart and proposed < each.limit:
            open_groups.add(each.group)
        left -= proposed * each.unit
        reason = Reason.NOT_FREE if each.limit and not limit else each.reason
        found[each.product.id] = replace(each, limit=limit, proposed=proposed, reason=reason)
    return found


def _pieces(money: Decimal, unit: Decimal) -> int:
    return max(int(((money + HALF_A_CENT) / unit).to_integral_value(ROUND_FLOOR)), 0)


def _doubts(
    products: Sequence[Product],
    offered: Mapping[int, Decimal],
    contents: Contents,
    *,
    is_even: bool,
) -> list[Doubt]:
    """What does not add up: offered and billed together must be what the rows are."""
    if not contents.is_complete:
        return []
    ids = {product.id for product in products}
    has_gone = any(part.row_id is not None and part.row_id not in ids for part in contents.parts)
    uneven = {
        product.id
        for product in products
        if offered.get(product.id, Decimal(0)) + contents.of_row(product.id) != product.quantity
    }
    if is_even and not has_gone and (not uneven or contents.unknown()):
        return []
    twins = {p.id for group in groups_of(products) if len(group) > 1 for p in group}
    is_of_twins = uneven and uneven <= twins and not has_gone
    return [Doubt.TWINS_MERGED if is_of_twins else Doubt.ROWS_CHANGED]
