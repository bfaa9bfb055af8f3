"""Rows being saved, and what a save does to the order behind a deal.

In deals mode the basket follows the rows and no payment's sum does; behind invoices, and in orders
mode, nothing follows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from tests.standin.crm.basket import (
    MARK,
    SHOP_MARK,
    Refused,
    is_in_stock,
    key_of,
    new_item,
    rounded,
    row_of_item,
    unit_price,
)
from tests.standin.crm.product_rows import changed_row, new_row
from tests.standin.crm.records import DEAL, BasketItem, Item, Order, Row
from tests.standin.world import Portal

Match = Callable[[BasketItem, Row], bool]


def save_rows(portal: Portal, item: Item, rows: list[Row]) -> None:
    """Let the item have these rows, and its order what they say.

    Raises Refused, and changes nothing, when strict stock has not so many.
    """
    rows = sorted(rows, key=lambda row: (row.sort, row.id))
    before = [replace(row) for row in item.rows]
    order = _order_to_follow(portal, item)
    pairs = {} if order is None else _pairs(portal, order, rows)
    for row in rows if order else []:
        pair = pairs.get(row.id)
        if (pair is None or pair.quantity != row.quantity) and not is_in_stock(
            portal, row, row.quantity
        ):
            raise Refused("no_stock")
    is_changed = rows != before
    item.rows = rows
    item.opportunity = round(sum(row.price * row.quantity for row in rows), 2)
    if order is not None and (is_changed or portal.switches.noop_saves_synchronise):
        _follow(portal, order, item, pairs)


def reserve(portal: Portal, order: Order, item: Item) -> None:
    """Put all rows of the item into the order's basket, as a reservation does."""
    _follow(portal, order, item, _pairs(portal, order, item.rows))


def rewrite_rows(portal: Portal, order: Order, item: Item) -> None:
    """The way back, which an order saved outside REST goes: the rows as the basket has them.

    A row without a basket item is lost.
    """
    rows = []
    for place, each in enumerate(order.basket, start=1):
        values = {
            "name": each.name,
            "quantity": each.quantity,
            "tax_rate": each.tax_rate,
            "tax_included": each.tax_included,
            "price" if each.tax_included else "price_exclusive": each.price,
            "sort": 10 * place,
        }
        row = row_of_item(item.rows, each)
        if row is None:
            values["product_id"] = each.key[1]
        rows.append(changed_row(row, values) if row else new_row(portal, values, sort=10 * place))
        rows[-1].xml_id = f"{SHOP_MARK}{each.id}"
    item.rows = rows
    item.opportunity = round(sum(row.price * row.quantity for row in rows), 2)


def _order_to_follow(portal: Portal, item: Item) -> Order | None:
    """Of several orders, the oldest."""
    if item.entity_type_id != DEAL or portal.switches.mode != "deals":
        return None
    return next(iter(portal.orders_of(item.entity_type_id, item.id)), None)


def _pairs(portal: Portal, order: Order, rows: list[Row]) -> dict[int, BasketItem]:
    """The basket item of each row that has one, by the row's id."""
    ways: tuple[Match, ...] = (
        lambda b, row: row.xml_id == f"{SHOP_MARK}{b.id}",
        lambda b, row: b.xml_id == f"{MARK}{row.id}",
        lambda b, row: (
            (b.key, b.quantity, b.price)
            == (key_of(portal, row), row.quantity, rounded(portal, unit_price(row)))
        ),
        lambda b, row: b.key == key_of(portal, row),
    )
    found: dict[int, BasketItem] = {}
    used: set[int] = set()
    for is_pair in ways:
        for item in order.basket:
            if item.id in used:
                continue
            row = next((r for r in rows if r.id not in found and is_pair(item, r)), None)
            if row is not None:
                found[row.id] = item
                used.add(item.id)
    return found


def _follow(portal: Portal, order: Order, item: Item, pairs: dict[int, BasketItem]) -> None:
    """The basket as the rows say; what no row has goes, with its parts, also from paid payments."""
    kept = {pair.id for pair in pairs.values()}
    for gone in [each for each in order.basket if each.id not in kept]:
        _remove_item(portal, order, gone)
    for row in item.rows:
        pair = pairs.get(row.id)
        if pair is None:
            row.xml_id = f"{SHOP_MARK}{new_item(portal, order, row).id}"
            continue
        pair.key, pair.name, pair.quantity = key_of(portal, row), row.name, row.quantity
        pair.price, pair.xml_id = rounded(portal, unit_price(row)), f"{MARK}{row.id}"
        pair.tax_included, pair.tax_rate = row.tax_included, row.tax_rate
    order.currency, order.responsible_id = item.currency, item.assigned_by_id


def _remove_item(portal: Portal, order: Order, item: BasketItem) -> None:
    order.basket.remove(item)
    for payment in order.payments:
        for part in [each for each in payment.parts if each.basket_id == item.id]:
            payment.parts.remove(part)
            del portal.parts[part.id]
