"""crm.item.productrow.*: the product rows of an item, and what of them can still be billed.

b24restdocs: api-reference/crm/universal/product-rows/. This family answers ACCESS_DENIED with 400.
"""

from __future__ import annotations

from typing import Any

from tests.portal import booking
from tests.portal.crm import OWNER_TYPES, Item, Row
from tests.portal.errors import RestError
from tests.portal.methods.base import Invocation, Method, Page, can_read, reads_all
from tests.portal.params import entries, whole_number
from tests.portal.wire import number

PAGE = 50


def listing(inv: Invocation) -> Page:
    """Pages of 50 in `productRows`; `start` -1 leaves the count out."""
    filters = dict(entries(inv.params.get("filter")))
    for key in ("=ownerType", "=ownerId"):
        if filters.get(key) in (None, ""):
            raise RestError("REQUIRED_ARG_MISSING", f"Argument '{key}' is required")
    type_id = OWNER_TYPES.get(str(filters["=ownerType"]))
    owner_id = whole_number(filters["=ownerId"])
    if type_id is None or owner_id is None or owner_id <= 0:
        key = "=ownerType" if type_id is None else "=ownerId"
        raise RestError("INVALID_ARG_VALUE", f"Invalid value for argument '{key}'")
    item = inv.portal.item(type_id, owner_id)
    if not (reads_all(inv) if item is None else can_read(inv, item)):
        raise inv.error("denied", code="ACCESS_DENIED")
    rows = [] if item is None else item.rows
    start = whole_number(inv.params.get("start", 0)) or 0
    first = max(start, 0)
    shown = [_shown(item, row, row.quantity) for row in rows[first : first + PAGE] if item]
    if start < 0:
        return Page({"productRows": shown})
    end = first + PAGE
    return Page({"productRows": shown}, total=len(rows), next=end if end < len(rows) else None)


def available(inv: Invocation) -> dict[str, Any]:
    """The rows whose quantity is not wholly in payments; `quantity` is the rest."""
    args = inv.args
    owner_id, owner_type = args.integer("ownerId"), args.string("ownerType")
    type_id = OWNER_TYPES.get(owner_type)
    if type_id is None:
        raise inv.error("type_not_supported", code="ENTITY_TYPE_NOT_SUPPORTED")
    item = inv.portal.item(type_id, owner_id)
    if item is None:
        raise inv.error("no_owner", code="OWNER_NOT_FOUND")
    if not can_read(inv, item):
        raise inv.error("denied", code="ACCESS_DENIED")
    if len(inv.portal.orders_of(type_id, owner_id)) > 1:
        raise inv.error("many_orders")
    rests = [(row, booking.unbilled(inv.portal, item, row)) for row in item.rows]
    rows = [_shown(item, row, rest) for row, rest in rests if rest > 0]
    for row in rows:
        del row["storeId"]
    return {"productRows": rows}


def _shown(item: Item, row: Row, quantity: float) -> dict[str, Any]:
    price = number(row.price)
    letter = next(key for key, value in OWNER_TYPES.items() if value == item.entity_type_id)
    return {
        "id": row.id,
        "ownerId": item.id,
        "ownerType": letter,
        "productId": row.product_id,
        "productName": row.name,
        "price": price,
        "priceAccount": price,
        "priceExclusive": price,
        "priceNetto": price,
        "priceBrutto": price,
        "quantity": number(quantity),
        "discountTypeId": 2,
        "discountRate": 0,
        "discountSum": 0,
        "taxRate": None,
        "taxIncluded": "N",
        "customized": "Y",
        "measureCode": 796,
        "measureName": "pcs",
        "sort": 10 * (item.rows.index(row) + 1),
        "xmlId": row.xml_id,
        "type": 1,
        "storeId": None,
    }


METHODS = {
    "crm.item.productrow.list": Method(listing, ("crm",), is_controller=True),
    "crm.item.productrow.getavailableforpayment": Method(available, ("crm",), is_controller=True),
}
