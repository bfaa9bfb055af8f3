"""event.*: which addresses hear of what.

b24restdocs: api-reference/events/event-bind.md and its neighbours.
"""

from __future__ import annotations

from typing import Any

from tests.standin.events import EVENT_NAMES, announce_install, deliver_event
from tests.standin.methods.base import Invocation, Method
from tests.standin.rest.errors import RestError, system_error
from tests.standin.rest.handlers import already_bound, check_handler, required
from tests.standin.rest.params import whole_number
from tests.standin.world import EventHandler


def bind(inv: Invocation) -> bool:
    params = inv.classic()
    event = required(params, "EVENT").upper()
    handler = check_handler(required(params, "HANDLER"))
    if event not in EVENT_NAMES:
        raise RestError("ERROR_EVENT_NOT_FOUND", "Event not found")
    auth_type = whole_number(params.get("AUTH_TYPE", 0)) or 0
    if not inv.user.is_admin and auth_type not in (0, inv.user.id):
        raise system_error("ACCESS_DENIED")
    portal = inv.portal
    if any((each.event, each.handler) == (event, handler) for each in portal.event_handlers):
        raise already_bound("event")
    handler_id = portal.next_id("handler", 11)
    portal.event_handlers.append(EventHandler(handler_id, event, handler, auth_type))
    if event == "ONAPPINSTALL" and portal.switches.install_event == "before":
        inv.world.spawn(announce_install(inv.world, portal, inv.user))
    return True


def unbind(inv: Invocation) -> dict[str, int]:
    params = inv.classic()
    event, handler = required(params, "EVENT").upper(), params.get("HANDLER")
    leaving = [
        each
        for each in inv.portal.event_handlers
        if each.event == event and handler in (None, "", each.handler)
    ]
    for each in leaving:
        inv.portal.event_handlers.remove(each)
    return {"count": len(leaving)}


def get(inv: Invocation) -> list[dict[str, Any]]:
    return [
        {
            "event": each.event,
            "handler": each.handler,
            "auth_type": str(each.auth_type),
            "offline": 0,
        }
        for each in inv.portal.event_handlers
    ]


def names(inv: Invocation) -> list[str]:
    return EVENT_NAMES


def test(inv: Invocation) -> bool:
    """Raises ONAPPTEST for the handlers bound to it."""
    data = {"QUERY": {key: value for key, value in inv.params.items() if key != "auth"}}
    work = deliver_event(inv.world, inv.portal, "ONAPPTEST", data=data, user=inv.user)
    inv.world.spawn(work)
    return True


METHODS = {
    "events": Method(names),
    "event.bind": Method(bind),
    "event.unbind": Method(unbind),
    "event.get": Method(get),
    "event.test": Method(test),
}
