"""What django-allauth may do here: sign people in, and never let anybody sign up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from b24app.connect.provider import Bitrix24Provider
from b24app.connect.refusals import NotForPortals


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Operators are created by `createsuperuser` alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say themselves what happened; a message would wait in a cookie for ever."""


class PortalAccountAdapter(DefaultSocialAccountAdapter):
    """Whoever a portal has proven gets a user of their own here, with no right of an operator."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return bool(sociallogin.account.provider == Bitrix24Provider.id)

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """A portal must never open an operator's session, nor one that an operator has locked."""
        user = sociallogin.user
        if user.is_staff or user.is_superuser or not user.is_active:
            raise NotForPortals
