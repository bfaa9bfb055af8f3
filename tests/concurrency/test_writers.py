"""Threads of a process that write to SQLite at once: nobody meets its lock, and nobody waits long.

SQLite itself is told not to wait, so that whoever meets its lock fails.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.db import OperationalError, connections, transaction
from pytest_django import DjangoDbBlocker

_ALIAS = "line"
_PLAIN, _OURS = "django.db.backends.sqlite3", "b24app.db.sqlite"
_THREADS, _ROUNDS = 8, 25
_INSERT = "INSERT INTO note (word) VALUES (%s) RETURNING id"

pytestmark = pytest.mark.pure


class Notes:
    """A database in a file that any thread may write to, under an engine."""

    def __init__(self, file: Path, engine: str, seconds: float) -> None:
        about = {
            "ENGINE": engine,
            "NAME": str(file),
            "OPTIONS": {
                "timeout": seconds,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA busy_timeout=0",
            },
        }
        connections.settings[_ALIAS] = connections.configure_settings({"default": about})["default"]
        self._run("CREATE TABLE IF NOT EXISTS note (id INTEGER PRIMARY KEY, word TEXT)")

    def write(self, word: str) -> None:
        with connections[_ALIAS].cursor() as cursor:
            cursor.execute(_INSERT, [word])
            assert cursor.fetchone()[0]

    def write_two(self, word: str) -> None:
        with transaction.atomic(using=_ALIAS):
            self.write(word)
            self.write(word)

    def hold(self, is_held: Event, may_end: Event) -> None:
        """A transaction that lasts until it may end."""
        with transaction.atomic(using=_ALIAS):
            self.write("held")
            is_held.set()
            assert may_end.wait(30)

    def count(self) -> int:
        with connections[_ALIAS].cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM note")
            return int(cursor.fetchone()[0])

    def close(self) -> None:
        connections[_ALIAS].close()

    def _run(self, statement: str) -> None:
        with connections[_ALIAS].cursor() as cursor:
            cursor.execute(statement)


@pytest.fixture
def notes(
    request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[Notes]:
    """`param` is (the engine, for how many seconds a writer waits)."""
    with django_db_blocker.unblock():
        notes = Notes(tmp_path / "notes.sqlite3", *request.param)
        yield notes
        notes.close()
    del connections[_ALIAS]
    del connections.settings[_ALIAS]


@pytest.mark.parametrize("notes", [(_OURS, 30.0)], indirect=True)
def test_no_writer_meets_the_lock(notes: Notes) -> None:
    def work(number: int) -> None:
        for round_ in range(_ROUNDS):
            notes.write(f"{number}/{round_}")
            notes.write_two(f"{number}/{round_}")
        notes.close()

    with ThreadPoolExecutor(_THREADS) as pool:
        list(pool.map(work, range(_THREADS)))
    assert notes.count() == _THREADS * _ROUNDS * 3


@pytest.mark.parametrize(
    ("notes", "words"),
    [((_OURS, 0.1), "too many writers"), ((_PLAIN, 0.1), "database is locked")],
    indirect=["notes"],
)
def test_a_writer_who_waits_too_long_is_told(notes: Notes, words: str) -> None:
    """And for the plain engine, that it is ours that keeps writers from SQLite's own lock."""
    is_held, may_end = Event(), Event()

    def hold() -> None:
        notes.hold(is_held, may_end)
        notes.close()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        assert is_held.wait(30)
        try:
            with pytest.raises(OperationalError, match=words):
                notes.write("late")
            with pytest.raises(OperationalError, match=words):
                notes.write_two("late")
        finally:
            may_end.set()
        held.result()
    notes.write_two("in time")
    assert notes.count() == 3


@pytest.mark.parametrize("notes", [(_OURS, 30.0)], indirect=True)
def test_a_statement_that_fails_ends_its_turn(notes: Notes) -> None:
    for _ in range(2):
        with pytest.raises(OperationalError, match="no such table"):
            notes._run("INSERT INTO missing VALUES (1)")
        with pytest.raises(OperationalError, match="no such table"), transaction.atomic(_ALIAS):
            notes._run("INSERT INTO missing VALUES (1)")
    notes.write("after")
    assert notes.count() == 1
