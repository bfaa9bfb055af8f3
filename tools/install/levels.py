"""How much is installed: enough to run the app, to show it beside the stand-in, to test it.

Each level holds what the ones before it hold.
"""

from __future__ import annotations

from pathlib import Path

from tools.install import stamps

RUN, DEMO, TESTS = "run", "demo", "tests"
LEVELS = (RUN, DEMO, TESTS)


def is_installed(stamp: Path, level: str, sources: dict[str, list[Path]]) -> bool:
    """Whether the stamp tells of this level, or a higher one, from the files as they are now."""
    higher = LEVELS[LEVELS.index(level) :]
    return any(stamps.is_fresh(stamp, mark(each, sources[each])) for each in higher)


def mark(level: str, sources: list[Path]) -> str:
    """What a stamp says when a level is in place."""
    return stamps.fingerprint(sources, extra=level)
