"""Where Bitrix24's queue delivers events: shape, then the portal's own secret, then the command."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt

from b24app.events import EventMalformed, PortalEvent, parse_event
from b24app.models import Portal
from b24app.portals import find_portal, is_application_token, keep_application_token, uninstall
from b24app.proof import LaunchRefused, prove_owner
from b24app.rest.errors import RestError

log = logging.getLogger(__name__)


@csrf_exempt
def events(request: HttpRequest) -> HttpResponse:
    """200 for an event that was handled or needs nothing, 4xx for one that is not believed."""
    if request.method in {"GET", "HEAD"}:
        return render(request, "b24app/human.html")
    try:
        event = parse_event(request.POST.dict())
        portal = find_portal(event.member_id)
        if portal is None:
            # Before the installer's page: that page brings everything this event could.
            return HttpResponse(status=200)
        return _handle(event, portal)
    except EventMalformed:
        return HttpResponse(status=400)
    except DatabaseError:
        log.exception("event not handled")
        return HttpResponse(status=503)


def _handle(event: PortalEvent, portal: Portal) -> HttpResponse:
    if not is_application_token(portal, event.application_token) and not _learn(event, portal):
        log.warning("event %s of %s not believed", event.name, portal)
        return HttpResponse(status=403)
    if event.name == "ONAPPUNINSTALL":
        uninstall(portal)
    return HttpResponse(status=200)


def _learn(event: PortalEvent, portal: Portal) -> bool:
    """An install or update may bring a new secret, if its access token is proven to be ours."""
    if event.name not in {"ONAPPINSTALL", "ONAPPUPDATE"} or not event.access_token:
        return False
    try:
        owner = prove_owner(portal.member_id, event.access_token, oauth_server=portal.oauth_server)
    except (LaunchRefused, RestError) as error:
        log.warning("event %s not proven: %s", event.name, error)
        return False
    is_admin = portal.users.filter(user_id=owner.user_id, is_admin=True).exists()
    if not is_admin or not event.application_token:
        return False
    keep_application_token(portal, event.application_token)
    return True
