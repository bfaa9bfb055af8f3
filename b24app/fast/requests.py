"""A request of a frame: its nonce is made when its page asks for one."""

from __future__ import annotations

import secrets

from django.core.handlers.wsgi import WSGIRequest
from django.utils.functional import cached_property


class FrameRequest(WSGIRequest):
    """Django's own, with what django-csp gives to the others."""

    @cached_property
    def csp_nonce(self) -> str:
        return secrets.token_urlsafe(16)

    @property
    def used_nonce(self) -> str:
        """The nonce if the page has one."""
        return str(vars(self).get("csp_nonce", ""))
