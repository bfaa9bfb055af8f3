"""Finding a portal among many: by beginnings, page by page, with as many queries as among few."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from b24app.models import EventReceipt, Portal, PortalUser, RestCall
from tests.support.pages.console import get
from tests.support.pages.page import Page
from tests.support.people.operators import Person


def add_portals(count: int, *, state: str = "active", name: str = "many") -> list[Portal]:
    first = Portal.objects.count()
    return Portal.objects.bulk_create(
        Portal(
            member_id=f"{number:032x}",
            client_endpoint=f"https://{name}{number}.bitrix24.com/rest/",
            state=state,
        )
        for number in range(first, first + count)
    )


def add_rows(portals: list[Portal]) -> None:
    """A person, a failed call and two events of each portal."""
    now = timezone.now()
    PortalUser.objects.bulk_create(
        PortalUser(portal=each, user_id=7, name="Anna Smith", seen_at=now) for each in portals
    )
    RestCall.objects.bulk_create(
        RestCall(portal=each, user_id=7, method="batch", error="ACCESS_DENIED", milliseconds=5)
        for each in portals
    )
    EventReceipt.objects.bulk_create(
        EventReceipt(
            digest=f"{each.pk}{state}",
            member_id=each.member_id,
            name="E",
            state=state,
            is_proven=True,
            at=now,
        )
        for each in portals
        for state in ("waiting", "failed")
    )


def hosts(page: Page) -> list[str]:
    """The portals in the list, from top to bottom."""
    links = page.soup.select("main > table th a")
    return [link.get_text() for link in links]


def test_a_portal_is_found_by_a_beginning(operator: Person, client: Client) -> None:
    add_portals(3)
    acme = Portal.objects.create(
        member_id="f" * 32, client_endpoint="https://acme.bitrix24.com/rest/"
    )
    PortalUser.objects.create(portal=acme, user_id=7, name="Anna Smith", seen_at=timezone.now())
    hosts_sought = ["acme", "ACME.bitrix24", "acme.bitrix24.com"]
    for sought in (*hosts_sought, "f" * 32, "F" * 5, "anna", "Anna S", "ANNA SM"):
        assert hosts(get(client, f"/console/?q={sought}")) == ["acme.bitrix24.com"], sought


def test_a_name_in_another_script_is_found_as_it_is_written(
    operator: Person, client: Client
) -> None:
    [portal] = add_portals(1)
    PortalUser.objects.create(
        portal=portal, user_id=7, name="Анна Смирнова", seen_at=timezone.now()
    )
    assert len(hosts(get(client, "/console/?q=Анна"))) == 1


def test_what_is_like_nothing_finds_nothing_and_fails_nowhere(
    operator: Person, client: Client
) -> None:
    add_portals(1)
    for sought in ("%25", "_", "many%25", "zzz", "%5C", "'"):
        assert hosts(get(client, f"/console/?q={sought}")) == [], sought
    for query in ("q=%00", "state=nowhere", "before=x", "before=99999999999999999999"):
        assert get(client, f"/console/?{query}").status == 200, query


def test_pages_go_on_from_the_last_row_seen(operator: Person, client: Client) -> None:
    add_portals(60)
    add_portals(2, state="blocked")
    seen = []
    page = get(client, "/console/?state=active")
    while True:
        seen += hosts(page)
        links = page.soup.select(".pages a[href^='?']")
        if not links:
            break
        page = get(client, f"/console/{links[0]['href']}")
    assert seen == [f"many{number}.bitrix24.com" for number in reversed(range(60))]


@pytest.mark.parametrize("path", ["/console/", "/console/?q=many", "/console/?state=active"])
def test_many_portals_take_as_many_queries_as_one(
    operator: Person, client: Client, path: str
) -> None:
    counts = []
    for more in (1, 199):
        add_rows(add_portals(more))
        get(client, path)
        with CaptureQueriesContext(connection) as queries:
            assert get(client, path).status == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


def test_so_does_the_page_of_one(operator: Person, client: Client) -> None:
    [portal] = add_portals(1)
    path = f"/console/portals/{portal.pk}/"
    counts = []
    for others in (1, 99):
        add_rows(add_portals(others))
        get(client, path)
        with CaptureQueriesContext(connection) as queries:
            assert get(client, path).status == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 25


def test_a_search_walks_along_an_index(operator: Person, client: Client) -> None:
    portals = add_portals(1000)
    add_rows(portals)
    PortalUser.objects.filter(portal=portals[500]).update(name="Zoe")
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        with CaptureQueriesContext(connection) as queries:
            assert hosts(get(client, "/console/?q=zoe")) == ["many500.bitrix24.com"]
        [search] = [each["sql"] for each in queries if " UNION " in each["sql"]]
        cursor.execute(f"{explain} {search}")
        plan = " ".join(str(row) for row in cursor.fetchall())
    assert "name_key" in plan
    assert "SCAN b24app" not in plan.replace("SCAN b24app_portaluser USING", "")
    assert "Seq Scan" not in plan
