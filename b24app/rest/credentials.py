"""Whose token a call carries: what `Client` asks of whoever keeps or was given a token pair."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from b24app.protocol.addresses import Endpoint


@dataclass(frozen=True)
class TokenPair:
    """A person's tokens; `version` grows by one with each stored pair."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    version: int


class Credentials(Protocol):
    """A token pair, where its portal is, and whether a newer pair can be had."""

    @property
    def endpoint(self) -> Endpoint: ...
    @property
    def can_renew(self) -> bool: ...
    def pair(self) -> TokenPair: ...
    def renew(self, stale: TokenPair) -> TokenPair:
        """A newer pair; `endpoint` may be another one afterwards."""

    def postpone(self, pair: TokenPair) -> None:
        """Renew this pair no more for some minutes: the portal's address is the one we have."""
