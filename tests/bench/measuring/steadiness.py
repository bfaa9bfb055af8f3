"""How steady the machine was: the same small piece of work, timed before and after each chapter."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field

_TIMES = 5
_ROUNDS = 60_000


@dataclass
class Steadiness:
    """The seconds that the piece of work took, each time the best of a few."""

    seconds: list[float] = field(default_factory=list)

    def probe(self) -> None:
        self.seconds.append(min(_work() for _ in range(_TIMES)))

    @property
    def sentence(self) -> str:
        """By how much the machine was slower at its slowest probe than at its quickest."""
        ratio = max(self.seconds) / min(self.seconds)
        return (
            f"The same small piece of work took between 1.0 and {ratio:.1f} times its best time, "
            f"probed {len(self.seconds)} times between the chapters."
        )


def _work() -> float:
    began = time.perf_counter()
    digest = b""
    for _ in range(_ROUNDS):
        digest = hashlib.sha256(digest).digest()
    return time.perf_counter() - began
