"""What the fields cost: nothing where they are off, one statement a click where they are on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from b24app.portals.rate_limit import SharedPace
from b24app.rest.errors import QueueTooLong
from payments.models import DealFigures
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.fields import await_quiet, switch_on
from tests.support.portal import PortalWithApp


@pytest.fixture
def client(portal: PortalWithApp, settings: LazySettings) -> Iterator[Client]:
    """The views in this process, facing the same stand-in and database as the running app."""
    settings.APP_URL = portal.app.origin
    settings.B24_OAUTH_SERVERS = [portal.standin.oauth_origin]
    yield Client(SERVER_NAME="app.localhost")
    connection.close()


def queries_of(client: Client, portal: PortalWithApp) -> tuple[int, int]:
    """How many it takes to open a tab and to add, the second time each."""
    for _ in range(2):
        place = {"placement": "CRM_DEAL_DETAIL_TAB", "options": {"ID": str(portal.deal("empty"))}}
        launch = portal.standin.launch(portal.name, user="sales", **place)
        path = launch["url"].removeprefix(portal.app.origin)
        with CaptureQueriesContext(connection) as opened:
            answer = client.post(path, launch["fields"])
        tab = Page(answer.status_code, dict(answer.headers), answer.content.decode())
        headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
        with CaptureQueriesContext(connection) as added:
            client.post("/payments/add/", tab.form_fields("/payments/add/"), headers=headers)
        await_quiet(portal)
    return len(opened), len(added)


def test_where_they_are_off_no_query_and_no_call_is_theirs(
    portal: PortalWithApp, client: Client
) -> None:
    opened, added = queries_of(client, portal)
    assert opened <= 5
    assert added <= 5
    assert {call["method"] for call in portal.calls() if call["server"] == "portal"} == {"batch"}
    assert not DealFigures.objects.exists()


def test_where_they_are_on_a_click_takes_one_statement_more(
    portal: PortalWithApp, client: Client
) -> None:
    opened, added = queries_of(client, portal)
    switch_on(portal)
    # The first look at a deal finds a difference; the second one is the usual.
    assert queries_of(client, portal) == (opened, added + 1)


def test_what_nobody_waits_for_leaves_most_of_the_bucket_to_people(
    portal: PortalWithApp, settings: LazySettings
) -> None:
    settings.B24_CALLS_PER_SECOND, settings.B24_CALLS_AT_ONCE = 0.01, 40
    last, people = SharedPace(portal.member_id, is_last=True), SharedPace(portal.member_id)
    done = 0
    with suppress(QueueTooLong):
        while done < settings.B24_CALLS_AT_ONCE:
            last.reserve((), seconds=60)
            done += 1
    assert 5 <= done <= 11
    waits = [people.reserve((), seconds=1).at for _ in range(40 - done)]
    assert max(waits) - min(waits) < 5
