"""The state of a sign-in under way: in a signed cookie of the browser that began it.

A session would be a row of ours for each click of a stranger. The cookie goes to the way back
alone, one for each sign-in, and is good once and for ten minutes.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.crypto import get_random_string

from b24app.connect.refusals import StateUnknown

_SECONDS = 600
_LENGTH = 22
# What nobody here has made is no name for a cookie.
_STATE = re.compile(rf"[A-Za-z0-9]{{{_LENGTH}}}")
View = Callable[..., HttpResponseBase]


def new_state() -> str:
    return get_random_string(_LENGTH)


def remember(response: HttpResponse, state: str, *, host: str) -> None:
    """Let this browser come back with the state, from the portal at `host`."""
    response.set_signed_cookie(
        _name(state),
        host,
        max_age=_SECONDS,
        path=reverse("bitrix24_callback"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def host_of(request: HttpRequest) -> str:
    """The host that this browser named for the state it brings; raises StateUnknown."""
    name = _name(request.GET.get("state", ""))
    host = request.get_signed_cookie(name, default=None, max_age=_SECONDS)
    if host is None:
        raise StateUnknown
    return host


def state_spent(view: View) -> View:
    """For the way back: the state is used, unless it is we who failed."""

    @wraps(view)
    def wrapper(request: HttpRequest) -> HttpResponseBase:
        response = view(request)
        state = request.GET.get("state", "")
        name = _name(state)
        is_ours = _STATE.fullmatch(state) and name in request.COOKIES
        if is_ours and response.status_code < 500:
            response.delete_cookie(name, path=reverse("bitrix24_callback"), samesite="Lax")
        return response

    return wrapper


def _name(state: str) -> str:
    """The signature holds the name, so that no cookie serves another state."""
    return f"sign_in_{state}"
