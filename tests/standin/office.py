"""One portal of a running stand-in, as tests see it; each kind of test adds what it asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.standin.client import StandIn


@dataclass(frozen=True)
class AnyOffice:
    """A portal by its description; `deal` knows the deals by their nicknames."""

    standin: StandIn
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.about["name"])

    @property
    def host(self) -> str:
        return str(self.about["host"])

    def deal(self, nickname: str) -> int:
        return int(self.about["deals"][nickname])

    def state(self) -> dict[str, Any]:
        return self.standin.portal(self.name)
