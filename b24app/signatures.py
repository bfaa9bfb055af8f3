"""Values that a browser carries for us and cannot change: signed with the app's key, and readable.

The form is that of django.core.signing, with a salt for each use.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.signing import BadSignature

from b24app.fast.signing import dumps, loads


class SignatureInvalid(ValueError):
    """Not a text of ours: missing, changed, or signed for another use."""


def sign(values: Iterable[Any], *, salt: str) -> str:
    return dumps(list(values), salt=salt)


def read_signed(text: str, *, salt: str) -> list[Any]:
    """The values in a text of `sign`; raises SignatureInvalid."""
    try:
        return list(loads(text, salt=salt))
    except (BadSignature, TypeError, ValueError) as error:
        raise SignatureInvalid from error
