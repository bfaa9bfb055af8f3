"""Decorators of views in a frame: who may come in, and what a refusal looks like from outside.

Errors of a portal become HTTP statuses here (`status_of`); what nobody foresaw is told by
`web/error_pages.py`. A view gets a well-formed launch, or an actor with a session, and never sees a
bearer or a token.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import get_supported_language_variant

from b24app.frame.access import LaunchFailed, act
from b24app.frame.session import SessionExpired, SessionInvalid, read_session
from b24app.messages.request_errors import launch_refused, session_over, storage_down
from b24app.messages.rest_errors import explain
from b24app.portals.actors import Actor, SessionEnded
from b24app.portals.registry import find_portal
from b24app.portals.verification import LaunchRefused
from b24app.protocol.launch import Launch, LaunchMalformed, parse_launch
from b24app.rest.errors import NotExecuted, Refused, RestError
from b24app.rest.remedy import Retry
from b24app.web.error_pages import any_portal, in_frame, let_frame, words, words_page
from b24app.web.forms import read_form

log = logging.getLogger(__name__)
FrameView = Callable[[HttpRequest, Launch], HttpResponse]
ActorView = Callable[..., HttpResponseBase]
_DATABASE_DOWN = (DatabaseError, InterfaceError)


def frame_launch(view: FrameView) -> Callable[..., HttpResponseBase]:
    """For addresses that a portal opens in a frame: POST is a launch, GET and HEAD a human page."""

    @in_frame
    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD"}:
            return render(request, "b24app/human.html")
        if request.method != "POST":
            return HttpResponse(status=405, headers={"Allow": "GET, HEAD, POST"})
        read_form(request)
        try:
            launch = parse_launch(request.GET.dict(), request.POST.dict())
            activate_language(launch.language)
            return view(request, launch)
        except LaunchMalformed as error:
            log.warning("launch malformed: %s", error.field)
            response = words_page(request, launch_refused(), status=400)
            return let_frame(response, *any_portal())
        except LaunchRefused as error:
            log.warning("launch refused: %s", error)
            return words_page(request, launch_refused(), status=403)
        except LaunchFailed as failed:
            return _launch_failed(request, launch, failed.error, is_admin=failed.is_admin)
        except RestError as error:
            return _launch_failed(request, launch, error, is_admin=False)
        except _DATABASE_DOWN:
            log.exception("launch failed: database")
            response = words_page(request, storage_down(), status=503)
            return let_frame(response, *any_portal())

    vars(wrapper)["is_launch"] = True
    return wrapper


def frame_session_required(view: ActorView) -> Callable[..., HttpResponseBase]:
    """For requests of a page in a frame: the bearer comes in a header, or in a form's field.

    A view that changes the session sends the new bearer itself.
    """

    @in_frame
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        actor: Actor | None = None
        read_form(request)
        try:
            session = read_session(_bearer(request))
            activate_language(session.language)
            actor = act(session)
            response = view(request, actor, session, **kwargs)
        except SessionExpired as error:
            activate_language(error.language)
            return _session_over(request)
        except (SessionInvalid, SessionEnded):
            return _session_over(request)
        except RestError as error:
            log.warning("request failed: %s", error)
            notice = explain(error, is_admin=actor is not None and actor.user.is_admin)
            # A portal's own words may stand in it.
            origins = [actor.portal.endpoint.origin] if actor else any_portal()
            return let_frame(words(request, notice, status=status_of(error)), *origins)
        except _DATABASE_DOWN:
            log.exception("request failed: database")
            return let_frame(words(request, storage_down(), status=503), *any_portal())
        return let_frame(response, actor.portal.endpoint.origin)

    return wrapper


def activate_language(language: str) -> None:
    """Answer in this ISO language where we have it, else in English."""
    try:
        translation.activate(get_supported_language_variant(language))
    except LookupError:
        translation.activate("en")


def status_of(error: RestError) -> int:
    """403 for a refusal, 503 for what may work later, 502 for an answer that cannot be used."""
    if isinstance(error, Refused) or error.retry is Retry.REFRESHED:
        return 403
    return 503 if isinstance(error, NotExecuted) else 502


def _session_over(request: HttpRequest) -> HttpResponse:
    return let_frame(words(request, session_over(), status=401), *any_portal())


def _bearer(request: HttpRequest) -> str:
    """What the request carries, unless a browser says that the page of another site sent it."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise PermissionDenied
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme == "Bearer":
        return bearer
    return request.POST.get("frame_session", "")


def _launch_failed(
    request: HttpRequest, launch: Launch, error: RestError, *, is_admin: bool
) -> HttpResponse:
    log.warning("launch failed: %s", error)
    notice = explain(error, is_admin=is_admin)
    response = words_page(request, notice, status=status_of(error))
    return let_frame(response, *_known_origins(launch))


def _known_origins(launch: Launch) -> list[str]:
    """Where a page without any data may be shown when a launch could not be proven."""
    portal = find_portal(launch.member_id)
    is_its_address = portal is not None and portal.endpoint.host == launch.host
    return [portal.endpoint.origin] if portal and is_its_address else any_portal()
