"""What the person had seen when they clicked: the newest payment id and when, signed.

The mark separates payments of this click from older ones, so a browser must not be able to move it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.core import signing

from b24app.frame.session import FrameSession

_SALT = "payments.watermark"
FRESH_SECONDS = 60


@dataclass(frozen=True)
class Seen:
    """The greatest payment id on the card (0: none) at unix time `at`."""

    max_id: int
    at: int

    @property
    def is_fresh(self) -> bool:
        return time.time() - self.at <= FRESH_SECONDS


class SeenInvalid(Exception):
    """Not a mark of ours, or one of another card or person."""


def sign_seen(seen: Seen, session: FrameSession) -> str:
    return signing.dumps([seen.max_id, seen.at, *binding_of(session)], salt=_SALT)


def read_seen(text: str, session: FrameSession) -> Seen:
    """The mark in `text`; raises SeenInvalid."""
    try:
        max_id, at, *binding = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise SeenInvalid from error
    if binding != binding_of(session):
        raise SeenInvalid
    return Seen(max_id, at)


def binding_of(session: FrameSession) -> list[int]:
    return [session.portal_id, session.user_id, session.entity_type, session.entity_id]
