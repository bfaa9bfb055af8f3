"""The words crm.item.payment.product.* and crm.item.productrow.*: what a payment is made of.

The method that makes a payment takes no products; they are put in afterwards, one call a row, which
may stand in the same batch. Quantities are whole: the portal cuts fractions off.
Sources: b24restdocs api-reference/crm/universal/payment/products-in-payment/*.md,
api-reference/crm/universal/product-rows/*.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from b24app.protocol.numbers import written
from b24app.rest.client import Command
from b24app.rest.errors import UnreadableAnswer
from b24app.rest.responses import as_list
from payments.limits import MOST_PRODUCTS, MOST_ROWS
from payments.parsing import amount, identifier, read, short
from payments.types import Item, Part, Portion, Product

NEW_PAYMENT = "$result[add]"
PARTS = "crm.item.payment.product.list"
PUT = "crm.item.payment.product.add"
PAGE = 50
_FOUR_PLACES = Decimal("0.0001")
_OWNER_TYPES = {2: "D", 31: "SI"}
# Bitrix24 marks a row that has a basket item of its own so (crm: OrderDealSynchronizer, Products).
_OWN_BASKET_ITEM = re.compile(r"sale_basket_([1-9][0-9]{0,18})")


def offered_command(item: Item) -> Command:
    """The product rows of an item with the quantity that the portal offers for a payment."""
    owner = {"ownerId": item.id, "ownerType": _OWNER_TYPES[item.type_id]}
    return Command("crm.item.productrow.getAvailableForPayment", owner)


def products_command(item: Item, *, start: int = 0) -> Command:
    """One page of the product rows of an item, billed or not, in the item's order."""
    owner = {"=ownerType": _OWNER_TYPES[item.type_id], "=ownerId": item.id}
    order = {"sort": "asc", "id": "asc"}
    return Command("crm.item.productrow.list", {"filter": owner, "order": order, "start": start})


def put_commands(portions: Iterable[Portion], *, payment: int | str) -> dict[str, Command]:
    """One command a portion, by `row_<id>`; `payment` is an id or NEW_PAYMENT in a batch."""
    return {
        row_key(portion.row_id): Command(
            PUT,
            {"paymentId": payment, "rowId": portion.row_id, "quantity": portion.quantity},
        )
        for portion in portions
    }


def row_key(row_id: int) -> str:
    return f"row_{row_id}"


def parts_command(*, payment: int | str) -> Command:
    """The parts of a payment; in a batch it may be a reference that leads nowhere."""
    params = {"paymentId": payment}
    return Command(PARTS, params, may_lack=isinstance(payment, str))


def move_command(product: Product) -> Command:
    """Saves the rows of an item by moving its last row one place on, where it stays the last.

    A save that changes nothing is none for Bitrix24
    (crm: Service/Operation/Action/Compatible/SendEvent/ProductRowsSave).
    """
    fields = {"sort": product.sort + 1}
    return Command("crm.item.productrow.update", {"id": product.id, "fields": fields})


def read_products(result: Any) -> tuple[Product, ...]:
    """The product rows of an answer, in the item's order.

    Of rows on offer the quantity is what is offered. A price or a quantity that cannot be read
    takes nothing from the other rows. One more than MOST_ROWS says that there are too many.
    """
    rows = as_list(read(lambda: result["productRows"]), of="products")[: MOST_ROWS + 1]
    return read(lambda: tuple(_product(row) for row in rows))


def read_parts(result: Any) -> tuple[Part, ...]:
    """The parts of a payment, oldest first; raises UnreadableAnswer, also for too many."""
    items = as_list(result, of="parts")
    if len(items) > MOST_PRODUCTS:
        raise UnreadableAnswer(text="too many parts")
    parts = read(lambda: [_part(item) for item in items])
    return tuple(sorted(parts, key=lambda part: part.id))


def _product(row: Mapping[str, Any]) -> Product:
    price, quantity = _number(row.get("price")), _number(row.get("quantity"))
    net = price if row.get("priceExclusive") is None else _number(row["priceExclusive"])
    rate = row.get("taxRate")
    nothing = Decimal(0)
    own = _OWN_BASKET_ITEM.fullmatch(str(row.get("xmlId") or ""))
    return Product(
        id=identifier(row["id"]),
        product_id=int(written(row.get("productId") or 0)),
        name=short(row.get("productName")),
        price=nothing if price is None else price,
        net_price=nothing if net is None else net,
        tax_rate=None if rate is None else _number(rate),
        is_tax_included=row.get("taxIncluded") == "Y",
        quantity=nothing if quantity is None else _in_four_places(quantity),
        measure=short(row.get("measureName")),
        basket_id=int(own[1]) if own else None,
        sort=int(_number(row.get("sort")) or 0),
        is_readable=None not in (price, net, quantity),
    )


def _number(value: Any) -> Decimal | None:
    try:
        return amount(value)
    except ValueError:
        return None


def _in_four_places(quantity: Decimal) -> Decimal:
    """A quantity as Bitrix24 keeps it; floats on the way may add some."""
    rounded = quantity.quantize(_FOUR_PLACES, ROUND_HALF_UP)
    whole = rounded.to_integral_value()
    return whole if rounded == whole else rounded.normalize()


def _part(item: Mapping[str, Any]) -> Part:
    row_id, basket_id = item.get("rowId"), item.get("entityId")
    return Part(
        id=identifier(item["id"]),
        payment_id=identifier(item["paymentId"]),
        quantity=_in_four_places(amount(item["quantity"])),
        row_id=None if row_id is None else identifier(row_id),
        basket_id=None if basket_id is None else identifier(basket_id),
    )
