"""Empty the database after a test that commits, at the price of the tables that it filled.

A pytest plugin. Django's flush empties every table and makes content types and permissions anew,
which takes longer than most of our tests. Here the rows that migrations made stay as they are.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import compress
from typing import Any, cast

import psycopg
import psycopg.sql
import pytest
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from tests.support.servers.owners import command_at
from tests.support.waiting import await_condition

Rows = list[tuple[Any, ...]]
# A server that is stopped finishes what it is doing first.
_PATIENCE_SECONDS = 30.0


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The test database as pytest-django makes it, emptied in our way."""
    with django_db_blocker.unblock():
        migrated = Migrated(connection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: migrated.restore())
        yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            connection.close()
            cast(Any, connection).close_pool()
            at = connection.settings_dict
            try:
                await_condition(lambda: not _others(at), seconds=_PATIENCE_SECONDS)
            except TimeoutError:
                end_others(at)


class Migrated:
    """What a database holds when nothing but migrations has written to it."""

    def __init__(self, database: BaseDatabaseWrapper) -> None:
        self._database = database
        names = database.introspection.django_table_names(only_existing=True, include_views=False)
        self._tables = sorted(map(database.ops.quote_name, names))
        with database.cursor() as cursor:
            self._rows = {table: _read(cursor, table) for table in self._filled(cursor)}

    def restore(self) -> None:
        """Make every table what it was; sequences go on, as after Django's flush."""
        with transaction.atomic(using=self._database.alias), self._database.cursor() as cursor:
            self._keep_writers_out(cursor)
            for table in {*self._filled(cursor), *self._rows}:
                made = self._rows.get(table, [])
                if not made or _read(cursor, table) != made:
                    _write(cursor, table, made)

    def _keep_writers_out(self, cursor: CursorWrapper) -> None:
        """Wait for what a server is just writing; SQLite does so when a transaction begins."""
        if self._database.vendor == "postgresql":
            cursor.execute(f"LOCK TABLE {', '.join(self._tables)} IN EXCLUSIVE MODE")

    def _filled(self, cursor: CursorWrapper) -> list[str]:
        looks = ", ".join(f"EXISTS (SELECT 1 FROM {table})" for table in self._tables)  # noqa: S608 - our own names
        cursor.execute(f"SELECT {looks}")
        return list(compress(self._tables, cursor.fetchone()))


def _others(at: dict[str, Any]) -> Rows:
    """What is still open on the database, which cannot be dropped before it is closed."""
    return _ask(at, b"SELECT pid FROM pg_stat_activity WHERE datname = %s")


def end_others(at: dict[str, Any]) -> None:
    """No test failed by it, so that it is told and ended; whoever was ended does not come back."""
    left = _ask(at, b"SELECT client_port, state, query FROM pg_stat_activity WHERE datname = %s")
    told = [(command_at(port), *rest) for port, *rest in left]
    print(f"left open on the database: {told}", file=sys.stderr)
    name = psycopg.sql.Identifier(at["NAME"])
    _ask(at, psycopg.sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(name))
    _ask(at, b"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s")
    await_condition(lambda: not _others(at), seconds=_PATIENCE_SECONDS)


def _ask(at: dict[str, Any], query: Any) -> Rows:
    """What the server says, asked from beside the test database."""
    server = {"host": at["HOST"], "port": at["PORT"], "user": at["USER"]}
    with psycopg.connect(
        **server, password=at["PASSWORD"], dbname="postgres", autocommit=True
    ) as own:
        cursor = own.execute(query, [at["NAME"]] if isinstance(query, bytes) else None)
        return list(cursor.fetchall()) if cursor.description else []


def _read(cursor: CursorWrapper, table: str) -> Rows:
    cursor.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608 - our own names
    return list(cursor.fetchall())


def _write(cursor: CursorWrapper, table: str, rows: Rows) -> None:
    """Replace all rows; what refers to them is checked when the transaction ends."""
    cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - our own names
    for row in rows:
        marks = ", ".join("%s" for _ in row)
        cursor.execute(f"INSERT INTO {table} VALUES ({marks})", row)  # noqa: S608 - our own names
