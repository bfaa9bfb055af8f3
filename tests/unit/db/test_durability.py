"""What must outlive a power cut is on the disk before anything is sent."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.db import connection, transaction
from django.utils import timezone

from b24app.db.durability import synced
from b24app.portals.actors import actor_for
from b24app.tokens.store import StoredPair, sealed_pair
from payments.commands import claims
from payments.commands.watermark import Watermark
from payments.models import Attempt
from payments.types import DEAL, Item, Wish
from tests.support.operations.rows import add_attempt, add_portal
from tests.support.servers.sockets import http_answer, serve

pytestmark = pytest.mark.django_db(transaction=True)


def level() -> str:
    """How commits are synced just now: 2 or on is before they return."""
    is_sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous" if is_sqlite else "SHOW synchronous_commit")
        return str(cursor.fetchone()[0])


@pytest.fixture
def said() -> list[str]:
    """What SQLite was told to do, in order; PostgreSQL need not be told."""
    connection.ensure_connection()
    statements: list[str] = []
    if connection.vendor == "sqlite":
        connection.connection.set_trace_callback(statements.append)
    return statements


def assert_synced(said: list[str], what: str) -> None:
    """The statement was committed while commits are synced, and the next ones need not be."""
    if connection.vendor == "postgresql":
        assert level() == "on"
        return
    words = [" ".join(statement.split()) for statement in said]
    begun, ended = words.index("PRAGMA synchronous=FULL"), words.index("PRAGMA synchronous=NORMAL")
    assert [word for word in words[begun:ended] if word.startswith(what)]
    assert level() == "1"


def test_a_click_is_on_the_disk_before_it_is_sent(said: list[str]) -> None:
    portal = add_portal()
    user = portal.users.create(user_id=7, seen_at=timezone.now())
    actor = actor_for(portal, user)
    said.clear()
    _, is_ours = claims.claim(actor, Item(DEAL, 1), uuid4(), Watermark(0, 0), Wish())
    assert is_ours
    assert_synced(said, 'INSERT INTO "payments_attempt"')


def test_so_is_one_that_leaves_the_queue(said: list[str]) -> None:
    attempt = add_attempt(add_portal(), state=Attempt.State.QUEUED)
    said.clear()
    assert claims.take_from_queue(attempt, newest_id=0)
    assert_synced(said, 'UPDATE "payments_attempt"')


def test_so_is_a_new_pair(said: list[str], settings: LazySettings) -> None:
    portal = add_portal()
    tokens = sealed_pair(portal, 7, access="fake-access", refresh="fake-refresh")
    user = portal.users.create(user_id=7, seen_at=timezone.now(), **tokens)
    stored = StoredPair(user, lambda endpoint, access: 7)
    said.clear()
    new = {"access_token": "fake-new", "refresh_token": "fake-newer", "user_id": 7}
    whole = {**new, "member_id": portal.member_id, "client_endpoint": portal.client_endpoint}
    with serve(http_answer(json.dumps(whole))) as server:
        settings.B24_OAUTH_SERVERS = [f"http://oauth.localhost:{server.port}"]
        assert stored.renew(stored.pair()).refresh == "fake-newer"
    assert_synced(said, 'UPDATE "b24app_portaluser" SET "access_token"')


def test_a_transaction_that_is_open_stays_as_it_was_begun(said: list[str]) -> None:
    before = level()
    with transaction.atomic(), synced():
        assert level() == before
