"""The bearer of a frame: who opened what, signed, good for half a day, in a header, no cookie.

Browsers keep cookies from cross-site frames, so the page carries this text itself. It names the
portal's row and epoch (an uninstall or a fresh install ends all older bearers), the user and the
card; it holds no token of Bitrix24.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from b24app.signatures import SignatureInvalid, read_signed, sign

LIFE_SECONDS = 12 * 60 * 60
# What the clocks of two servers may differ by.
SKEW_SECONDS = 5 * 60
_SALT = "b24app.frame_session"


class SessionInvalid(Exception):
    """Not a bearer of ours: missing, changed, or made for something else."""


class SessionExpired(Exception):
    """A bearer of ours that is too old; its reader speaks `language`."""

    def __init__(self, language: str) -> None:
        super().__init__("the frame session is over")
        self.language = language


@dataclass(frozen=True)
class FrameSession:
    """One opened frame; `portal_id` is our row, `user_id` the portal's, `opened_at` unix time.

    `denied` names what the user was refused once and is not offered again in this frame.
    """

    portal_id: int
    epoch: int
    user_id: int
    placement: str
    entity_type: int
    entity_id: int
    language: str
    opened_at: int
    denied: str = ""


def sign_session(session: FrameSession) -> str:
    """The bearer for `session`, good until LIFE_SECONDS after the frame was opened."""
    return sign(vars(session).values(), salt=_SALT)


def read_session(bearer: str) -> FrameSession:
    """The session in a bearer; raises SessionInvalid or SessionExpired."""
    try:
        session = FrameSession(*read_signed(bearer, salt=_SALT))
    except (SignatureInvalid, TypeError) as error:
        raise SessionInvalid from error
    age = time.time() - session.opened_at
    if age < -SKEW_SECONDS:
        raise SessionInvalid
    if age > LIFE_SECONDS:
        raise SessionExpired(session.language)
    return session
