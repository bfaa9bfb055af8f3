"""Pages of the app itself in a portal's frame: the installer, a session renewed."""

from __future__ import annotations

import logging

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from b24app.frame.access import open_frame, reopen_session
from b24app.frame.decorators import frame_launch, give_session, renewable_session, session_ended
from b24app.frame.session import SessionInvalid
from b24app.installation.install import install, installer_reads
from b24app.portals.actors import SessionEnded
from b24app.portals.verification import LaunchRefused
from b24app.protocol.launch import Launch, is_token
from b24app.rest.errors import RestError
from b24app.web.error_pages import in_frame, let_frame
from b24app.web.forms import read_form

log = logging.getLogger(__name__)


@frame_launch
def installer(request: HttpRequest, launch: Launch) -> HttpResponse:
    """Checks, binds and shows the verdict; the page then tells the portal that it is finished."""
    frame = open_frame(launch, installer_reads(), is_install=True)
    report = install(frame.actor, frame.answer)
    response = render(request, "b24app/install.html", {"report": report})
    return let_frame(response, frame.actor.portal.endpoint.origin)


@in_frame
@require_POST
def session(request: HttpRequest) -> HttpResponse:
    """A new bearer for an old one, for a person whom the portal confirms with a fresh token."""
    read_form(request)
    access_token = request.POST.get("AUTH_ID", "")
    refresh_token = request.POST.get("REFRESH_ID", "")
    try:
        old = renewable_session(request)
        if not (is_token(access_token) and is_token(refresh_token)):
            return session_ended(request)
        new = reopen_session(old, access_token=access_token, refresh_token=refresh_token)
    except (SessionInvalid, SessionEnded, LaunchRefused, RestError, DatabaseError) as error:
        log.warning("session not renewed: %s", error)
        return session_ended(request)
    return give_session(HttpResponse(status=204), new)
