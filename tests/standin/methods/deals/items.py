"""crm.item.fields, list and update for deals, and the classic crm.deal.update.

b24restdocs: api-reference/crm/universal/crm-item-update.md, crm-item-list.md, crm-item-fields.md.
A field that the caller's role does not see is left out both ways, and so is one that is not there.
"""

from __future__ import annotations

from typing import Any

from tests.standin.crm.records import DEAL, Item
from tests.standin.crm.user_fields import KEPT, UserField
from tests.standin.events import deliver_event
from tests.standin.methods.base import Invocation, Method, Page, can_edit, can_read, reads_deals
from tests.standin.methods.items import find_item, item_fields, seen_fields
from tests.standin.rest.errors import RestError
from tests.standin.rest.filters import Columns, chosen, parts
from tests.standin.rest.params import Params, entries, whole_number

PAGE = 50
_KINDS = {"id": "integer", "title": "string", "opportunity": "double", "stageId": "crm_status"}


def fields(inv: Invocation) -> dict[str, Any]:
    """What the caller sees of a deal's fields, with the numbers of lists' values."""
    _require_deals(inv)
    if not reads_deals(inv):
        raise inv.error("denied", code="ACCESS_DENIED")
    own = {name: {"type": kind, "upperName": name.upper()} for name, kind in _KINDS.items()}
    return {"fields": own | {_name(inv, f): _described(inv, f) for f in seen_fields(inv)}}


def list_(inv: Invocation) -> Page:
    """Fifty deals a page; a field that nobody may filter by breaks the whole list."""
    _require_deals(inv)
    args = inv.args
    columns = _columns(inv)
    filters, order = args.array("filter"), args.array("order")
    for name in [parts(key)[1] for key in filters] + list(order):
        if name not in columns:
            text = f"Invalid filter: field '{name}' is not allowed in filter"
            raise RestError("INVALID_ARG_VALUE", text)
    deals = [deal for deal in inv.portal.deals.values() if not deal.is_deleted]
    found = chosen(
        [deal for deal in deals if can_read(inv, deal)], columns, filters=filters, order=order
    )
    wanted = [str(name) for _, name in entries(inv.params.get("select"))]
    start = whole_number(inv.params.get("start")) or 0
    shown = [_selected(item_fields(inv, deal), wanted) for deal in found]
    page = {"items": shown[max(start, 0) : max(start, 0) + PAGE]}
    if start < 0:
        return Page(page)
    end = start + PAGE
    return Page(page, total=len(shown), next=end if end < len(shown) else None)


def update(inv: Invocation) -> dict[str, Any]:
    """The whole item comes back; what could not be written is not told otherwise."""
    args = inv.args
    item = find_item(inv, args.integer("entityTypeId"), args.integer("id"))
    given = args.array("fields", required=True)
    if not can_edit(inv, item):
        raise inv.error("denied", code="ACCESS_DENIED")
    by_name = {_name(inv, field): field for field in seen_fields(inv)}
    _save(inv, item, {by_name[key]: value for key, value in given.items() if key in by_name})
    return {"item": item_fields(inv, item)}


def update_deal(inv: Invocation) -> bool:
    """The classic way, which clears a field where the newer one may not."""
    asked = inv.classic()
    deal = inv.portal.item(DEAL, whole_number(asked.get("ID")) or 0)
    if deal is None or not can_edit(inv, deal):
        raise RestError("", "Access denied.")
    by_name = {field.name: field for field in seen_fields(inv)}
    given = {by_name[k]: v for k, v in entries(asked.get("FIELDS")) if k in by_name}
    _save(inv, deal, given, can_clear=True)
    return True


def _save(
    inv: Invocation, item: Item, given: dict[UserField, Any], *, can_clear: bool = False
) -> None:
    switches = inv.portal.switches
    can_clear = can_clear or switches.clears_fields
    new: Params = {}
    for field, written in given.items():
        value = field.stored(written)
        if value is not KEPT and (value is not None or can_clear):
            new[field.name] = value
    if all(item.values.get(name) == value for name, value in new.items()):
        return
    values = {**item.values, **new}
    for field in inv.portal.user_fields.values():
        is_looked_at = switches.checks_mandatory == "all" or field.name in new
        if field.is_mandatory and is_looked_at and values.get(field.name) in (None, "", 0):
            raise inv.error("field_required", code="100", name=field.name)
    item.values = values
    item.updated_by = inv.user.id
    work = deliver_event(
        inv.world,
        inv.portal,
        "ONCRMDEALUPDATE",
        data={"FIELDS": {"ID": str(item.id)}},
        user=inv.user,
    )
    inv.world.spawn(work)


def _columns(inv: Invocation) -> Columns:
    own: Columns = {
        "id": lambda item: item.id,
        "title": lambda item: item.title,
        "stageId": lambda item: item.stage_id,
        "opportunity": lambda item: item.opportunity,
        "currencyId": lambda item: item.currency,
        "assignedById": lambda item: item.assigned_by_id,
        "contactId": lambda item: item.contact_id,
        "companyId": lambda item: item.company_id,
    }
    return own | {_name(inv, field): _reader(field) for field in inv.portal.user_fields.values()}


def _reader(field: UserField) -> Any:
    return lambda item: item.values.get(field.name)


def _selected(item: Params, wanted: list[str]) -> Params:
    if not wanted or "*" in wanted:
        return item
    return {name: value for name, value in item.items() if name in wanted or name == "id"}


def _name(inv: Invocation, field: UserField) -> str:
    return field.name if inv.params.get("useOriginalUfNames") == "Y" else field.camel


def _described(inv: Invocation, field: UserField) -> dict[str, Any]:
    label = field.label("EDIT_FORM_LABEL", inv.user.lang)
    described = {
        "type": field.type,
        "isRequired": field.is_mandatory,
        "isReadOnly": False,
        "isImmutable": False,
        "isMultiple": field.is_multiple,
        "isDynamic": True,
        "title": label,
        "settings": field.settings,
        "upperName": field.name,
    }
    if field.type == "enumeration":
        described["items"] = [{"ID": str(c.id), "VALUE": c.value} for c in field.choices]
    return described


def _require_deals(inv: Invocation) -> None:
    if inv.args.integer("entityTypeId") != DEAL:
        raise inv.error("not_found", code="NOT_FOUND")


METHODS = {
    "crm.item.fields": Method(fields, ("crm",), is_controller=True),
    "crm.item.list": Method(list_, ("crm",), is_controller=True),
    "crm.item.update": Method(update, ("crm",), is_controller=True),
    "crm.deal.update": Method(update_deal, ("crm",)),
}
