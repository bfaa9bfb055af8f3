"""Who owes what: from the app's own page, above the list of deals, in analytics, for a client."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.http.response import FileResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from b24app.frame.access import open_and_repair
from b24app.frame.decorators import ActorView, frame_launch, frame_session_required
from b24app.frame.session import FrameSession, sign_session
from b24app.portals.actors import Actor
from b24app.protocol.launch import Launch
from b24app.web.error_pages import let_frame
from b24app.web.fragments import fragment
from payments.billing.owed import Client
from payments.errors import ItemTypeUnsupported
from payments.gateway.deals import COMPANY, CONTACT
from payments.owed.choosing import (
    CLIENTS,
    Asked,
    Seen,
    SeenInvalid,
    asked_in,
    client_of,
    read_seen,
)
from payments.owed.export import write_debts
from payments.owed.pages import shown
from payments.owed.reading import Found, first_reads, read_debts, read_some

_OF_ALL = {"CRM_DEAL_LIST_TOOLBAR", "CRM_ANALYTICS_MENU"}
_OF_CLIENT = {"CRM_CONTACT_DETAIL_TAB": CONTACT, "CRM_COMPANY_DETAIL_TAB": COMPANY}


@frame_launch
def place(request: HttpRequest, launch: Launch) -> HttpResponse:
    """The page at one of its places; in a client's card it is about that client alone."""
    type_id = _OF_CLIENT.get(launch.placement, 0)
    if not type_id and launch.placement not in _OF_ALL:
        # A lead's card would show what the contact owes who happens to have its number.
        raise ItemTypeUnsupported
    client_id = launch.entity_id() if type_id else 0
    of_card = Client(type_id, client_id) if type_id else None
    # Everybody's deals at first, so that the list can be asked for before it is known who asks.
    choice = Asked().choice(of_card=of_card, user_id=0)
    reads = first_reads(choice)
    frame, _ = open_and_repair(launch, reads, entity_type=type_id, entity_id=client_id)
    found = read_debts(frame.actor, choice, frame.answer)
    response = _page(request, frame.actor, frame.session, Seen(Asked()), found)
    return let_frame(response, frame.actor.portal.endpoint.origin)


def owed_session_required(view: ActorView) -> Callable[..., HttpResponseBase]:
    """For requests of a page of debts; the bearer of a deal's tab is refused (400)."""

    @frame_session_required
    @wraps(view)
    def wrapper(
        request: HttpRequest, actor: Actor, session: FrameSession, **kwargs: object
    ) -> HttpResponseBase:
        if session.entity_id and session.entity_type not in CLIENTS:
            raise BadRequest("the bearer is that of another page")
        return view(request, actor, session, **kwargs)

    return wrapper


@require_POST
@owed_session_required
def page(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """The whole page, for a button of the app's main page."""
    seen = Seen(Asked())
    return _page(request, actor, session, seen, _next(actor, session, seen))


@require_POST
@owed_session_required
def listing(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """The deals that a form asks for, from the first one on."""
    seen = Seen(asked_in(request.POST.dict()))
    context = shown(actor, session, seen, _next(actor, session, seen))
    return fragment(request, "payments/_owed.html", context)


@require_POST
@owed_session_required
def more(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """The deals after those that the page has shown, and the sums of all of them."""
    seen = _seen(request, session)
    context = shown(actor, session, seen, _next(actor, session, seen))
    return fragment(request, "payments/_owed_more.html", context)


@require_POST
@owed_session_required
def csv(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponseBase:
    """What the page has shown, read anew, as a file."""
    return FileResponse(
        write_debts(actor, session, _seen(request, session)),
        as_attachment=True,
        filename="debts.csv",
        content_type="text/csv; charset=utf-8",
    )


def _next(actor: Actor, session: FrameSession, seen: Seen) -> Found:
    choice = seen.asked.choice(of_card=client_of(session), user_id=actor.user.user_id)
    return read_some(actor, choice, after_id=seen.last_id)


def _seen(request: HttpRequest, session: FrameSession) -> Seen:
    try:
        return read_seen(request.POST.get("seen", ""), session)
    except SeenInvalid as error:
        raise BadRequest("not what this page has shown") from error


def _page(
    request: HttpRequest, actor: Actor, session: FrameSession, seen: Seen, found: Found
) -> HttpResponse:
    context = {**shown(actor, session, seen, found), "bearer": sign_session(session)}
    return render(request, "payments/owed.html", context)
