"""The address itself: three queries at most, and nobody is asked while the queue waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from b24app.models import EventReceipt
from tests.standin.rest.params import flatten
from tests.support.events.posted import FAKE_TOKEN, event, token_of
from tests.support.portal import PortalWithApp, installed_portal, new_portal

MOST_QUERIES = 4
FRAMES = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@pytest.fixture
def client(portal: PortalWithApp, settings: LazySettings) -> Iterator[Client]:
    """The view in this process, with a queue that no worker empties."""
    settings.APP_URL = portal.app.origin
    settings.B24_OAUTH_SERVERS = [portal.standin.oauth_origin]
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks_db.DatabaseBackend"},
        "threads": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"},
    }
    yield Client(SERVER_NAME="app.localhost")
    connection.close()


def post_counted(client: Client, form: dict[str, Any]) -> tuple[int, int]:
    """The status, and the queries apart from the frame of a transaction."""
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/events/", dict(flatten(form)))
    asked = [query["sql"] for query in queries if not query["sql"].startswith(FRAMES)]
    return answer.status_code, len(asked)


def kinds_of_events(portal: PortalWithApp) -> list[tuple[int, dict[str, Any]]]:
    """Every way through the view: the status it ends with, and the event."""
    stranger = new_portal(portal.app)
    arrival: dict[str, Any] = {
        "access_token": token_of(portal, "admin"),
        "application_token": FAKE_TOKEN,
    }
    return [
        *((200, event(portal, name)) for name in ("ONAPPINSTALL", "ONAPPUPDATE")),
        (200, event(portal, "ONAPPMETHODCONFIRM")),
        (200, event(portal, "ONAPPPAYMENT")),
        (200, event(portal, "ONAPPPAYMENT", application_token="")),
        (200, event(portal, "ONAPPUPDATE", **arrival)),
        (200, event(stranger, "ONAPPINSTALL", access_token=token_of(stranger, "admin"))),
        (403, event(stranger, "ONAPPUNINSTALL")),
        (403, event(portal, "ONAPPUNINSTALL", application_token=FAKE_TOKEN)),
        (200, event(portal, "ONAPPUNINSTALL")),
    ]


def test_an_event_takes_four_queries_and_a_replay_no_more(
    client: Client, portal: PortalWithApp
) -> None:
    for expected, form in kinds_of_events(portal):
        for _ in range(2):
            status, queries = post_counted(client, form)
            assert status == expected, form
            assert queries <= MOST_QUERIES, form


def test_nobody_is_asked_while_the_queue_waits(client: Client, portal: PortalWithApp) -> None:
    kinds = kinds_of_events(portal)
    portal.standin.clear_calls(portal.name)
    portal.standin.control("DELETE", "oauth-calls")
    for expected, form in kinds:
        assert post_counted(client, form)[0] == expected
    assert portal.calls() == portal.standin.oauth_calls() == []
    assert EventReceipt.objects.filter(state="waiting").count() == 5


def test_strangers_put_nothing_into_the_queue_of_the_workers(
    client: Client, portal: PortalWithApp
) -> None:
    neighbour = installed_portal(portal.app)
    post_counted(client, event(neighbour, "ONAPPINSTALL"))
    lie: dict[str, Any] = {
        "access_token": token_of(portal, "sales"),
        "application_token": FAKE_TOKEN,
    }
    post_counted(client, event(portal, "ONAPPUPDATE", **lie))
    post_counted(client, event(portal, "ONAPPPAYMENT", application_token=""))
    assert EventReceipt.objects.count() == 2
    assert DBTaskResult.objects.count() == 1
