"""The rows of an item being saved: crm.item.productrow.add, update, delete, set, and the classic
crm.deal.productrows.set.

b24restdocs: api-reference/crm/universal/product-rows/, crm/deals/crm-deal-productrows-set.md.
Each saves the whole item, and so synchronises the order behind a deal.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.standin.crm.basket import Refused
from tests.standin.crm.product_rows import ABSOLUTE, changed_row, new_row, saved_rows
from tests.standin.crm.records import DEAL, OWNER_TYPES, Item, Row
from tests.standin.crm.synchronisation import save_rows
from tests.standin.methods.base import Invocation, Method, can_edit
from tests.standin.methods.rows import find_row, shown_row
from tests.standin.rest.errors import RestError
from tests.standin.rest.params import entries, whole_number

WRITABLE = {
    "productId": "product_id",
    "productName": "name",
    "price": "price",
    "quantity": "quantity",
    "discountTypeId": "discount_type",
    "discountRate": "discount_rate",
    "discountSum": "discount",
    "taxRate": "tax_rate",
    "taxIncluded": "tax_included",
    "sort": "sort",
}
NUMBERS = {
    "product_id",
    "price",
    "quantity",
    "discount_type",
    "discount_rate",
    "discount",
    "sort",
}
TAKEN_BUT_LOST = ("ownerId", "ownerType", "measureName", "measureCode", "customized", "taxName")


def add(inv: Invocation) -> dict[str, Any]:
    fields = inv.args.array("fields", required=True)
    item = _owner(inv, str(fields.get("ownerType", "")), whole_number(fields.get("ownerId")) or 0)
    values = _values(inv, fields)
    last = max((row.sort for row in item.rows), default=0)
    row = new_row(inv.portal, {"product_id": 0, **values}, sort=last + 10)
    _save(inv, item, [*item.rows, row])
    return {"productRow": shown_row(item, row)}


def update(inv: Invocation) -> dict[str, Any] | None:
    """Nothing happens, and null is the answer, when `fields` is empty."""
    args = inv.args
    row_id, fields = args.integer("id"), args.array("fields", required=True)
    item, row = _found(inv, row_id)
    if not fields:
        return None
    values = _values(inv, fields)
    if not values and not any(key in fields for key in TAKEN_BUT_LOST):
        text = f"Field '{next(iter(fields))}' not available for update"
        raise RestError("INVALID_ARG_VALUE", text)
    new = changed_row(row, values)
    _save(inv, item, [new if each is row else each for each in item.rows])
    return {"productRow": shown_row(item, new)}


def delete(inv: Invocation) -> None:
    item, row = _found(inv, inv.args.integer("id"))
    _save(inv, item, [each for each in item.rows if each is not row])


def set_rows(inv: Invocation) -> dict[str, Any]:
    """The whole set anew; a row with the id of one of the item's keeps it."""
    args = inv.args
    owner_type, owner_id = args.string("ownerType"), args.integer("ownerId")
    lines = args.array("productRows", required=True)
    item = _owner(inv, owner_type, owner_id)
    _save(inv, item, _set(inv, item, [dict(entries(line)) for line in lines.values()]))
    return {"productRows": [shown_row(item, row) for row in item.rows]}


def set_deal_rows(inv: Invocation) -> bool:
    """The classic way, by names in capitals; its errors have no code."""
    asked = inv.classic()
    deal_id = whole_number(asked.get("ID")) or 0
    if deal_id <= 0:
        raise RestError("", "The parameter id is invalid or not defined.")
    deal = inv.portal.item(DEAL, deal_id)
    if deal is None or not can_edit(inv, deal):
        raise RestError("", "Access denied.")
    if "ROWS" not in asked:
        raise RestError("", "The parameter rows must be array.")
    lines = [_camel(dict(entries(line))) for _, line in entries(asked["ROWS"])]
    _save(inv, deal, _set(inv, deal, lines))
    return True


def _owner(inv: Invocation, owner_type: str, owner_id: int) -> Item:
    type_id = OWNER_TYPES.get(owner_type)
    if type_id is None:
        raise inv.error("type_not_supported", code="ENTITY_TYPE_NOT_SUPPORTED")
    item = inv.portal.item(type_id, owner_id)
    if item is None:
        raise inv.error("no_owner", code="OWNER_NOT_FOUND")
    if not can_edit(inv, item):
        raise inv.error("denied", code="ACCESS_DENIED")
    return item


def _found(inv: Invocation, row_id: int) -> tuple[Item, Row]:
    item, row = find_row(inv, row_id)
    if not can_edit(inv, item):
        raise inv.error("denied", code="ACCESS_DENIED")
    return item, row


def _values(inv: Invocation, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What of the fields can be written; raises INVALID_ARG_VALUE for an unknown product."""
    values: dict[str, Any] = {new: fields[old] for old, new in WRITABLE.items() if old in fields}
    for key in NUMBERS & values.keys():
        values[key] = _number(values[key])
    if "tax_included" in values:
        values["tax_included"] = values["tax_included"] == "Y"
    if "tax_rate" in values and values["tax_rate"] in (None, "", False):
        values["tax_rate"] = None
    elif "tax_rate" in values:
        values["tax_rate"] = _number(values["tax_rate"])
    if values.get("discount_type") == ABSOLUTE:
        values.pop("discount_rate", None)
    elif "discount_rate" in values:
        values.pop("discount", None)
    product_id = int(values.get("product_id", 0))
    if product_id in inv.portal.deleted_products:
        raise RestError("INVALID_ARG_VALUE", f"Product {product_id} was not found")
    return values


def _set(inv: Invocation, item: Item, lines: list[dict[str, Any]]) -> list[Row]:
    known = {row.id for row in item.rows}
    found = []
    for line in lines:
        row_id = whole_number(line.get("id")) or 0
        values = {**_values(inv, line), "id": row_id}
        found.append(values if row_id in known else {"product_id": 0, **values})
    return saved_rows(inv.portal, item.rows, found)


def _save(inv: Invocation, item: Item, rows: list[Row]) -> None:
    try:
        save_rows(inv.portal, item, rows)
    except Refused as refusal:
        raise inv.error(refusal.reason) from None


def _number(value: Any) -> float:
    """What PHP's cast makes of a value: 0 of all that is no number."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0


def _camel(line: dict[str, Any]) -> dict[str, Any]:
    """PRODUCT_ID as productId."""
    found = {}
    for key, value in line.items():
        first, *others = key.lower().split("_")
        found[first + "".join(each.capitalize() for each in others)] = value
    return found


METHODS = {
    "crm.item.productrow.add": Method(add, ("crm",), is_controller=True),
    "crm.item.productrow.update": Method(update, ("crm",), is_controller=True),
    "crm.item.productrow.delete": Method(delete, ("crm",), is_controller=True),
    "crm.item.productrow.set": Method(set_rows, ("crm",), is_controller=True),
    "crm.deal.productrows.set": Method(set_deal_rows, ("crm",)),
}
