"""The page of the app itself in a portal's frame: the installer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from b24app.frame.access import open_frame
from b24app.frame.decorators import frame_launch
from b24app.installation.install import install, installer_reads
from b24app.protocol.launch import Launch
from b24app.web.error_pages import let_frame


@frame_launch
def installer(request: HttpRequest, launch: Launch) -> HttpResponse:
    """Checks, binds and shows the verdict; the page then tells the portal that it is finished."""
    frame = open_frame(launch, installer_reads(), is_install=True)
    report = install(frame.actor, frame.answer)
    response = render(request, "b24app/install.html", {"report": report})
    return let_frame(response, frame.actor.portal.endpoint.origin)
