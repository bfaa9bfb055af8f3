"""A test database is let go although somebody keeps coming back to it."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from django.db import connection

from tests.support.emptying import end_others


@pytest.fixture
def spare() -> Iterator[dict[str, Any]]:
    """The settings of one more database at the server of the tests."""
    settings = {**connection.settings_dict, "NAME": f"spare_{secrets.token_hex(4)}"}
    with connect({**settings, "NAME": "postgres"}) as own:
        own.execute(f'CREATE DATABASE "{settings["NAME"]}"'.encode())
        yield settings
        own.execute(f'DROP DATABASE "{settings["NAME"]}"'.encode())


def connect(at: dict[str, Any]) -> psycopg.Connection[Any]:
    server = {"host": at["HOST"], "port": at["PORT"], "user": at["USER"]}
    return psycopg.connect(**server, dbname=at["NAME"], password=at["PASSWORD"], autocommit=True)


def test_whoever_is_still_there_is_named_and_ended_and_does_not_come_back(
    spare: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    came, is_over = threading.Event(), threading.Event()

    def come_again() -> None:
        while not is_over.is_set():
            with suppress(psycopg.Error), connect(spare) as guest:
                came.set()
                guest.execute("SELECT pg_sleep(60)")

    guest = threading.Thread(target=come_again)
    guest.start()
    try:
        assert came.wait(timeout=10)
        end_others(spare)
        with pytest.raises(psycopg.OperationalError, match="not currently accepting"):
            connect(spare)
    finally:
        is_over.set()
        guest.join(10)
    assert not guest.is_alive()
    said = capsys.readouterr().err
    assert f"('{os.getpid()} " in said
    assert "pg_sleep" in said
