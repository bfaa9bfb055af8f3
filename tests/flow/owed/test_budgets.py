"""The page of debts in queries: few, and as many for many deals as for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.pages.owed import COMPANY_TAB, OWN_COMPANY, add_deal, lines, own_deals
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp

# Two to know who opens it, and two for each round trip: its moment and its line in the journal.
MOST_QUERIES = 6


@pytest.fixture
def client(portal: PortalWithApp, settings: LazySettings) -> Iterator[Client]:
    """The views in this process, facing the same stand-in and database as the running app."""
    settings.APP_URL = portal.app.origin
    settings.B24_OAUTH_SERVERS = [portal.standin.oauth_origin]
    yield Client(SERVER_NAME="app.localhost")
    connection.close()


def open_counted(client: Client, portal: PortalWithApp) -> tuple[Page, int]:
    launch = portal.standin.launch(
        portal.name, user="sales", placement=COMPANY_TAB, options={"ID": str(OWN_COMPANY)}
    )
    path = launch["url"].removeprefix(portal.app.origin)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(path, launch["fields"])
    return Page(answer.status_code, dict(answer.headers), answer.content.decode()), len(queries)


def test_one_deal_and_forty_take_the_same_six_queries(
    client: Client, portal: PortalWithApp
) -> None:
    own_deals(portal)
    counts = []
    for more in (1, 39):
        for _ in range(more):
            add_deal(portal, 10)
        page, count = open_counted(client, portal)
        counts.append((len(lines(page)), count))
    assert [shown for shown, _ in counts] == [1, 40]
    assert counts[0][1] == counts[1][1] <= MOST_QUERIES, counts
