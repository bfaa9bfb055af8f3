"""SQLite whose writers wait in line instead of trying again.

SQLite lets one connection write at a time, and the others look again after ever longer sleeps: of
dozens of threads the unlucky look for seconds. Here the threads of a process stand in line, and
only the first of each process meets SQLite's own lock. Django looks for a module of this name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import islice
from sqlite3 import Connection
from threading import Lock
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_line = Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that has its turn from the beginning of a transaction to its end."""

    _has_turn = False

    def take_turn(self) -> None:
        """Wait for the writers before; raises OperationalError when the timeout is over."""
        if not _line.acquire(timeout=self.settings_dict["OPTIONS"]["timeout"]):
            raise OperationalError("database is locked: too many writers before this one")
        self._has_turn = True

    def end_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            _line.release()

    def create_cursor(self, name: str | None = None) -> Cursor:
        cursor: Cursor = self.connection.cursor(factory=partial(Cursor, self))
        return cursor

    def commit(self) -> None:
        # One that fails is followed by a rollback.
        super().commit()
        self.end_turn()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.end_turn()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.end_turn()

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            # Django's stubs do not know it.
            theirs: Any = super()
            theirs._start_transaction_under_autocommit()
        except BaseException:
            self.end_turn()
            raise


class Cursor(base.SQLiteCursorWrapper):
    """A cursor whose single statements that write take a turn each.

    Rows that a statement gives back are fetched within it, because SQLite's lock lasts until then.
    """

    def __init__(self, wrapper: DatabaseWrapper, connection: Connection) -> None:
        super().__init__(connection)
        self._wrapper = wrapper
        self._rows: Iterator[Any] | None = None

    def execute(self, query: str, params: Any = None) -> Cursor:
        self._rows = None
        if self._wrapper.in_atomic_block or not query.lstrip()[:7].upper().startswith(_WRITES):
            super().execute(query, params)
            return self
        with self._turn():
            super().execute(query, params)
            self._rows = iter(super().fetchall())
        return self

    def fetchone(self) -> Any:
        return super().fetchone() if self._rows is None else next(self._rows, None)

    def fetchmany(self, size: int | None = 1) -> list[Any]:
        if self._rows is None:
            return super().fetchmany(size)
        return list(islice(self._rows, size))

    def fetchall(self) -> list[Any]:
        return super().fetchall() if self._rows is None else list(self._rows)

    def __next__(self) -> Sequence[Any]:
        return super().__next__() if self._rows is None else next(self._rows)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        self._wrapper.take_turn()
        try:
            yield
        finally:
            self._wrapper.end_turn()
