"""What django-allauth may do here: sign people in, and never let anybody sign up."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

from b24app.connect.provider import Bitrix24Provider
from b24app.connect.refusals import NotForPortals

# What one household or server is given of IPv6 at least (RFC 6177).
_NETWORK_BITS = 64


def counted_address(text: str) -> str:
    """An IPv4 address as it is, also within an IPv6 one; else the IPv6 network around it."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv4Address) or address.ipv4_mapped:
        return str(getattr(address, "ipv4_mapped", None) or address)
    return str(IPv6Network((address, _NETWORK_BITS), strict=False))


class ClosedAccountAdapter(DefaultAccountAdapter):
    """Operators are created by `createsuperuser` alone."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose failed sign-ins are counted: of IPv6 the network, of which anybody has a whole."""
        return counted_address(super().get_client_ip(request))

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
