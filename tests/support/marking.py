"""Which test is of which kind, by its folder, file and fixtures; no file is read for no test.

A pytest plugin. Reading all files takes seconds of each process of a run, and a pass that wants
tests of one kind finds them in few files.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
_FOLDER_MARKS = {
    "browser": "browser",
    "contract": "contract",
    "deploy": "front",
    "engines": "browser",
}
# What they measure is not to be that of their neighbours.
_TIMED = {"test_bulkhead.py", "test_caddy.py", "test_rate_limit.py", "test_stalls.py"}
_OFTEN_PURE = {"project", "standin", "unit"}
_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a file unread in which the expression after `-m` can choose nothing."""
    is_test = collection_path.name.startswith("test_") and collection_path.suffix == ".py"
    if is_test and not can_choose(collection_path, config.getoption("markexpr")):
        return True
    return None


def can_choose(path: Path, expression: str) -> bool:
    """Whether marks joined by `and` and `not`, as ours are, can hold for a test of this file."""
    if not expression or "(" in expression or " or " in expression:
        return True
    for word in expression.split(" and "):
        is_wanted = not word.startswith("not ")
        mark = word.removeprefix("not ").strip()
        if not is_wanted and mark in _marks_of_all(path):
            return False
        if is_wanted and not _can_have(path, mark):
            return False
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder; a unit test that asks for no database is `pure`.

    A test that meets a running app sees committed rows: its database is emptied, not rolled back.
    """
    for item in items:
        for mark in _marks_by_place(item.path):
            item.add_marker(mark)
        if "database_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True))
        elif _folder_of(item.path) in _OFTEN_PURE and not _asks_for_database(item):
            item.add_marker("pure")


def _folder_of(path: Path) -> str:
    return path.relative_to(TESTS).parts[0]


def _marks_by_place(path: Path) -> set[str]:
    """The marks that every test of the file has, because of where it lies."""
    marks = {_FOLDER_MARKS[folder]} if (folder := _folder_of(path)) in _FOLDER_MARKS else set()
    return marks | ({"timed"} if path.name in _TIMED else set())


def _marks_of_all(path: Path) -> set[str]:
    """Those, and the ones that the file gives itself at its beginning."""
    own = re.search(r"^pytestmark = (.*)$", text_of(path), re.MULTILINE)
    named = re.findall(r"\bmark\.(\w+)", own[1]) if own else []
    return _marks_by_place(path) | set(named)


def _can_have(path: Path, mark: str) -> bool:
    if mark in _marks_of_all(path) or (mark == "pure" and _folder_of(path) in _OFTEN_PURE):
        return True
    return f"mark.{mark}" in text_of(path)


@cache
def text_of(path: Path) -> str:
    return path.read_text()


def _asks_for_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & _DATABASE_FIXTURES or item.get_closest_marker("django_db"))
