"""How product rows become parts of payments: matched by product, never by row.

Two rows of one catalogue product, and any two free-form rows, are twins: one thing to the basket.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from tests.standin.crm.records import BasketItem, Item, Order, PayableItem, Payment, Row
from tests.standin.world import Portal

NOTHING = 1e-10
FREE_FORM = ("", 0)
MARK, SHOP_MARK = "crm_pr_", "sale_basket_"


class Refused(Exception):
    """Why nothing was changed: "no_product", "no_stock", or "unsaid", which comes without words."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Offered:
    """What of a row can be billed; `item` is the basket item with a rest of it, if there is one."""

    row: Row
    item: BasketItem | None
    quantity: float


def key_of(portal: Portal, row: Row) -> tuple[str, int]:
    """A row's key: its catalogue product, or that of all rows without one."""
    is_known = row.product_id > 0 and row.product_id not in portal.deleted_products
    return ("catalog", row.product_id) if is_known else FREE_FORM


def unit_price(row: Row) -> float:
    """What one piece is billed at: with tax only when the row's price includes it."""
    return row.price if row.tax_included else row.price_exclusive


def billed(order: Order) -> defaultdict[int, float]:
    """How much of each basket item the payments of the order hold, by its id."""
    found: defaultdict[int, float] = defaultdict(float)
    for payment in order.payments:
        for part in payment.parts:
            if part.basket_id is not None:
                found[part.basket_id] += part.quantity
    return found


def offers(portal: Portal, order: Order | None, rows: list[Row]) -> list[Offered]:
    """What can still be billed of the rows, as the order's basket has it."""
    items = order.basket if order else []
    taken = billed(order) if order else {}
    rests = {each.id: _rest(each, taken) for each in items}
    by_key: defaultdict[tuple[str, int], list[BasketItem]] = defaultdict(list)
    for each in items:
        by_key[each.key].append(each)
    with_rest: set[int] = set()
    whole: set[int] = set()
    found = []
    for row in rows:
        alike = by_key[key_of(portal, row)]
        item = next((b for b in alike if rests[b.id] > NOTHING and b.id not in with_rest), None)
        if item is not None:
            with_rest.add(item.id)
            found.append(Offered(row, item, rests[item.id]))
            continue
        done = next((b for b in alike if _equal(b, row) and b.id not in whole), None)
        if done is not None:
            whole.add(done.id)
            continue
        found.append(Offered(row, None, row.quantity))
    return found


def add_product(
    portal: Portal, payment: Payment, owner: Item, row: Row | None, quantity: float
) -> PayableItem | None:
    """A part made of a row, or None when the payment holds one of its product already.

    Raises Refused. Nothing is changed but by success.
    """
    order = payment.order
    offered = next((o for o in offers(portal, order, owner.rows) if o.row is row), None)
    if row is None or offered is None:
        raise Refused("no_product")
    if quantity > offered.quantity:
        raise Refused("no_stock")
    key = key_of(portal, row)
    item = offered.item or next((each for each in order.basket if each.key == key), None)
    size = offered.quantity
    if item is not None:
        rest = _rest(item, billed(order))
        size = item.quantity + max(0.0, offered.quantity - rest)
    if int(unit_price(row)) < 0 or not is_in_stock(portal, row, size):
        raise Refused("unsaid")
    if item is not None and any(part.basket_id == item.id for part in payment.parts):
        return None
    if item is None:
        item = new_item(portal, order, row)
    elif offered.item is not None:
        item.xml_id = f"{MARK}{row.id}"
    item.quantity = size
    _price(portal, order, item, row)
    part = keep_part(portal, payment, quantity=quantity, basket_id=item.id)
    order.contact_id, order.company_id = owner.contact_id, owner.company_id
    return part


def set_quantity(portal: Portal, payment: Payment, part: PayableItem, quantity: float) -> None:
    """Another quantity of a part, within its basket item's. Raises Refused."""
    item = next(each for each in payment.order.basket if each.id == part.basket_id)
    if billed(payment.order)[item.id] - part.quantity + quantity > item.quantity + NOTHING:
        raise Refused("no_stock")
    part.quantity = quantity
    recalculate(portal, payment)


def keep_part(
    portal: Portal,
    payment: Payment,
    *,
    quantity: float,
    basket_id: int | None = None,
    shipment_id: int | None = None,
) -> PayableItem:
    """A new part of the payment, whose sum follows."""
    part_id = portal.next_id("part", 201)
    part = PayableItem(part_id, payment.id, quantity, basket_id, shipment_id)
    payment.parts.append(part)
    portal.parts[part.id] = part
    recalculate(portal, payment)
    return part


def remove_part(portal: Portal, payment: Payment, part: PayableItem) -> None:
    """The basket item stays, with its name and price."""
    payment.parts.remove(part)
    del portal.parts[part.id]
    recalculate(portal, payment)


def recalculate(portal: Portal, payment: Payment) -> None:
    """Let the sum be that of the parts at present prices; a cancelled order keeps its sums."""
    order = payment.order
    if order.is_cancelled:
        return
    prices = {each.id: each.price for each in order.basket}
    total = sum(
        part.quantity * prices[part.basket_id]
        if part.basket_id is not None
        else order.shipments.get(part.shipment_id or 0, 0.0)
        for part in payment.parts
    )
    payment.sum = round(total, portal.switches.sum_decimals)


def new_item(portal: Portal, order: Order, row: Row) -> BasketItem:
    """A basket item of the row's own, at its price and of its quantity."""
    item = BasketItem(
        id=portal.next_id("basket", 501),
        key=key_of(portal, row),
        name=row.name,
        quantity=row.quantity,
        price=rounded(portal, unit_price(row)),
        tax_included=row.tax_included,
        tax_rate=row.tax_rate,
        xml_id=f"{MARK}{row.id}",
    )
    order.basket.append(item)
    return item


def item_of_row(order: Order, row: Row) -> BasketItem | None:
    """The basket item that is the row's own by either mark."""
    for item in order.basket:
        if row.xml_id == f"{SHOP_MARK}{item.id}" or item.xml_id == f"{MARK}{row.id}":
            return item
    return None


def row_of_item(rows: list[Row], item: BasketItem) -> Row | None:
    """The row whose own the basket item is by either mark, that of the row first."""
    by_row = (row for row in rows if row.xml_id == f"{SHOP_MARK}{item.id}")
    by_item = (row for row in rows if item.xml_id == f"{MARK}{row.id}")
    return next(by_row, None) or next(by_item, None)


def is_in_stock(portal: Portal, row: Row, quantity: float) -> bool:
    """Whether strict stock, where the product is under it, has that much."""
    return quantity <= portal.strict_stock.get(row.product_id, quantity)


def rounded(portal: Portal, price: float) -> float:
    """A price as the portal's version keeps it: eight places, or two before 26.150."""
    return round(price, 2 if portal.switches.sum_decimals == 2 else 8)


def _price(portal: Portal, order: Order, item: BasketItem, row: Row) -> None:
    """Give the item the row's name and price; the order's first item decides about tax."""
    item.name, item.tax_rate, item.tax_included = row.name, row.tax_rate, row.tax_included
    price = unit_price(row)
    has_tax = order.basket[0].tax_included
    if row.tax_rate and item.tax_included and not has_tax:
        price /= 1 + row.tax_rate / 100
    item.price, item.tax_included = rounded(portal, price), has_tax


def _rest(item: BasketItem, taken: Mapping[int, float]) -> float:
    return round(item.quantity - taken.get(item.id, 0.0), 8)


def _equal(item: BasketItem, row: Row) -> bool:
    return abs(item.quantity - row.quantity) < NOTHING
