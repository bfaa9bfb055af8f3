"""The django-allauth provider `bitrix24`: every portal is a server of its own to sign in at.

Gives allauth the redirect, the state and the user. The code is exchanged by `arrivals.py`, so that
no token ever comes near allauth's own tables or a session.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.socialaccount.providers.base import Provider
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from b24app.connect.states import new_state, remember
from b24app.models import PortalUser
from b24app.protocol.addresses import Endpoint


class Bitrix24Provider(Provider):
    """Signs in people of any portal; `extract_…` take their proven PortalUser."""

    id = "bitrix24"
    name = "Bitrix24"
    uses_apps = False
    supports_redirect = True

    def get_login_url(self, request: HttpRequest, **kwargs: Any) -> str:
        return reverse("bitrix24_login", query=kwargs or None)

    def redirect(
        self,
        request: HttpRequest,
        process: str,
        next_url: str | None = None,
        data: Any = None,
        *,
        portal: Endpoint,
        **kwargs: Any,
    ) -> HttpResponse:
        """To the portal, with the client id and a state, and nothing else.

        It knows the way back and the scopes from the app's card (b24restdocs:
        settings/oauth/index.md). The state is kept with the host that was asked for.
        """
        state = new_state()
        query = urlencode({"client_id": settings.B24_CLIENT_ID, "state": state})
        response = HttpResponseRedirect(f"{portal.origin}/oauth/authorize/?{query}")
        remember(response, state, host=portal.host)
        return response

    def extract_uid(self, data: PortalUser) -> str:
        """User ids repeat across portals."""
        return data.portal.account_uid(data.user_id)

    def extract_extra_data(self, data: PortalUser) -> dict[str, Any]:
        """What is known of a person stands in their PortalUser row alone."""
        return {}

    def extract_common_fields(self, data: PortalUser) -> dict[str, Any]:
        """A unique name and no e-mail: an administrator can write any address on their people."""
        return {"username": f"bitrix24.{data.portal.member_id}.{data.user_id}"}


provider_classes = [Bitrix24Provider]
