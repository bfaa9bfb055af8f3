"""Second factors at rest: allauth keeps their seeds as plain text unless its adapter seals them."""

from __future__ import annotations

import logging
import secrets
from base64 import b32encode

from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings

from b24app.operations.key_rotation import FACTOR_AAD
from b24app.vault import SealBroken

log = logging.getLogger(__name__)


class SealingMFAAdapter(DefaultMFAAdapter):
    """Seals with TOKEN_KEYS."""

    def encrypt(self, text: str) -> str:
        return str(settings.VAULT.seal(text, aad=FACTOR_AAD))

    def decrypt(self, encrypted_text: str) -> str:
        """The seed; one that does not open becomes a seed whose codes nobody has."""
        try:
            return str(settings.VAULT.open(encrypted_text, aad=FACTOR_AAD))
        except SealBroken:
            log.exception("a second factor does not open with today's TOKEN_KEYS")
            return b32encode(secrets.token_bytes(20)).decode()
