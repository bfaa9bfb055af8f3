"""Commits that must outlive a power cut, where the database does not promise it for all.

PostgreSQL does. SQLite under a write-ahead log syncs a commit only when it is told to, and a sync
costs some milliseconds: too much for the journal, and nothing for what must not happen twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def synced() -> Iterator[None]:
    """Each commit inside, and all before it, is on the disk before it returns.

    Inside a transaction that is open already it changes nothing: the one who opened it decides.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    raw.execute("PRAGMA synchronous=FULL")
    try:
        yield
    finally:
        raw.execute("PRAGMA synchronous=NORMAL")
