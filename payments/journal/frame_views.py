"""The app's main page in a portal: one's own payments; journal and health for administrators."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from b24app.connect.arrivals import confirm_administrator
from b24app.connect.decorators import code_forwarded
from b24app.connect.refusals import NotAdministrator
from b24app.frame.access import open_and_repair
from b24app.frame.decorators import frame_launch, frame_session_required
from b24app.frame.session import FrameSession, sign_session
from b24app.installation.install import installer_reads
from b24app.models import Portal
from b24app.portals.actors import Actor
from b24app.protocol.launch import Launch
from b24app.rest.client import Command
from b24app.rest.errors import AccessDenied
from b24app.web.error_pages import let_frame
from b24app.web.fragments import fragment
from payments.gateway.pay_systems import KEY, keep_pay_systems, pay_systems_command
from payments.journal.fields import fields_reads
from payments.journal.pages import (
    PageUrls,
    fields_switched,
    filtered_journal,
    journal_file,
    overview,
    repaired,
)
from payments.journal.queries import recent_payments

_URLS = PageUrls(
    journal="payments:journal",
    csv="payments:journal_csv",
    repair="payments:repair",
    fields="payments:fields",
    has_cookies=False,
)


@code_forwarded
@frame_launch
def home(request: HttpRequest, launch: Launch) -> HttpResponse:
    """Everybody's own payments; an administrator's visit also refreshes what the app knows."""

    def reads(portal: Portal | None) -> dict[str, Command]:
        always = {**installer_reads(), KEY: pay_systems_command()}
        return {**always, **fields_reads(portal)}

    frame, mending = open_and_repair(launch, reads)
    actor = frame.actor
    context = {
        "user": actor.user,
        "origin": actor.portal.endpoint.origin,
        "recent": recent_payments(actor),
        "bearer": sign_session(frame.session),
    }
    keep_pay_systems(actor.portal, frame.answer)
    if actor.user.is_admin:
        context |= overview(actor, frame.answer, _URLS)
        report, was_bad = mending.report, frame.was_blocked
        context["report"] = report if report and (was_bad or report.mended) else None
        context["is_mending"] = mending.is_running
    response = render(request, "payments/home.html", context)
    return let_frame(response, actor.portal.endpoint.origin)


@require_POST
@frame_session_required
def journal(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    _require_administrator(actor)
    context = filtered_journal(actor, request.POST.dict(), _URLS)
    return fragment(request, "payments/_journal.html", context)


@require_POST
@frame_session_required
def journal_csv(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponseBase:
    _require_administrator(actor)
    return journal_file(actor, request.POST.dict())


@require_POST
@frame_session_required
def repair(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """Check and bind again, with the administrator's own token."""
    _require_administrator(actor)
    return fragment(request, "payments/_health.html", repaired(actor, _URLS))


@require_POST
@frame_session_required
def fields(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """Payments in lists: switched on, switched off, or looked at."""
    _require_administrator(actor)
    context = fields_switched(actor, request.POST.dict(), _URLS)
    return fragment(request, "payments/_fields.html", context)


def _require_administrator(actor: Actor) -> None:
    """As outside the frame, the portal is asked again when its word is some minutes old."""
    if not actor.user.is_admin:
        raise AccessDenied
    try:
        confirm_administrator(actor)
    except NotAdministrator as error:
        raise AccessDenied from error
