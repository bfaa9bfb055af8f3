"""crm.item.list of deals, smart invoices, contacts and companies.

What the reader may not read is neither in the list nor counted. b24restdocs:
api-reference/crm/universal/crm-item-list.md; Bitrix24's modules: crm/lib/controller/item.php,
crm/lib/controller/validator/filter.php.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.standin.crm.clients import COMPANY, CONTACT, Client
from tests.standin.crm.records import DEAL, INVOICE, Item
from tests.standin.crm.user_fields import UserField
from tests.standin.methods.base import Invocation, Method, Page, can_read
from tests.standin.methods.deals.items import field_name
from tests.standin.methods.items import item_fields
from tests.standin.rest.errors import RestError
from tests.standin.rest.filters import Columns, chosen
from tests.standin.rest.params import entries, whole_number

PAGE = 50
_PREFIX = re.compile(r"!@|!=|!%|>=|<=|[=!><@%]")
_WITH_LISTS = ("", "=", "!=", "@", "!@")
_OF_CLIENTS: Columns = {
    "id": lambda client: client.id,
    "name": lambda client: client.name,
    "lastName": lambda client: client.last_name,
    "title": lambda client: client.title,
}
_OF_ITEMS: Columns = {
    "id": lambda item: item.id,
    "title": lambda item: item.title,
    "stageId": lambda item: item.stage_id,
    "stageSemanticId": lambda item: item.stage_semantic,
    "categoryId": lambda item: 0,
    "opportunity": lambda item: item.opportunity,
    "isManualOpportunity": lambda item: "N",
    "currencyId": lambda item: item.currency,
    "assignedById": lambda item: item.assigned_by_id,
    "createdTime": lambda item: item.created_at.timestamp(),
    "updatedTime": lambda item: item.created_at.timestamp(),
    "companyId": lambda item: item.company_id,
    "contactId": lambda item: item.contact_id,
}
_TIMES = ("createdTime", "updatedTime")
# All contacts of an item, and only by this very key.
_CONTACTS = "contactIds"


def list_items(inv: Invocation) -> Page:
    """A page of 50, with `total` and `next` unless `start` is -1; any other start is cut to pages.

    Names in `select` that are none are passed over; a filter by such a name is refused.
    """
    args = inv.args
    type_id = args.integer("entityTypeId")
    shelf = _shelf(inv, type_id)
    columns = _OF_CLIENTS
    if type_id in (DEAL, INVOICE):
        columns = _OF_ITEMS | (_own_columns(inv) if type_id == DEAL else {})
    filters, order = args.array("filter"), args.array("order")
    of_contacts = filters.pop(_CONTACTS, None) if type_id in (DEAL, INVOICE) else None
    if of_contacts is not None:
        wanted = _numbers(of_contacts)
        shelf = [each for each in shelf if wanted & {each.contact_id, *each.other_contact_ids}]
    found = chosen(shelf, columns, filters=_checked(filters, columns), order=_order(order, columns))
    select = {str(name) for _, name in entries(inv.params.get("select"))}
    start = whole_number(inv.params.get("start")) or 0
    if start < 0:
        return Page({"items": [_shown(inv, each, select) for each in found[:PAGE]]})
    begin = start // PAGE * PAGE
    page = [_shown(inv, each, select) for each in found[begin : begin + PAGE]]
    further = begin + PAGE if len(found) > begin + PAGE else None
    return Page({"items": page}, total=len(found), next=further)


def _own_columns(inv: Invocation) -> Columns:
    """The portal's own fields of deals; a hidden one filters all the same."""
    fields = inv.portal.user_fields.values()
    return {field_name(inv, each): _reader(each) for each in fields}


def _reader(field: UserField) -> Callable[[Item], Any]:
    return lambda item: item.values.get(field.name)


def _shelf(inv: Invocation, type_id: int) -> list[Any]:
    """All that the reader may read of a type. Raises NOT_FOUND."""
    if type_id in (CONTACT, COMPANY):
        clients = [each for each in inv.portal.clients.values() if each.entity_type_id == type_id]
        return [each for each in clients if inv.user.may_read(each)]
    shelves: dict[int, dict[int, Any]] = {DEAL: inv.portal.deals, INVOICE: inv.portal.invoices}
    if type_id not in shelves:
        raise inv.error("not_found", code="NOT_FOUND")
    items: list[Item] = list(shelves[type_id].values())
    return [each for each in items if not each.is_deleted and can_read(inv, each)]


def _checked(filters: dict[str, Any], columns: Columns) -> dict[str, Any]:
    """The filter with its dates as seconds. Raises INVALID_ARG_VALUE."""
    found = {}
    for key, value in filters.items():
        match = _PREFIX.match(key)
        sign = match[0] if match else ""
        name = key.removeprefix(sign)
        if name not in columns:
            raise _refused(f"Invalid filter: field '{name}' is not allowed in filter")
        if isinstance(value, dict | list) and sign not in _WITH_LISTS:
            raise _refused(f"Invalid filter: field '{name}' has invalid value")
        found[key] = _seconds(name, value) if name in _TIMES else value
    return found


def _order(order: dict[str, Any], columns: Columns) -> dict[str, Any]:
    for name, direction in order.items():
        if name not in columns:
            raise _refused(f"Invalid order: field '{name}' is not allowed in order")
        if str(direction).upper() not in ("ASC", "DESC"):
            text = "Invalid order: allowed sort directions are `ASC, DESC`."
            raise _refused(f"{text} But got '{direction}' for field '{name}'")
    return order


def _seconds(name: str, value: Any) -> float:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        raise _refused(f"Invalid filter: field '{name}' has invalid value") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _numbers(value: Any) -> set[int | None]:
    """The ids of a list, or of one id; none of them is 0."""
    listed = [each for _, each in entries(value)] or [value]
    return {found for each in listed if (found := whole_number(each))}


def _refused(text: str) -> RestError:
    return RestError("INVALID_ARG_VALUE", text)


def _shown(inv: Invocation, found: Item | Client, select: set[str]) -> dict[str, Any]:
    """The fields that were asked for; all of them for none and for an asterisk."""
    if isinstance(found, Item):
        contacts = [each for each in (found.contact_id, *found.other_contact_ids) if each]
        values = item_fields(inv, found) | {_CONTACTS: contacts}
    else:
        values = {name: column(found) for name, column in _OF_CLIENTS.items()}
    if not select or "*" in select:
        return values
    return {name: value for name, value in values.items() if name in select}


METHODS = {"crm.item.list": Method(list_items, ("crm",), is_controller=True)}
