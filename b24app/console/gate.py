"""The one way into the console and the admin: staff, whose session has passed the second factor.

Everything the operator sees is in English. The Referrer-Policy is `same-origin`: under
`no-referrer` a browser sends `Origin: null` with a form, which Django's CSRF check refuses.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import cast
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from b24app.frame.decorators import activate_language

log = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]


def operator_of(request: HttpRequest) -> User:
    """The signed-in operator behind a gated view."""
    if not isinstance(request.user, User):
        raise TypeError("no operator")
    return request.user


def is_operator(request: HttpRequest) -> bool:
    """Whether this session may see the console and the admin."""
    return _stopped(request) is None


def operators_only(view: View) -> View:
    """For every page of the console and the admin."""
    return _gated(view, _stopped)


def staff_only(view: View) -> View:
    """For the page on which staff set up their second factor."""
    return _gated(view, _stopped_stranger)


def recently_authenticated(view: View) -> View:
    """For what cannot be undone: the person says again who they are, within five minutes of it."""
    return cast(View, reauthentication_required(view))


def operators_page(view: View) -> View:
    """English, uncached, and a page instead of a trace when the database is down."""

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        activate_language("en")
        try:
            response = view(request, *args, **kwargs)
        except (DatabaseError, InterfaceError):
            log.exception("an operator's page failed: database")
            response = render(request, "console/down.html", status=503)
        response["Referrer-Policy"] = "same-origin"
        return response

    return page


def _gated(view: View, stop: Callable[[HttpRequest], HttpResponse | None]) -> View:
    def gated(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        return stop(request) or view(request, *args, **kwargs)

    return operators_page(wraps(view)(gated))


def _stopped(request: HttpRequest) -> HttpResponse | None:
    """What a session gets instead of the page that it may not see."""
    user = request.user
    here = request.get_full_path() if request.method == "GET" else settings.LOGIN_REDIRECT_URL
    if not user.is_authenticated:
        return redirect_to_login(here)
    if (closed := _stopped_stranger(request)) is not None:
        return closed
    if not is_mfa_enabled(user, types=[Authenticator.Type.TOTP]):
        return redirect("mfa_activate_totp")
    if not _has_passed(request):
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': here})}")
    return None


def _has_passed(request: HttpRequest) -> bool:
    """Whether this very session gave a code: one begun before the factor existed did not."""
    records = get_authentication_records(request, request.user)
    return any(record.get("method") == "mfa" for record in records)


def _stopped_stranger(request: HttpRequest) -> HttpResponse | None:
    """What somebody gets who has signed in and is not of the staff."""
    is_stranger = request.user.is_authenticated and not request.user.is_staff
    return render(request, "console/closed.html", status=403) if is_stranger else None
