"""crm.item.fields and update for deals, and the classic crm.deal.update.

b24restdocs: api-reference/crm/universal/crm-item-update.md, crm-item-fields.md.
A field that the caller's role does not see is left out both ways, and so is one that is not there.
"""

from __future__ import annotations

from typing import Any

from tests.standin.crm.records import DEAL, Item
from tests.standin.crm.user_fields import KEPT, UserField
from tests.standin.events import deliver_event
from tests.standin.methods.base import Invocation, Method, can_edit, reads_deals
from tests.standin.methods.items import find_item, item_fields, seen_fields
from tests.standin.rest.errors import RestError
from tests.standin.rest.params import Params, entries, whole_number

_KINDS = {"id": "integer", "title": "string", "opportunity": "double", "stageId": "crm_status"}


def fields(inv: Invocation) -> dict[str, Any]:
    """What the caller sees of a deal's fields, with the numbers of lists' values."""
    _require_deals(inv)
    if not reads_deals(inv):
        raise inv.error("denied", code="ACCESS_DENIED")
    own = {name: {"type": kind, "upperName": name.upper()} for name, kind in _KINDS.items()}
    return {"fields": own | {field_name(inv, f): _described(inv, f) for f in seen_fields(inv)}}


def update(inv: Invocation) -> dict[str, Any]:
    """The whole item comes back; what could not be written is not told otherwise."""
    args = inv.args
    item = find_item(inv, args.integer("entityTypeId"), args.integer("id"))
    given = args.array("fields", required=True)
    if not can_edit(inv, item):
        raise inv.error("denied", code="ACCESS_DENIED")
    by_name = {field_name(inv, field): field for field in seen_fields(inv)}
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


def field_name(inv: Invocation, field: UserField) -> str:
    """What the caller calls the field."""
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
    "crm.item.update": Method(update, ("crm",), is_controller=True),
    "crm.deal.update": Method(update_deal, ("crm",)),
}
