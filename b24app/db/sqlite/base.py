"""SQLite whose writers queue for a lock instead of trying again.

SQLite lets one connection write at a time, and the others look again after ever longer sleeps: of
dozens of threads the unlucky look for seconds. Here the threads of a process queue for one lock,
and only its holder meets SQLite's own. Django looks for a module of this name.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import islice
from sqlite3 import Connection
from threading import Lock
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

_WRITES = ("INSERT", "UPDATE", "DELETE", "REPLACE")
_writers = Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection that holds the lock from the beginning of a transaction to its end."""

    _has_lock = False

    def acquire_lock(self) -> None:
        """Wait for the writers before; raises OperationalError when the timeout is over."""
        if not _writers.acquire(timeout=self.settings_dict["OPTIONS"]["timeout"]):
            raise OperationalError("database is locked: too many writers before this one")
        self._has_lock = True

    def release_lock(self) -> None:
        if self._has_lock:
            self._has_lock = False
            _writers.release()

    def create_cursor(self, name: str | None = None) -> Cursor:
        cursor: Cursor = self.connection.cursor(factory=partial(Cursor, self))
        return cursor

    def commit(self) -> None:
        # One that fails is followed by a rollback.
        super().commit()
        self.release_lock()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self.release_lock()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self.release_lock()

    def _start_transaction_under_autocommit(self) -> None:
        self.acquire_lock()
        try:
            # Any, because Django's stubs do not know this method.
            theirs: Any = super()
            theirs._start_transaction_under_autocommit()
        except BaseException:
            self.release_lock()
            raise


class Cursor(base.SQLiteCursorWrapper):
    """A cursor whose single statements that write take the lock each.

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
        self._wrapper.acquire_lock()
        try:
            super().execute(query, params)
            self._rows = iter(super().fetchall())
        finally:
            self._wrapper.release_lock()
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
