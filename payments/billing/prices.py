"""What things cost in a payment, and whether the sums of payments are those of their products.

Pure. A portal's sums have more places than a person pays, so they are compared with a tolerance.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from payments.billing.contents import Contents
from payments.types import Payment, Product, total

HALF_A_CENT = Decimal("0.005")


def billed_unit(product: Product, *, order_tax_included: bool | None) -> Decimal:
    """The price of a piece as it is billed: an order that began without tax bills all without."""
    if product.is_tax_included and order_tax_included is False and product.tax_rate:
        return product.net_price
    return product.unit


def order_tax_included(products: Sequence[Product], contents: Contents) -> bool | None:
    """Whether the first basket item of the order has its tax in the price; None if nobody knows.

    Basket items are numbered as they are made; without numbers the first part was the first item.
    """
    by_id = {product.id: product for product in products}
    numbered = [(p.basket_id, p) for p in products if p.basket_id is not None]
    numbered += [
        (part.basket_id, by_id[part.row_id])
        for part in contents.parts
        if part.basket_id is not None and part.row_id in by_id
    ]
    if numbered:
        return min(numbered, key=lambda pair: pair[0])[1].is_tax_included
    parts = sorted(contents.parts, key=lambda part: part.id)
    first = by_id.get(parts[0].row_id or 0) if parts else None
    return first.is_tax_included if first else None


def adds_up(
    products: Sequence[Product],
    units: Mapping[int, Decimal],
    offered: Mapping[int, Decimal],
    billed: Decimal,
) -> bool:
    """Whether the money says what the quantities cannot: billed and offered are all of the rows."""
    rows = total(p.quantity * units[p.id] for p in products)
    rest = total(quantity * units.get(i, Decimal(0)) for i, quantity in offered.items())
    return abs(rows - billed - rest) <= HALF_A_CENT


def sums_differ(
    payments: Sequence[Payment], contents: Contents, units: Mapping[int, Decimal]
) -> bool:
    """Whether a payment whose products are all known bills something else than they cost now.

    One that bills a delivery alone has no products at all.
    """
    for payment in payments:
        parts = contents.of_payment(payment.id)
        worth = [p.quantity * units[p.row_id] for p in parts if p.row_id and p.row_id in units]
        is_known = len(worth) == len(parts) and (parts or contents.is_complete)
        if is_known and abs(total(worth) - payment.amount) > HALF_A_CENT:
            return True
    return False
