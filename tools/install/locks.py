"""The locks: every Python package that is ever installed, with its version and its hashes.

`make lock` makes each lock from lists of chosen packages, which people edit.
"""

from __future__ import annotations

from pathlib import Path

from tools.install.levels import DEMO, LEVELS, RUN, TESTS
from tools.steps import PYTHON, ROOT

NODE = ROOT / "tools" / "install" / "node.lock"
VIRTUALENV = ROOT / "tools" / "install" / "virtualenv.lock"
_FOLDERS = {RUN: ROOT, DEMO: ROOT / "tests" / "standin", TESTS: ROOT / "tests"}


def of_level(level: str) -> Path:
    """The lock of all packages that a level needs."""
    return _FOLDERS[level] / "requirements.lock"


def install_command(lock: Path, python: str = PYTHON) -> list[str]:
    """The command that installs a lock: pip takes no file whose hash is not in it."""
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    return [*pip, "--require-hashes", "--requirement", str(lock)]


def chosen() -> dict[Path, list[Path]]:
    """Each lock with the lists of chosen packages that it is made from."""
    lists = [_FOLDERS[level] / "requirements.txt" for level in LEVELS]
    return {
        **{of_level(level): lists[:count] for count, level in enumerate(LEVELS, start=1)},
        **{lock: [lock.with_suffix(".txt")] for lock in (NODE, VIRTUALENV)},
    }
