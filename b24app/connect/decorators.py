"""Decorators of views outside the frame: a cookie says who comes, CSRF is on, errors become pages.

A view behind `portal_session_required` gets an administrator whom the portal has confirmed in the
last minutes; everybody else finds nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import TypeVar
from urllib.parse import urlencode

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from b24app.connect.arrivals import confirm_administrator
from b24app.connect.refusals import SignInRefused, other_portal, signed_out
from b24app.connect.sessions import actor_in_session, close_session
from b24app.frame.decorators import status_of
from b24app.messages.notice import Notice, with_details
from b24app.messages.request_errors import storage_down
from b24app.messages.rest_errors import explain
from b24app.portals.actors import SessionEnded
from b24app.portals.verification import LaunchRefused
from b24app.protocol.host_names import readable_name
from b24app.rest.errors import ForeignGrant, GrantDead, RestError, TokenInvalid
from b24app.web.fragments import fragment, is_from_script

log = logging.getLogger(__name__)
_PASSED = ("code", "state", "error", "member_id", "server_domain")
R = TypeVar("R", bound=HttpResponseBase)
View = Callable[..., HttpResponseBase]


def outside(view: View) -> View:
    """For all pages outside the frame: kept by no cache, and a page for everything that fails."""

    @never_cache
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        try:
            return view(request, **kwargs)
        except SignInRefused as error:
            log.warning("sign-in refused: %s", type(error).__name__)
            notice = error.notice()
            return notice_page(request, notice, status=error.status, address=error.address)
        except (SessionEnded, GrantDead, TokenInvalid):
            close_session(request)
            return notice_page(request, signed_out(), status=404)
        except (LaunchRefused, ForeignGrant) as error:
            log.warning("sign-in refused: %s", error)
            return notice_page(request, other_portal(), status=403)
        except RestError as error:
            log.warning("request failed: %s", error)
            return notice_page(request, explain(error, is_admin=True), status=status_of(error))
        except (DatabaseError, InterfaceError):
            log.exception("request failed: database")
            return notice_page(request, storage_down(), status=503)

    return wrapper


def portal_session_required(view: View) -> View:
    """For what an administrator sees and does: the view gets who acts."""

    @outside
    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        actor = actor_in_session(request)
        confirm_administrator(actor)
        return name_origin(view(request, actor, **kwargs))

    return wrapper


def code_forwarded(view: View) -> View:
    """For the app's main address, which its card may name as the way back from signing in.

    A code lives 30 seconds, so that it goes on at once to where it is exchanged.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, **kwargs: object) -> HttpResponseBase:
        query = request.GET
        if request.method == "GET" and "state" in query and {"code", "error"} & query.keys():
            passed = {name: query[name] for name in _PASSED if name in query}
            answer = redirect(f"{reverse('bitrix24_callback')}?{urlencode(passed)}")
            answer["Cache-Control"] = "no-store"
            return answer
        return view(request, **kwargs)

    return wrapper


def name_origin(response: R) -> R:
    """Let the page's own forms say where they come from: without it, CSRF checks refuse them.

    With `no-referrer` a browser sends `Origin: null` (Fetch standard, "append a request Origin
    header"). Other sites still hear nothing.
    """
    response.headers.setdefault("Referrer-Policy", "same-origin")
    return response


def notice_page(
    request: HttpRequest, notice: Notice, *, status: int, address: str = ""
) -> HttpResponse:
    """A notice with the way to sign in, at `address` if known; a fragment for a fragment."""
    told = with_details(notice, status)
    if is_from_script(request):
        return fragment(request, "b24app/_notice.html", {"notice": told}, status=status)
    context = {"notice": told, "address": address, "name": readable_name(address)}
    return render(request, "connect/notice.html", context, status=status)
