"""crm.item.get, also of contacts and companies, the classic crm.deal.get, crm.currency.list.

b24restdocs: api-reference/crm/universal/crm-item-get.md, crm/deals/crm-deal-get.md,
crm/currency/crm-currency-list.md.
"""

from __future__ import annotations

from typing import Any

from tests.standin.crm.clients import COMPANY, CONTACT, fields_of
from tests.standin.crm.records import DEAL, ITEM_CLASSES, Item
from tests.standin.crm.user_fields import UserField
from tests.standin.methods.base import Invocation, Method, can_read, reads_all
from tests.standin.rest.errors import RestError
from tests.standin.rest.params import whole_number
from tests.standin.rest.wire import iso, number

CURRENCIES = {"EUR": ("Euro", "# €"), "USD": ("US Dollar", "$#"), "JPY": ("Yen", "¥#")}
DECIMALS = {"JPY": "0"}


def get_item(inv: Invocation) -> dict[str, Any]:
    """Whether the item exists is told before the right to it is looked at."""
    args = inv.args
    type_id, item_id = args.integer("entityTypeId"), args.integer("id")
    if type_id in (CONTACT, COMPANY):
        return _client(inv, type_id, item_id)
    item = find_item(inv, type_id, item_id)
    if not can_read(inv, item):
        raise inv.error("denied", code="ACCESS_DENIED")
    return {"item": item_fields(inv, item)}


def find_item(inv: Invocation, type_id: int, item_id: int) -> Item:
    """The item, whoever asks; raises NOT_FOUND."""
    item = inv.portal.item(type_id, item_id) if type_id in ITEM_CLASSES else None
    if item is None:
        raise inv.error("not_found", code="NOT_FOUND")
    return item


def seen_fields(inv: Invocation) -> list[UserField]:
    """The deal's own fields that the caller's role sees."""
    hidden = inv.portal.switches.hidden_fields.get(inv.user.role, [])
    return [field for field in inv.portal.user_fields.values() if field.name not in hidden]


def item_fields(inv: Invocation, item: Item) -> dict[str, Any]:
    """All that crm.item.* tells of an item."""
    fields = {
        "id": item.id,
        "entityTypeId": item.entity_type_id,
        "title": item.title,
        "stageId": item.stage_id,
        "stageSemanticId": item.stage_semantic,
        "categoryId": 0,
        "opportunity": number(item.opportunity),
        "isManualOpportunity": "N",
        "currencyId": item.currency,
        "assignedById": item.assigned_by_id,
        "createdBy": 1,
        "updatedBy": item.updated_by,
        "createdTime": iso(item.created_at),
        "updatedTime": iso(item.created_at),
        "opened": "Y",
        "closed": "N",
        "contactId": item.contact_id,
        "companyId": item.company_id,
    }
    if item.entity_type_id == DEAL:
        as_text = inv.portal.switches.list_numbers == "text"
        is_original = inv.params.get("useOriginalUfNames") == "Y"
        fields |= {
            field.name if is_original else field.camel: field.shown(
                item.values.get(field.name), as_text=as_text
            )
            for field in seen_fields(inv)
        }
    return fields


def _client(inv: Invocation, type_id: int, client_id: int) -> dict[str, Any]:
    client = inv.portal.clients.get((type_id, client_id))
    if client is None or client.is_deleted:
        raise inv.error("not_found", code="NOT_FOUND")
    if not inv.user.may_read(client):
        raise inv.error("denied", code="ACCESS_DENIED")
    return {"item": fields_of(client)}


def get_deal(inv: Invocation) -> dict[str, Any]:
    """All values are strings, and errors have an empty code."""
    _require_crm(inv)
    deal_id = whole_number(inv.classic().get("ID")) or 0
    if deal_id <= 0:
        raise RestError("", "ID is not defined or invalid.")
    deal = inv.portal.item(DEAL, deal_id)
    if not (reads_all(inv) if deal is None else can_read(inv, deal)):
        raise RestError("", "Access denied.")
    if deal is None:
        raise RestError("", "Not found")
    return {
        "ID": str(deal.id),
        "TITLE": deal.title,
        "STAGE_ID": deal.stage_id,
        "CATEGORY_ID": "0",
        "CURRENCY_ID": deal.currency,
        "OPPORTUNITY": f"{deal.opportunity:.2f}",
        "ASSIGNED_BY_ID": str(deal.assigned_by_id),
        "DATE_CREATE": iso(deal.created_at),
        "CLOSED": "N",
    }


def list_currencies(inv: Invocation) -> list[dict[str, Any]]:
    _require_crm(inv)
    return [
        {
            "CURRENCY": code,
            "AMOUNT_CNT": "1",
            "AMOUNT": "1.0000",
            "SORT": str(100 * (index + 1)),
            "BASE": "Y" if index == 0 else "N",
            "FULL_NAME": name,
            "LID": "en",
            "FORMAT_STRING": pattern,
            "DEC_POINT": ".",
            "THOUSANDS_SEP": ",",
            "DECIMALS": DECIMALS.get(code, "2"),
            "DATE_UPDATE": "2026-01-12T10:00:00+00:00",
        }
        for index, (code, (name, pattern)) in enumerate(CURRENCIES.items())
    ]


def _require_crm(inv: Invocation) -> None:
    if inv.user.role == "guest":
        raise RestError("", "Access denied.")


METHODS = {
    "crm.item.get": Method(get_item, ("crm",), is_controller=True),
    "crm.deal.get": Method(get_deal, ("crm",)),
    "crm.currency.list": Method(list_currencies, ("crm",)),
}
