"""What the person had seen when they clicked: the newest payment id and when, signed.

It separates payments of this click from older ones, so a browser must not be able to move it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from b24app.frame.session import FrameSession
from b24app.signatures import read_signed, sign

_SALT = "payments.watermark"
FRESH_SECONDS = 60


@dataclass(frozen=True)
class Watermark:
    """The greatest payment id on the item (0: none) at unix time `at`.

    `told` is the newest click of somebody else that the person was told of.
    """

    max_id: int
    at: int
    told: int = 0

    @property
    def is_fresh(self) -> bool:
        return time.time() - self.at <= FRESH_SECONDS


class WatermarkInvalid(Exception):
    """Not a watermark of ours, or one of another item or person."""


def sign_watermark(watermark: Watermark, session: FrameSession) -> str:
    return sign([*vars(watermark).values(), *binding_of(session)], salt=_SALT)


def read_watermark(text: str, session: FrameSession) -> Watermark:
    """The watermark in `text`; raises WatermarkInvalid."""
    try:
        max_id, at, told, *binding = read_signed(text, salt=_SALT)
    except ValueError as error:
        raise WatermarkInvalid from error
    if binding != binding_of(session):
        raise WatermarkInvalid
    return Watermark(max_id, at, told)


def binding_of(session: FrameSession) -> list[int]:
    return [session.portal_id, session.user_id, session.entity_type, session.entity_id]
