"""How much is installed: enough to run the app, to show it beside the stand-in, to test it.

Each level holds what the ones before it hold.
"""

from __future__ import annotations

from pathlib import Path

from tools.install import stamps
from tools.steps import ROOT

RUN, DEMO, TESTS = "run", "demo", "tests"
LEVELS = (RUN, DEMO, TESTS)
_REQUIREMENTS = {
    RUN: "requirements.txt",
    DEMO: "tests/standin/requirements.txt",
    TESTS: "tests/requirements.txt",
}


def requirements(level: str) -> list[Path]:
    """The files of pinned Python packages up to this level."""
    return [ROOT / _REQUIREMENTS[each] for each in LEVELS[: LEVELS.index(level) + 1]]


def is_installed(stamp: Path, level: str, sources: dict[str, list[Path]]) -> bool:
    """Whether the stamp tells of this level, or a higher one, from the files as they are now."""
    higher = LEVELS[LEVELS.index(level) :]
    return any(stamps.is_fresh(stamp, mark(each, sources[each])) for each in higher)


def mark(level: str, sources: list[Path]) -> str:
    """What a stamp says when a level is in place."""
    return stamps.fingerprint(sources, extra=level)
