"""Times as figures: ordered, with their median and tails; and budgets held or missed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Times:
    """Milliseconds, in order."""

    values: tuple[float, ...]

    @classmethod
    def of_seconds(cls, seconds: Iterable[float]) -> Times:
        return cls(tuple(sorted(each * 1000 for each in seconds)))

    def at(self, share: float) -> float:
        """The value that this share of all does not exceed; nan of none."""
        if not self.values:
            return float("nan")
        return self.values[min(len(self.values) - 1, int(share * len(self.values)))]

    @property
    def p50(self) -> float:
        return self.at(0.5)

    @property
    def p95(self) -> float:
        return self.at(0.95)

    @property
    def p99(self) -> float:
        return self.at(0.99)


@dataclass(frozen=True)
class Verdict:
    """A budget of the design and what was measured, in one unit; `is_floor` asks for at least."""

    what: str
    budget: float
    measured: float
    unit: str = ""
    is_floor: bool = False

    @property
    def is_held(self) -> bool:
        if self.is_floor:
            return self.measured >= self.budget
        return self.measured <= self.budget

    @property
    def words(self) -> str:
        """Held or missed, and by how much."""
        by = abs(self.measured - self.budget) / self.budget if self.budget else self.measured
        return "held" if self.is_held else f"**missed** by {by:.0%}"


@dataclass
class Chapter:
    """A part of the report: Markdown lines, and the verdicts that it gives."""

    title: str
    lines: list[str] = field(default_factory=list)
    verdicts: list[Verdict] = field(default_factory=list)

    def table(self, head: list[str], rows: Iterable[list[object]]) -> None:
        self.lines += ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        self.lines += ["| " + " | ".join(_shown(cell) for cell in row) + " |" for row in rows]
        self.lines.append("")

    def say(self, *sentences: str) -> None:
        self.lines += [*sentences, ""]


def _shown(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 100 else f"{cell:.1f}"
    return str(cell)
