"""From what is known to a response: the changed parts of the page, or the whole page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from b24app.frame.session import FrameSession, sign_session
from b24app.messages.notice import Notice
from b24app.portals.actors import Actor
from b24app.rest.errors import RestError
from b24app.web.error_pages import let_frame
from b24app.web.fragments import fragment, is_from_script
from payments.commands.attempts import open_attempt
from payments.commands.looking import look_at
from payments.commands.resolve import Outcome, look_after
from payments.commands.watermark import Watermark
from payments.gateway.card import Look
from payments.gateway.composition import Composition
from payments.messages.outcome import notice_of_outcome
from payments.models import Attempt
from payments.tab.forms import read_typed
from payments.tab.state import Desk, desk_of, item_of

CHANGED = "payments:changed"


def answer_outcome(
    request: HttpRequest,
    actor: Actor,
    session: FrameSession,
    outcome: Outcome,
    *,
    seen: Watermark | None = None,
    open_click: Attempt | None = None,
) -> HttpResponse:
    """The answer to a click or a question about one; a closed one shows the card as it is now.

    `open_click` is a later click of the same person on the same card, if one is open.
    """
    is_added = outcome.attempt.state == Attempt.State.ADDED
    if outcome.look is None and (is_added or (seen is None and not outcome.attempt.is_open)):
        outcome = look_after(actor, outcome)
    return answer(
        request,
        actor,
        session,
        notice=notice_of_outcome(outcome, is_admin=actor.user.is_admin),
        look=outcome.look,
        attempt=open_click or outcome.attempt,
        seen=seen,
        composition=outcome.composition,
        composed=outcome.attempt if outcome.composition else None,
        has_changed=is_added,
    )


def answer(
    request: HttpRequest,
    actor: Actor,
    session: FrameSession,
    *,
    notice: Notice,
    look: Look | None = None,
    attempt: Attempt | None = None,
    seen: Watermark | None = None,
    composition: Composition | None = None,
    composed: Attempt | None = None,
    has_changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """The changed parts of the page; the whole page for a browser that runs no script.

    `attempt` is the click that is answered; an answer to anything else looks for one that is still
    open, which keeps the button. `has_changed` tells the frame to refresh the card behind the tab.
    """
    is_fragment = is_from_script(request)
    typed: dict[str, str] = {}
    if not is_fragment:
        look = look or look_now(actor, session)
        typed = {} if has_changed else read_typed(request.POST.dict())
    desk = desk_of(
        actor,
        session,
        look=look,
        notice=notice,
        attempt=attempt or open_attempt(actor, item_of(session)),
        seen=seen,
        typed=typed,
        composition=composition,
        composed=composed,
    )
    if not is_fragment:
        return page(request, actor, session, desk)
    # Who can ask for parts can send the bearer in a header.
    context = {"desk": desk, "bearer": ""}
    response = fragment(request, "payments/_answer.html", context, status=status)
    if has_changed:
        response["HX-Trigger"] = CHANGED
    return response


def page(request: HttpRequest, actor: Actor, session: FrameSession, desk: Desk) -> HttpResponse:
    """The whole tab, readable before any script has run."""
    context = {"desk": desk, "bearer": sign_session(session)}
    response = render(request, "payments/tab.html", context)
    return let_frame(response, actor.portal.endpoint.origin)


def look_now(actor: Actor, session: FrameSession) -> Look | None:
    """The card as it is now, or None: then the list on the page stays."""
    try:
        return look_at(actor, item_of(session))
    except RestError:
        return None
