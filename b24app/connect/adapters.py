"""What django-allauth may do here: sign in, and never sign up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Operators are created by `createsuperuser` alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class ClosedSocialAccountAdapter(DefaultSocialAccountAdapter):
    """A sign-in from elsewhere never makes an account."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False
