"""crm.item.productrow.*: the product rows of an item, and what of them can still be billed.

b24restdocs: api-reference/crm/universal/product-rows/. This family answers ACCESS_DENIED with 400.
"""

from __future__ import annotations

from typing import Any

from tests.standin.crm.basket import offers
from tests.standin.crm.product_rows import price_before_discount
from tests.standin.crm.records import OWNER_TYPES, Item, Row
from tests.standin.methods.base import Invocation, Method, Page, can_read
from tests.standin.rest.errors import RestError
from tests.standin.rest.params import entries, whole_number
from tests.standin.rest.wire import number

PAGE = 50


def listing(inv: Invocation) -> Page:
    """Pages of 50 in `productRows`; `start` -1 leaves the count out."""
    filters = dict(entries(inv.params.get("filter")))
    owner_id = whole_number(filters.get("=ownerId")) or 0
    for key, is_there in (
        ("=ownerType", filters.get("=ownerType") not in (None, "", "0")),
        ("=ownerId", owner_id > 0),
    ):
        if not is_there:
            raise RestError("REQUIRED_ARG_MISSING", f"Argument '{key}' is required")
    item = inv.portal.item(OWNER_TYPES.get(str(filters["=ownerType"]), 0), owner_id)
    if item is None or not can_read(inv, item):
        raise inv.error("denied", code="ACCESS_DENIED")
    _check_values(filters)
    rows = item.rows
    start = whole_number(inv.params.get("start", 0)) or 0
    first = max(start, 0)
    shown = [shown_row(item, row) for row in rows[first : first + PAGE]]
    if start < 0:
        return Page({"productRows": shown})
    end = first + PAGE
    return Page({"productRows": shown}, total=len(rows), next=end if end < len(rows) else None)


def available(inv: Invocation) -> dict[str, Any]:
    """The rows on offer; `quantity` is what can be billed of them, as far as the portal knows."""
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
    orders = inv.portal.orders_of(type_id, owner_id)
    if len(orders) > 1:
        raise inv.error("many_orders")
    found = offers(inv.portal, orders[0] if orders else None, item.rows)
    rows = [{**shown_row(item, each.row), "quantity": number(each.quantity)} for each in found]
    for row in rows:
        del row["storeId"]
    return {"productRows": rows}


def get(inv: Invocation) -> dict[str, Any]:
    item, row = find_row(inv, inv.args.integer("id"))
    if not can_read(inv, item):
        raise inv.error("denied", code="ACCESS_DENIED")
    return {"productRow": shown_row(item, row)}


def find_row(inv: Invocation, row_id: int) -> tuple[Item, Row]:
    """A row and its owner. Raises NOT_FOUND, and OWNER_NOT_FOUND when that is deleted."""
    for shelf in (inv.portal.deals, inv.portal.invoices, inv.portal.leads):
        for item in shelf.values():
            row = next((each for each in item.rows if each.id == row_id), None)
            if row is not None and item.is_deleted:
                raise inv.error("no_owner", code="OWNER_NOT_FOUND")
            if row is not None:
                return item, row
    raise inv.error("not_found", code="NOT_FOUND")


def shown_row(item: Item, row: Row) -> dict[str, Any]:
    """All the fields of a row."""
    net_before, gross_before = price_before_discount(row)
    letter = next(key for key, value in OWNER_TYPES.items() if value == item.entity_type_id)
    return {
        "id": row.id,
        "ownerId": item.id,
        "ownerType": letter,
        "productId": row.product_id,
        "productName": row.name,
        "price": number(row.price),
        "priceAccount": number(row.price),
        "priceExclusive": number(row.price_exclusive),
        "priceNetto": number(net_before),
        "priceBrutto": number(gross_before),
        "quantity": number(row.quantity),
        "discountTypeId": row.discount_type,
        "discountRate": number(row.discount_rate),
        "discountSum": number(row.discount_sum),
        "taxRate": None if row.tax_rate is None else number(row.tax_rate),
        "taxIncluded": "Y" if row.tax_included else "N",
        "customized": "Y",
        "measureCode": 796,
        "measureName": "pcs",
        "sort": row.sort,
        "xmlId": row.xml_id,
        "type": 1,
        "storeId": None,
    }


def _check_values(filters: dict[str, Any]) -> None:
    """Raises INVALID_ARG_VALUE where more or less than something is asked that is no value."""
    for key, value in filters.items():
        if ("<" in key or ">" in key) and "><" not in key and not _is_value(value):
            text = f"Value for filter key '{key}' should be either string or number"
            raise RestError("INVALID_ARG_VALUE", text)


def _is_value(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


METHODS = {
    "crm.item.productrow.get": Method(get, ("crm",), is_controller=True),
    "crm.item.productrow.list": Method(listing, ("crm",), is_controller=True),
    "crm.item.productrow.getavailableforpayment": Method(available, ("crm",), is_controller=True),
}
