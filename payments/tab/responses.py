"""From a state to a response: the changed parts of the page, or the whole page."""

from __future__ import annotations

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from b24app.frame.session import sign_session
from b24app.messages.notice import with_details
from b24app.web.error_pages import is_launch, let_frame
from b24app.web.fragments import fragment, is_from_script
from payments.commands.attempts import open_attempt
from payments.tab.forms import read_typed
from payments.tab.state import TabState


def respond(request: HttpRequest, state: TabState, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """The changed parts of the page; the whole page for a browser that runs no script.

    An answer to anything but an attempt looks for one that is still open. It keeps the button.
    """
    if status != HTTPStatus.OK and state.notice:
        state = state.with_notice(with_details(state.notice, status))
    is_fragment = is_from_script(request)
    if not is_fragment:
        state = state if state.look else state.with_look_now()
        state = state if state.has_changed else state.with_typed(read_typed(request.POST.dict()))
    if not (state.attempt or state.answered):
        state = state.with_pending(open_attempt(state.actor, state.item))
    if not is_fragment:
        return page(request, state, status=status)
    state = state.with_fields_followed()
    # Who can ask for parts can send the bearer in a header.
    context = {"state": state, "bearer": ""}
    response = fragment(request, "payments/_answer.html", context, status=status)
    if state.has_changed:
        response["HX-Trigger"] = "payments:changed"
    # What was refused once is noted in the bearer, so that it may be another one from here on.
    response["X-Frame-Session"] = sign_session(state.session)
    return response


def page(request: HttpRequest, state: TabState, *, status: int = HTTPStatus.OK) -> HttpResponse:
    """The whole tab, readable before any script has run."""
    state = state.with_fields_followed()
    bearer = sign_session(state.session)
    context = {"state": state, "bearer": bearer, "is_launch": is_launch(request)}
    response = render(request, "payments/tab.html", context, status=status)
    return let_frame(response, state.actor.portal.endpoint.origin)
