"""A new pair is stored whatever the database does meanwhile; a lease has the database's time."""

from __future__ import annotations

import json
import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from socket import socket
from typing import Any, cast

import psycopg
import pytest
import time_machine
from django.conf import LazySettings
from django.db import DatabaseError, connection
from django.utils import timezone

from b24app.models import PortalUser
from b24app.rest import transport
from b24app.rest.credentials import TokenPair
from b24app.tokens import server as oauth
from b24app.tokens import store
from b24app.tokens.store import StoredPair, can_be_leased, sealed_pair
from tests.support.operations.rows import add_portal
from tests.support.servers.sockets import Answer, Server, http_answer, serve

USER = 7
NEW_REFRESH = "fake-refresh-" + "n" * 40
pytestmark = pytest.mark.django_db(transaction=True)


def nobody_is_asked(*_: Any) -> int:
    raise AssertionError("the answer says whose the pair is")


@pytest.fixture
def stored() -> StoredPair:
    portal = add_portal()
    tokens = sealed_pair(portal, USER, access="fake-access", refresh="fake-refresh")
    user = portal.users.create(user_id=USER, seen_at=timezone.now(), **tokens)
    return StoredPair(user, nobody_is_asked)


def answer_for(stored: StoredPair) -> bytes:
    pair = {
        "access_token": "fake-access-new",
        "refresh_token": NEW_REFRESH,
        "expires_in": 3600,
        "member_id": stored.user.portal.member_id,
        "client_endpoint": stored.user.portal.client_endpoint,
        "user_id": USER,
    }
    return http_answer(json.dumps(pair))


def renew(stored: StoredPair, server: Server, settings: LazySettings) -> TokenPair:
    settings.B24_OAUTH_SERVERS = [f"http://oauth.localhost:{server.port}"]
    return stored.renew(stored.pair())


@dataclass
class Held:
    """The database, in which somebody else holds what the app wants to write."""

    user: PortalUser
    _holder: Any = field(default=None, repr=False)

    def hold(self) -> None:
        at = connection.settings_dict
        if connection.vendor == "sqlite":
            self._holder = sqlite3.connect(at["NAME"], check_same_thread=False)
            self._holder.execute("BEGIN IMMEDIATE")
            return
        self._holder = psycopg.connect(
            host=at["HOST"], port=at["PORT"], user=at["USER"], dbname=at["NAME"]
        )
        row = "SELECT 1 FROM b24app_portaluser WHERE id = %s FOR UPDATE"
        self._holder.execute(row, [self.user.pk])

    def let_go(self) -> None:
        if self._holder is not None:
            self._holder.close()

    def answer(self, whole: bytes) -> Answer:
        """The OAuth server's answer, which is given once the database is held."""

        def give(talk: socket, is_stopped: threading.Event) -> None:
            self.hold()
            talk.sendall(whole)

        return give


@pytest.fixture
def held(stored: StoredPair, monkeypatch: pytest.MonkeyPatch) -> Iterator[Held]:
    """The app waits for no lock for long here, on none of its connections."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=50")
    else:
        monkeypatch.setenv("PGOPTIONS", "-c lock_timeout=50ms")
        begin_pool_anew()
    held = Held(stored.user)
    yield held
    held.let_go()
    if connection.vendor == "postgresql":
        monkeypatch.undo()
        begin_pool_anew()


def begin_pool_anew() -> None:
    connection.close()
    cast(Any, connection).close_pool()
    connection.close()


class _Ending(logging.Handler):
    """Ends what is held once the app has said so many times that a pair is not stored yet."""

    def __init__(self, held: Held, *, after: int) -> None:
        super().__init__()
        self.held, self.left = held, after

    def emit(self, record: logging.LogRecord) -> None:
        self.left -= "not stored yet" in record.getMessage()
        if self.left == 0:
            self.held.let_go()


@contextmanager
def ended(held: Held, *, after: int) -> Iterator[None]:
    handler, log = _Ending(held, after=after), logging.getLogger("b24app.tokens.store")
    log.addHandler(handler)
    try:
        yield
    finally:
        log.removeHandler(handler)


def test_a_pair_is_saved_again_until_the_database_takes_it(
    stored: StoredPair, held: Held, settings: LazySettings
) -> None:
    with serve(held.answer(answer_for(stored))) as server, ended(held, after=1):
        renewed = renew(stored, server, settings)
    assert renewed.refresh == NEW_REFRESH
    fresh = PortalUser.objects.select_related("portal").get(pk=stored.user.pk)
    assert StoredPair(fresh, nobody_is_asked).pair() == renewed
    assert fresh.lease_until is None
    assert len(server.requests) == 1


def test_a_pair_that_is_lost_is_told_to_the_operator(
    stored: StoredPair,
    held: Held,
    settings: LazySettings,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(store, "_LEASE", timedelta(seconds=0.1))
    with serve(held.answer(answer_for(stored))) as server, pytest.raises(DatabaseError):
        renew(stored, server, settings)
    [said] = [record for record in caplog.records if record.levelname == "ERROR"]
    portal, user = stored.user.portal, stored.user
    assert said.getMessage() == f"{portal}: the new pair of {user} is lost, not stored"
    assert NEW_REFRESH not in caplog.text


def test_a_renewal_waits_for_an_answer_for_which_a_read_would_not(
    stored: StoredPair, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody can repeat it: the old refresh token is dead, and the new one is in the answer."""
    monkeypatch.setattr(oauth, "ANSWER_SECONDS", 0.1)
    monkeypatch.setattr(oauth, "_PATIENCE", (0.1, 0.1))
    monkeypatch.setattr(transport, "ANSWER_SECONDS", 0.1)

    def slowly(talk: socket, is_stopped: threading.Event) -> None:
        is_stopped.wait(0.5)
        talk.sendall(answer_for(stored))

    with serve(slowly) as server:
        assert renew(stored, server, settings).refresh == NEW_REFRESH
    assert oauth.RENEWAL_SECONDS >= 20
    assert store._LEASE.total_seconds() >= oauth.RENEWAL_SECONDS + sum(store._SAVING_PAUSES)


@pytest.mark.parametrize("hours", [1, -1])
def test_a_machine_whose_clock_is_wrong_takes_no_lease_that_is_held(
    stored: StoredPair, hours: int
) -> None:
    rows, pair = PortalUser.objects.filter(pk=stored.user.pk), stored.pair()
    assert stored._lease(pair)
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        assert not StoredPair(rows.get(), nobody_is_asked)._lease(pair)
        assert not rows.filter(can_be_leased()).exists()
        rows.update(lease_until=None)
        assert stored._lease(pair)
        stored.postpone(pair)
    fresh = rows.get()
    assert fresh.lease_until is not None
    assert fresh.retry_after is not None
    assert abs(fresh.lease_until - timezone.now() - store._LEASE) < timedelta(seconds=30)
    assert abs(fresh.retry_after - timezone.now() - store._REFUSED_PAUSE) < timedelta(seconds=30)
