"""An administrator's page outside the frame: the journal and the health of the signed-in portal."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from b24app.connect.decorators import portal_session_required
from b24app.installation.install import installer_reads
from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import Gone, GrantDead, RestError, TokenInvalid
from b24app.web.fragments import fragment, is_from_script
from payments.journal.fields import fields_reads
from payments.journal.pages import (
    PageUrls,
    fields_switched,
    filtered_journal,
    journal_file,
    overview,
    repaired,
)

_URLS = PageUrls(
    journal="payments:portal_journal",
    csv="payments:portal_csv",
    repair="payments:portal_repair",
    fields="payments:portal_fields",
    has_cookies=True,
)


@require_safe
@portal_session_required
def portal(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The page; it stands without its health when the portal does not answer."""
    context = {
        "user": actor.user,
        "host": actor.portal.endpoint.name,
        **overview(actor, _look(actor), _URLS),
    }
    return render(request, "payments/portal.html", context)


@require_POST
@portal_session_required
def journal(request: HttpRequest, actor: Actor) -> HttpResponse:
    context = filtered_journal(actor, request.POST.dict(), _URLS)
    return _fragment(request, "payments/_journal.html", context)


@require_POST
@portal_session_required
def journal_csv(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    return journal_file(actor, request.POST.dict())


@require_POST
@portal_session_required
def repair(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Check and bind again, with the administrator's own token."""
    return _fragment(request, "payments/_health.html", repaired(actor, _URLS))


@require_POST
@portal_session_required
def fields(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Payments in lists: switched on, switched off, or looked at."""
    context = fields_switched(actor, request.POST.dict(), _URLS)
    return _fragment(request, "payments/_fields.html", context)


def _look(actor: Actor) -> BatchAnswer | RestError:
    """What the portal says of itself; a removed app or a dead token ends the session instead."""
    try:
        return actor.ask({**installer_reads(), **fields_reads(actor.portal)})
    except (Gone, GrantDead, TokenInvalid):
        raise
    except RestError as error:
        return error


def _fragment(request: HttpRequest, template: str, context: dict[str, object]) -> HttpResponse:
    """A part of the page for its script; without script, the whole page anew."""
    if not is_from_script(request):
        return redirect("payments:portal")
    return fragment(request, template, context)
