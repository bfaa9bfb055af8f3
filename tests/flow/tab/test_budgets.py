"""Round trips counted where they arrive, database queries counted where they are made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, REFUSED_IN_BATCH, told
from tests.support.portal import PortalWithApp

MOST_QUERIES = 5


def round_trips(portal: PortalWithApp) -> tuple[int, int]:
    """Requests to the portal and to the OAuth server since the last count."""
    calls = portal.calls()
    portal.standin.clear_calls(portal.name)
    servers = [call["server"] for call in calls]
    return servers.count("portal"), servers.count("oauth")


@pytest.fixture
def client(portal: PortalWithApp, settings: LazySettings) -> Iterator[Client]:
    """The views in this process, facing the same stand-in and database as the running app."""
    settings.APP_URL = portal.app.origin
    settings.B24_OAUTH_SERVERS = [portal.standin.oauth_origin]
    yield Client(SERVER_NAME="app.localhost")
    connection.close()


def open_counted(client: Client, portal: PortalWithApp, deal: str) -> tuple[Page, int]:
    """The tab of a deal and the queries that it took."""
    launch = portal.standin.launch(
        portal.name,
        user="sales",
        placement="CRM_DEAL_DETAIL_TAB",
        options={"ID": str(portal.deal(deal))},
    )
    path = launch["url"].removeprefix(portal.app.origin)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(path, launch["fields"])
    return Page(answer.status_code, dict(answer.headers), answer.content.decode()), len(queries)


def add_counted(client: Client, tab: Page) -> tuple[Page, int]:
    """The answer to a click and the queries that it took."""
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    fields = tab.form_fields("/payments/add/")
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/payments/add/", fields, headers=headers)
    return Page(answer.status_code, dict(answer.headers), answer.content.decode()), len(queries)


def test_a_tab_of_a_known_person_takes_one_round_trip_and_none_to_the_oauth_server(
    portal: PortalWithApp,
) -> None:
    portal.open_tab(user="sales")
    # Somebody new is confirmed by the OAuth server, once.
    assert round_trips(portal) == (1, 1)
    for user in ("admin", "sales", "sales"):
        portal.open_tab(user=user)
        assert round_trips(portal) == (1, 0)


def test_a_click_takes_one_round_trip(portal: PortalWithApp) -> None:
    tab = portal.open_tab("billed")
    round_trips(portal)
    page = portal.app.press_add(tab)
    assert len(page.payment_numbers) == 3
    assert round_trips(portal) == (1, 0)


def test_a_click_on_an_expired_pair_takes_one_refresh_and_one_repeat(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab()
    portal.standin.expire(portal.name)
    round_trips(portal)
    portal.app.press_add(tab)
    assert round_trips(portal) == (2, 1)


def test_a_portal_that_takes_no_add_in_a_batch_is_learnt_once_and_costs_one_round_trip_more(
    portal: PortalWithApp,
) -> None:
    portal.standin.switch(portal.name, **REFUSED_IN_BATCH)
    first = portal.open_tab()
    portal.app.press_add(first)
    assert [ADD in call["commands"] for call in portal.calls()].count(True) == 1
    for deal in ("fresh", "empty"):
        tab = portal.open_tab(deal)
        round_trips(portal)
        page = portal.app.press_add(tab)
        assert "added." in page.status_text, told(page)
        assert not any(ADD in call["commands"] for call in portal.calls())
        assert round_trips(portal) == (2, 0)


def test_a_portal_that_takes_no_payments_in_a_batch_at_all_is_learnt_once(
    portal: PortalWithApp,
) -> None:
    portal.standin.switch(portal.name, batch_forbids=["crm.item.payment.*"])
    portal.app.press_add(portal.open_tab())
    round_trips(portal)
    tab = portal.open_tab("empty")
    assert not any(
        "item.payment." in command for call in portal.calls() for command in call["commands"]
    )
    assert round_trips(portal) == (2, 0)
    page = portal.app.press_add(tab)
    assert len(page.payment_numbers) == 1
    assert not any(
        "item.payment." in command for call in portal.calls() for command in call["commands"]
    )


def test_an_installation_asks_the_oauth_server_once_and_again_changes_nothing(
    portal: PortalWithApp,
) -> None:
    about = portal.standin.create_portal()
    name = str(about["name"])
    trips = []
    for _ in range(2):
        portal.standin.clear_calls(name)
        portal.app.open_frame(name, user="admin", placement="DEFAULT")
        servers = [call["server"] for call in portal.standin.calls(name)]
        trips.append((servers.count("portal"), servers.count("oauth")))
    assert trips == [(2, 1), (1, 1)]


def test_a_tab_and_a_click_take_few_queries(client: Client, portal: PortalWithApp) -> None:
    portal.open_tab()
    tab, opening = open_counted(client, portal, "fresh")
    page, adding = add_counted(client, tab)
    assert "added." in page.status_text, told(page)
    assert opening <= MOST_QUERIES
    assert adding <= MOST_QUERIES


def test_a_thousand_payments_take_as_many_queries_as_one(
    client: Client, portal: PortalWithApp
) -> None:
    portal.standin.add_payments(portal.name, "fresh", user="admin", count=1)
    portal.standin.add_payments(portal.name, "many", user="admin", count=1000)
    portal.open_tab()
    counts = []
    for deal in ("fresh", "many"):
        tab, opening = open_counted(client, portal, deal)
        page, adding = add_counted(client, tab)
        counts.append((opening, adding))
        assert "added." in page.status_text, told(page)
    assert counts[0] == counts[1]
