"""A token pair renewed once, however many processes find it too old at the same moment.

Knows when to ask and how long to leave a pair alone; the lock is given to it as a `GrantStore`.
Source: b24restdocs settings/oauth/auto-renewal.md.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Protocol

from b24app.metrics import GOOD, count_refresh
from b24app.rest.errors import ForeignGrant, GrantDead, RefreshBusy, Refused, RestError
from b24app.rest.oauth import TokenAnswer, refresh

LEASE_SECONDS = 15.0
REFUSED_PAUSE_SECONDS = 600.0
_WAIT_SECONDS = 10.0
_LOOK_SECONDS = 0.05
_PAUSE_SECONDS = 2.0


@dataclass(frozen=True)
class TokenPair:
    """A user's tokens; `version` grows by one with each stored pair."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    version: int


class GrantStore(Protocol):
    """One stored token pair and the right to renew it, shared by every process."""

    @property
    def member_id(self) -> str: ...
    @property
    def oauth_server(self) -> str: ...
    def read(self) -> TokenPair:
        """The pair as it is stored now; raises GrantDead when a launch alone can bring another."""

    def lease(self, *, version: int, seconds: float) -> bool:
        """Take the right to renew this version for `seconds`; False when another has it."""

    def postpone(self, *, version: int, seconds: float) -> None:
        """Keep everybody from trying this version again for `seconds`."""

    def save(self, answer: TokenAnswer, *, version: int) -> None:
        """Store the new pair if `version` is still the stored one; ends the lease."""

    def bury(self, *, version: int) -> None:
        """Forget a refresh token that the OAuth server called dead."""


def renew(store: GrantStore, *, stale: TokenPair) -> TokenPair:
    """A pair newer than `stale`: renewed by us, or by whoever was first.

    A pair that the OAuth server refused to renew is left alone for REFUSED_PAUSE_SECONDS: until
    then GrantDead asks for a launch, which brings a new pair or the true reason.
    Raises GrantDead, AppNotInstalled, AppUnpaid, ClientRefused, ForeignGrant, PortalClosed,
    SignInUnreachable, RefreshBusy.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        pair = store.read()
        if pair.version != stale.version:
            return pair
        if not pair.refresh:
            raise GrantDead
        if store.lease(version=pair.version, seconds=LEASE_SECONDS):
            return _renew_leased(store, pair)
        if time.monotonic() > deadline:
            raise RefreshBusy
        time.sleep(_LOOK_SECONDS)


def _renew_leased(store: GrantStore, pair: TokenPair) -> TokenPair:
    try:
        answer = refresh(store.oauth_server, pair.refresh)
        if answer.member_id != store.member_id:
            raise ForeignGrant
    except RestError as error:
        count_refresh(outcome=type(error).__name__)
        if isinstance(error, GrantDead):
            store.bury(version=pair.version)
        else:
            pause = REFUSED_PAUSE_SECONDS if isinstance(error, Refused) else _PAUSE_SECONDS
            store.postpone(version=pair.version, seconds=pause)
        raise
    count_refresh(outcome=GOOD)
    store.save(answer, version=pair.version)
    return store.read()
