"""Every method of a portal by its lower-case name, one file per family."""

from __future__ import annotations

from tests.standin.methods import (
    events,
    item_list,
    items,
    links,
    options,
    parts,
    payments,
    paysystems,
    placements,
    rows,
    saving,
    system,
)
from tests.standin.methods.base import Invocation, Method
from tests.standin.methods.deals import fields as deal_fields
from tests.standin.methods.deals import items as deal_items
from tests.standin.methods.timeline import logmessages

METHODS: dict[str, Method] = {
    **system.METHODS,
    **options.METHODS,
    **events.METHODS,
    **placements.METHODS,
    **items.METHODS,
    **deal_fields.METHODS,
    **deal_items.METHODS,
    **item_list.METHODS,
    **rows.METHODS,
    **saving.METHODS,
    **payments.METHODS,
    **parts.METHODS,
    **paysystems.METHODS,
    **links.METHODS,
    **logmessages.METHODS,
}

CONTROLLERS = {
    "crm.item": "Bitrix\\Crm\\Controller\\Item",
    "crm.item.payment": "Bitrix\\Crm\\Controller\\Item\\Payment",
    "crm.item.payment.product": "Bitrix\\Crm\\Controller\\Item\\Payment\\Product",
    "crm.item.payment.delivery": "Bitrix\\Crm\\Controller\\Item\\Payment\\Delivery",
    "crm.item.productrow": "Bitrix\\Crm\\Controller\\Item\\ProductRow",
    "crm.timeline.logmessage": "Bitrix\\Crm\\Controller\\Timeline\\LogMessage",
    "salescenter.payment": "Bitrix\\Salescenter\\Controller\\Payment",
}


def _methods(inv: Invocation) -> list[str]:
    return sorted(name for name, method in METHODS.items() if not method.is_controller)


def _method_get(inv: Invocation) -> dict[str, bool]:
    name = str(inv.params.get("name", "")).lower()
    method = METHODS.get(name)
    scopes = method.scopes if method else ("crm",)
    is_existing = method is not None or name.rpartition(".")[0] in CONTROLLERS
    is_granted = not scopes or any(each in inv.portal.app.scopes for each in scopes)
    return {"isExisting": is_existing, "isAvailable": is_existing and is_granted}


METHODS["methods"] = Method(_methods)
METHODS["method.get"] = Method(_method_get)
