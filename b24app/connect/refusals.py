"""Why a person outside the frame is not let in; the sentences are in `words.py`."""

from __future__ import annotations


class SignInRefused(Exception):
    """A sign-in that does not end well; raised as one of the classes below."""


class StateUnknown(SignInRefused):
    """Not started in this browser, used before, or started too long ago."""


class Cancelled(SignInRefused):
    """The person, or the portal, did not allow it."""


class CodeDead(SignInRefused):
    """The code is older than its 30 seconds, or has been used."""


class OtherAddress(SignInRefused):
    """Another portal answered than the one that was asked for, or the same under a new name."""

    def __init__(self, *, asked: str, proven: str) -> None:
        super().__init__(f"asked {asked}, proven {proven}")
        self.asked = asked
        self.proven = proven


class NotForPortals(SignInRefused):
    """The user belongs to an operator, or an operator has locked it."""


class NotAdministrator(SignInRefused):
    """Who may: `administrators` are the names that the app knows in the portal at `host`."""

    def __init__(self, *, host: str, administrators: list[str]) -> None:
        super().__init__("not an administrator")
        self.host = host
        self.administrators = administrators
