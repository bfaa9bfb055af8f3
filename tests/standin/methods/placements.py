"""placement.*: where the app shows itself.

b24restdocs: api-reference/widgets/placement-bind.md and its neighbours. Binding the same address
twice is an error, not an update; another address is a second tab.
"""

from __future__ import annotations

from typing import Any

from tests.standin.methods.base import Invocation, Method
from tests.standin.rest.errors import RestError
from tests.standin.rest.handlers import already_bound, check_handler, required
from tests.standin.rest.params import entries
from tests.standin.world import Binding

CRM_PLACES = [
    f"CRM_{kind}_{place}"
    for kind in ("LEAD", "DEAL", "SMART_INVOICE", "CONTACT", "COMPANY")
    for place in (
        "DETAIL_TAB",
        "DETAIL_TOOLBAR",
        "DETAIL_ACTIVITY",
        "ACTIVITY_TIMELINE_MENU",
        "LIST_MENU",
        "LIST_TOOLBAR",
        "DOCUMENTGENERATOR_BUTTON",
    )
]
CRM_PLACES.append("CRM_ANALYTICS_MENU")
SINGLE_PLACES = ["PAGE_BACKGROUND_WORKER", "REST_APP_URI"]
FREE_PLACES = ["LEFT_MENU", *SINGLE_PLACES]


def bind(inv: Invocation) -> bool:
    inv.require_admin()
    params = inv.classic()
    placement = required(params, "PLACEMENT").upper()
    handler = check_handler(required(params, "HANDLER"))
    if placement not in _granted(inv):
        raise RestError("ERROR_PLACEMENT_NOT_FOUND", "Placement not found")
    here = [each for each in inv.portal.bindings if each.placement == placement]
    if any(each.handler == handler for each in here):
        raise already_bound("placement")
    if here and placement in SINGLE_PLACES:
        raise RestError("ERROR_PLACEMENT_MAX_COUNT", "Placement max count")
    if params.get("USER_ID") and placement != "PAGE_BACKGROUND_WORKER":
        raise RestError("ERROR_PLACEMENT_USER_MODE", "User mode is not available")
    texts = {
        lang.lower(): {key.upper(): str(text) for key, text in entries(values)}
        for lang, values in entries(params.get("LANG_ALL"))
        if _keeps(inv, lang)
    }
    title = str(params.get("TITLE") or "")
    if texts:
        title = next((each["TITLE"] for each in texts.values() if each.get("TITLE")), title)
    inv.portal.bindings.append(
        Binding(
            placement=placement,
            handler=handler,
            title=title or inv.world.app.title,
            description=str(params.get("DESCRIPTION") or ""),
            group_name=str(params.get("GROUP_NAME") or ""),
            lang_all=texts,
            options=dict(entries(params.get("OPTIONS"))),
        )
    )
    return True


def _keeps(inv: Invocation, lang: str) -> bool:
    kept = inv.portal.switches.kept_languages
    return kept is None or lang.lower() in kept


def unbind(inv: Invocation) -> dict[str, int]:
    """Without HANDLER, everything of the app at that place."""
    inv.require_admin()
    params = inv.classic()
    placement = required(params, "PLACEMENT").upper()
    handler = params.get("HANDLER")
    leaving = [
        each
        for each in inv.portal.bindings
        if each.placement == placement and handler in (None, "", each.handler)
    ]
    for each in leaving:
        inv.portal.bindings.remove(each)
    return {"count": len(leaving)}


def get(inv: Invocation) -> list[dict[str, Any]]:
    inv.require_admin()
    return [
        {
            "placement": each.placement,
            "userId": each.user_id,
            "handler": each.handler,
            "options": each.options or [],
            "title": each.title,
            "description": each.description,
            "langAll": each.lang_all or [],
        }
        for each in inv.portal.bindings
    ]


def listing(inv: Invocation) -> list[str]:
    is_full = str(inv.classic().get("FULL", "")).lower() in ("1", "y", "true")
    return CRM_PLACES + FREE_PLACES if is_full else _granted(inv)


def _granted(inv: Invocation) -> list[str]:
    places = (CRM_PLACES if "crm" in inv.portal.app.scopes else []) + FREE_PLACES
    return [each for each in places if each not in inv.portal.switches.unknown_places]


METHODS = {
    "placement.bind": Method(bind, ("placement",)),
    "placement.unbind": Method(unbind, ("placement",)),
    "placement.get": Method(get, ("placement",)),
    "placement.list": Method(listing, ("placement",)),
}
