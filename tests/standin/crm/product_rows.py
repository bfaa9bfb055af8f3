"""Product rows coming into being and being changed, with all their prices.

A row's values, by name: name, product_id, price (with tax), price_exclusive, quantity, tax_rate,
tax_included, discount (a sum off the net price), discount_rate (per cent), discount_type, sort.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tests.standin.crm.records import Row
from tests.standin.world import Portal

PRICES = ("price", "price_exclusive", "tax_rate")
DISCOUNTS = ("discount", "discount_rate", "discount_type")
ABSOLUTE, PERCENT = 1, 2


def new_row(portal: Portal, values: Mapping[str, Any], *, sort: int) -> Row:
    """A row with a new id; one without `product_id` gets a catalogue product of its own."""
    row_id = portal.next_id("row", 301)
    row = Row(
        id=row_id,
        product_id=1000 + row_id,
        name="Product",
        price=0.0,
        quantity=1.0,
        price_exclusive=0.0,
        sort=sort,
    )
    return changed_row(row, values)


def changed_row(row: Row, values: Mapping[str, Any]) -> Row:
    """The row with new values; prices and discount that are not named follow the others."""
    found = replace(row)
    if values.get("name") is not None:
        found.name = str(values["name"])
    for key in ("product_id", "sort"):
        if values.get(key) is not None:
            setattr(found, key, int(values[key]))
    if values.get("quantity") is not None:
        found.quantity = float(values["quantity"])
    if "tax_included" in values:
        found.tax_included = bool(values["tax_included"])
    if "tax_rate" in values:
        found.tax_rate = None if values["tax_rate"] is None else float(values["tax_rate"])
    if any(key in values for key in PRICES):
        _set_prices(found, values)
    if any(key in values for key in (*PRICES, *DISCOUNTS)):
        _set_discount(found, values)
    return found


def saved_rows(portal: Portal, old: list[Row], lines: Iterable[Mapping[str, Any]]) -> list[Row]:
    """A whole set: a line with the `id` of an old row changes it, any other makes a row anew."""
    by_id = {row.id: row for row in old}
    found = []
    for place, values in enumerate(lines, start=1):
        sort = int(values.get("sort") or 10 * place)
        known = by_id.pop(int(values.get("id") or 0), None)
        if known is None:
            found.append(new_row(portal, values, sort=sort))
        else:
            found.append(changed_row(known, {**values, "sort": sort}))
    return found


def price_before_discount(row: Row) -> tuple[float, float]:
    """Without tax and with it."""
    factor = _factor(row)
    if row.discount_type == PERCENT and row.discount_rate < 100:
        gross = row.price * 100 / (100 - row.discount_rate)
        return round(gross / factor, 8), round(gross, 8)
    net = row.price_exclusive + row.discount_sum
    return round(net, 8), round(row.price + row.discount_sum * factor, 8)


def _set_prices(row: Row, values: Mapping[str, Any]) -> None:
    net, gross = values.get("price_exclusive"), values.get("price")
    if gross is None:
        gross = row.price if net is None else float(net) * _factor(row)
    row.price = round(float(gross), 8)
    row.price_exclusive = round(row.price / _factor(row) if net is None else float(net), 8)


def _set_discount(row: Row, values: Mapping[str, Any]) -> None:
    """A percentage is of the net price before the discount."""
    if values.get("discount") is not None:
        row.discount_type, row.discount_sum = ABSOLUTE, float(values["discount"])
    if values.get("discount_rate") is not None:
        row.discount_type, row.discount_rate = PERCENT, float(values["discount_rate"])
    row.discount_type = int(values.get("discount_type") or row.discount_type)
    net = row.price_exclusive
    if row.discount_type == PERCENT:
        left = 100 - row.discount_rate
        row.discount_sum = round(net * row.discount_rate / left, 8) if left > 0 else 0.0
    else:
        whole = net + row.discount_sum
        row.discount_rate = round(100 * row.discount_sum / whole, 8) if whole else 0.0


def _factor(row: Row) -> float:
    return 1 + (row.tax_rate or 0.0) / 100
