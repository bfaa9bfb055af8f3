"""PostgreSQL keeps the statements of every click, and a statement that it refuses harms nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.db import NotSupportedError, connection, transaction

from b24app.models import Portal

READ = "SELECT size FROM kept WHERE size = %s"
OFTEN = 6
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def new_connections() -> None:
    """None that another test has taught to keep nothing."""
    wrapper: Any = connection
    wrapper.close()
    wrapper.close_pool()


@pytest.fixture
def elsewhere() -> Iterator[psycopg.Connection]:
    """Another connection to the same database, with a table that comes and goes."""
    at = connection.settings_dict
    address = {"dbname": at["NAME"], "user": at["USER"], "host": at["HOST"], "port": at["PORT"]}
    with psycopg.connect(**address, autocommit=True) as other:
        other.execute("CREATE TABLE kept (size integer)")
        other.execute("INSERT INTO kept VALUES (7)")
        yield other
        connection.close()
        other.execute("DROP TABLE kept")


def read() -> list[tuple[int]]:
    with connection.cursor() as cursor:
        cursor.execute(READ, [7])
        return list(cursor.fetchall())


def kept() -> list[str]:
    """The statements that the server keeps for this connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


def test_what_comes_often_is_kept() -> None:
    for number in range(OFTEN):
        assert not Portal.objects.filter(member_id=f"none{number}").exists()
    [statement] = [each for each in kept() if '"b24app_portal"' in each]
    assert "$1" in statement
    assert "none" not in statement


def test_a_column_of_another_type_is_read_at_once(elsewhere: psycopg.Connection) -> None:
    assert [read() for _ in range(OFTEN)] == [[(7,)]] * OFTEN
    elsewhere.execute("ALTER TABLE kept ALTER COLUMN size TYPE bigint")
    assert [read() for _ in range(OFTEN)] == [[(7,)]] * OFTEN


def test_in_a_transaction_it_is_read_the_next_time(elsewhere: psycopg.Connection) -> None:
    assert [read() for _ in range(OFTEN)] == [[(7,)]] * OFTEN
    elsewhere.execute("ALTER TABLE kept ALTER COLUMN size TYPE bigint")
    with pytest.raises(NotSupportedError), transaction.atomic():
        read()
    with transaction.atomic():
        assert read() == [(7,)]


def test_a_connection_that_is_gone_is_replaced_with_its_statements(
    elsewhere: psycopg.Connection,
) -> None:
    assert [read() for _ in range(OFTEN)] == [[(7,)]] * OFTEN
    backend = connection.connection.info.backend_pid
    connection.close()
    elsewhere.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    assert [read() for _ in range(OFTEN)] == [[(7,)]] * OFTEN
