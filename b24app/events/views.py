"""Where Bitrix24's queue delivers events: shape, then the portal's own secret, then the inbox.

Nobody else is asked while the queue waits: it cuts the rate of an app that is slow to answer
(b24restdocs: settings/performance/queue.md).
"""

from __future__ import annotations

import logging

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from b24app.events import receipts
from b24app.events.subscription import mark_subscription
from b24app.events.tasks import enqueue
from b24app.models import Portal
from b24app.portals.registry import find_portal, is_application_token
from b24app.protocol.events import (
    INSTALL,
    KEPT,
    PAYMENT,
    UNINSTALL,
    UPDATE,
    EventMalformed,
    PortalEvent,
    parse_event,
)
from b24app.web.forms import read_form

log = logging.getLogger(__name__)


@csrf_exempt
def events(request: HttpRequest) -> HttpResponse:
    """200 for an event that is kept or needs nothing, 4xx for one that is not believed."""
    if request.method in {"GET", "HEAD"}:
        return render(request, "b24app/human.html")
    read_form(request)
    try:
        return HttpResponse(status=_receive(parse_event(request.POST.dict())))
    except EventMalformed:
        log.warning("event malformed")
        return HttpResponse(status=400)
    except (DatabaseError, InterfaceError):
        log.exception("event not kept")
        return HttpResponse(status=503)


def _receive(event: PortalEvent) -> int:
    portal = find_portal(event.member_id)
    is_proven = portal is not None and is_application_token(portal, event.application_token)
    if event.name == PAYMENT and portal and (is_proven or not event.application_token):
        return _take_hint(portal)
    if is_proven:
        return _enqueue_proven(event)
    if not _can_be_proven(event):
        return _status_of_unbelieved(event, portal)
    if receipts.has_room(event):
        enqueue(event, is_proven=False)
        return 200
    log.warning("event %s not kept: too many wait for proof", event.name)
    return 503


def _enqueue_proven(event: PortalEvent) -> int:
    if event.name not in KEPT:
        return 200
    if not (receipts.has_room_of_portal(event) or receipts.is_known(event)):
        log.warning("event %s not kept: too many of its portal wait", event.name)
        return 503
    enqueue(event, is_proven=True)
    return 200


def _take_hint(portal: Portal) -> int:
    """A hint needs no secret: it says that there is something to ask the portal, and no more."""
    if not portal.is_usable:
        return 403
    mark_subscription(portal)
    return 200


def _can_be_proven(event: PortalEvent) -> bool:
    """Whether a worker can find out by its token that it is true."""
    has_tokens = bool(event.access_token and event.application_token)
    return event.name in {INSTALL, UPDATE} and has_tokens


def _status_of_unbelieved(event: PortalEvent, portal: Portal | None) -> int:
    """A replay may come after the secret it was believed for is gone; it needs nothing."""
    is_removed = portal is not None and portal.state == Portal.State.UNINSTALLED
    if (is_removed and event.name == UNINSTALL) or receipts.is_known(event):
        return 200
    log.warning("event %s not believed", event.name)
    return 403
