"""What happens in a soak: how many clicks, by whom, and what goes wrong, all from one seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

ADD = "crm.item.payment.add"


@dataclass(frozen=True)
class Trouble:
    """A fault of the stand-in that meets one click; `weight` is its share among the others.

    After one that `rests` the app leaves the portal alone for a minute.
    """

    title: str
    do: str
    weight: int
    args: dict[str, Any] = field(default_factory=dict)
    on: str = ADD
    rests: bool = False


NO_TROUBLE = Trouble("no fault", "", 55)
TROUBLES = (
    NO_TROUBLE,
    Trouble("answer lost after the commit", "drop_after", 10),
    Trouble("connection reset before the work", "drop_before", 5),
    Trouble("HTML 502 after the commit", "html", 4, {"when": "after"}),
    Trouble("HTML 502 instead of the work", "html", 3),
    Trouble("HTTP 500 after the commit", "status", 3, {"when": "after"}),
    Trouble("HTTP 500 instead of the work", "status", 2),
    Trouble("half a body", "half_body", 4),
    Trouble("broken JSON", "broken_json", 3),
    Trouble("an answer that drips", "slow_drip", 2, {"seconds": 1}),
    Trouble("result 0", "answer", 2, {"result": 0}),
    Trouble("expired token", "expire", 4),
    Trouble("503 QUERY_LIMIT_EXCEEDED", "refuse", 3, {"code": "QUERY_LIMIT_EXCEEDED"}),
    Trouble("429 OPERATION_TIME_LIMIT", "refuse", 2, {"code": "OPERATION_TIME_LIMIT"}, rests=True),
    Trouble("a redirect to a stranger", "redirect", 1),
    Trouble("answer held before the work", "hold", 2, {"seconds": 0.8}),
    Trouble("answer held after the commit", "hold", 3, {"seconds": 0.8, "when": "after"}),
    Trouble("lost answer to the refresh", "drop_after", 1, on="oauth.token"),
)

ONCE, TWICE, AND_RELOAD, AND_LEAVE = "click", "double click", "click, reload", "click, leave"
MANNERS = {ONCE: 70, TWICE: 12, AND_RELOAD: 10, AND_LEAVE: 8}


@dataclass(frozen=True)
class Plan:
    """One run. `kill_every` and `break_every` are in clicks; 0 is never.

    After `patience_seconds` without an outcome a person goes on with something else; after
    `most_seconds` all go home, because a run ends by itself on a slow machine too.
    """

    seed: int
    clicks: int
    people: int
    portals: int
    workers: int = 3
    kill_every: int = 0
    break_every: int = 0
    clicks_per_deal: int = 8
    patience_seconds: float = 8.0
    most_seconds: float = 480.0
    troubles: tuple[Trouble, ...] = TROUBLES

    def person(self, number: int) -> Choices:
        """The choices of one person: the same in every run with this seed.

        Only the first portal ever rests, or else most clicks of a long run would meet a rest.
        """
        may_rest = number % self.portals == 0
        troubles = tuple(each for each in self.troubles if may_rest or not each.rests)
        return Choices(self, troubles, random.Random(f"{self.seed}/person/{number}"))  # noqa: S311

    def damage(self) -> random.Random:
        """The choices of whoever kills processes and stops the database."""
        return random.Random(f"{self.seed}/damage")  # noqa: S311

    def shares(self) -> list[int]:
        """How many clicks each person makes."""
        each, rest = divmod(self.clicks, self.people)
        return [each + (number < rest) for number in range(self.people)]


@dataclass(frozen=True)
class Choices:
    """What one person meets and does, click after click."""

    plan: Plan
    troubles: tuple[Trouble, ...]
    chance: random.Random

    def trouble(self) -> Trouble:
        return self.chance.choices(self.troubles, [each.weight for each in self.troubles])[0]

    def manner(self) -> str:
        return self.chance.choices(list(MANNERS), list(MANNERS.values()))[0]
