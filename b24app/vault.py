"""Secrets at rest: AES-256-GCM under a named key, bound to the row and field they stand in.

What binds a value is the cipher's associated data (`aad`). Knows keys and bytes, no models. A
sealed value copied to another row or field does not open, and a wrong key is an error, never a
wrong plaintext.
"""

from __future__ import annotations

import base64
import binascii
import os
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE_BYTES = 12


class VaultKeysInvalid(ValueError):
    """TOKEN_KEYS is not `id:base64key,…` with keys of 32 bytes."""


class SealBroken(Exception):
    """A sealed value does not open: unknown key, other associated data, or changed bytes."""


@dataclass(frozen=True)
class Vault:
    """Seals with the first key, opens with any of them."""

    ciphers: Mapping[str, AESGCM] = field(repr=False)

    @classmethod
    def from_text(cls, text: str) -> Vault:
        """A vault from `id:base64key,…`; raises VaultKeysInvalid."""
        ciphers: dict[str, AESGCM] = {}
        items = filter(None, (part.strip() for part in text.split(",")))
        for number, item in enumerate(items, start=1):
            key_id, separator, encoded = item.partition(":")
            try:
                key = base64.b64decode(encoded, validate=True)
            except ValueError as error:
                raise VaultKeysInvalid(f"key {number} is not base64") from error
            if not separator or not key_id.isalnum() or len(key) != 32 or key_id in ciphers:
                raise VaultKeysInvalid(f"key {number} needs a unique id and 32 bytes")
            ciphers[key_id] = AESGCM(key)
        if not ciphers:
            raise VaultKeysInvalid("no key is given")
        return cls(ciphers)

    @property
    def sealing_key_id(self) -> str:
        return next(iter(self.ciphers))

    def seal(self, plain: str, *, aad: str) -> str:
        """`plain` as `key id:base64`, bound to `aad` (table, row, field); empty stays empty."""
        if not plain:
            return ""
        nonce = os.urandom(_NONCE_BYTES)
        key_id = self.sealing_key_id
        body = self.ciphers[key_id].encrypt(nonce, plain.encode(), aad.encode())
        return f"{key_id}:{base64.b64encode(nonce + body).decode()}"

    def open(self, sealed: str, *, aad: str) -> str:
        """The plain text again; raises SealBroken."""
        if not sealed:
            return ""
        key_id, _, encoded = sealed.partition(":")
        cipher = self.ciphers.get(key_id)
        if cipher is None:
            raise SealBroken(f"no key {key_id!r} for {aad}")
        try:
            raw = base64.b64decode(encoded, validate=True)
            return cipher.decrypt(raw[:_NONCE_BYTES], raw[_NONCE_BYTES:], aad.encode()).decode()
        except (binascii.Error, ValueError, InvalidTag) as error:
            raise SealBroken(f"{aad} does not open with key {key_id!r}") from error
