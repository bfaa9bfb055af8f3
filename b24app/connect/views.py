"""Signing in outside the frame: ask for the portal, come back from it with a code."""

from __future__ import annotations

from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.providers.base import AuthProcess
from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from b24app.connect import refusals
from b24app.connect.arrivals import parse_arrival, sign_in_administrator
from b24app.connect.decorators import name_origin, notice_page, outside
from b24app.connect.provider import Bitrix24Provider
from b24app.connect.sessions import open_session
from b24app.connect.states import host_of, state_spent
from b24app.protocol.addresses import Endpoint, HostRefused, typed_endpoint
from b24app.spec import app_spec


class PortalForm(forms.Form):
    """Where a person's Bitrix24 is; cleaned to its Endpoint."""

    portal = forms.CharField(
        max_length=300,
        error_messages={"required": gettext_lazy("Type the address of your Bitrix24.")},
    )

    def clean_portal(self) -> Endpoint:
        insecure = settings.B24_ALLOW_INSECURE_PORTALS
        try:
            return typed_endpoint(self.cleaned_data["portal"], allow_insecure=insecure)
        except HostRefused as error:
            words = gettext("This is not the address of a Bitrix24. It looks like %(example)s.")
            raise forms.ValidationError(words % {"example": "acme.bitrix24.com"}) from error


@require_http_methods(["GET", "HEAD", "POST"])
@outside
def login(request: HttpRequest) -> HttpResponse:
    """Which Bitrix24? The answer leads there; only a form of ours can begin (login CSRF)."""
    form = PortalForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        portal = form.cleaned_data["portal"]
        return Bitrix24Provider(request).redirect(request, AuthProcess.LOGIN, portal=portal)
    context = {
        "form": form,
        "address": (request.POST or request.GET).get("portal", "")[:300],
        "has_left": "left" in request.GET,
    }
    page = render(request, "connect/login.html", context, status=400 if form.is_bound else 200)
    # A browser checks where the answer to a form leads, too.
    any_portal = ["'self'", "https:", *(["http:"] if settings.B24_ALLOW_INSECURE_PORTALS else [])]
    page._csp_replace = {"form-action": any_portal}  # type: ignore[attr-defined]
    return name_origin(page)


@require_GET
@state_spent
@outside
def callback(request: HttpRequest) -> HttpResponse:
    """Back from the portal: the state must be this browser's, the code is worth a session."""
    user = sign_in_administrator(parse_arrival(request.GET.dict()), host=host_of(request))
    login = Bitrix24Provider(request).sociallogin_from_response(request, user)
    login.state = {"process": AuthProcess.LOGIN}
    response: HttpResponse = complete_social_login(request, login)
    if not request.user.is_authenticated:
        return response
    open_session(request, user)
    return redirect(app_spec().home)


def form_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form without its CSRF token."""
    return notice_page(request, refusals.form_refused(), status=403)
