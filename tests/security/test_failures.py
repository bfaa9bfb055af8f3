"""Whatever fails anywhere is told in words, where its reader can see it, and stands in the log."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.test import Client
from django.urls import resolve

from b24app.frame.session import FrameSession, sign_session
from b24app.models import Portal
from payments.tab.addresses import sealer
from tests.security.test_headers import FRAGMENTS, FRAMES
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import key_of
from tests.support.portal import PortalWithApp
from tests.support.routes import all_routes
from tests.support.security.failing import TOKEN, Broken, address, broken, logged
from tests.support.security.traces import ANY_PORTAL, launch_of, policy, post

WORDS = "Something went wrong in the app itself."
UNREADABLE = "could not read what this page sent"
FORM = "application/x-www-form-urlencoded"
ENGLISH = {"Accept-Language": "en"}
READS = {
    "payments/attempts/<uuid:key>/",
    "payments/older/",
    "payments/<int:payment_id>/link/",
}
IN_FRAMES = [*FRAMES, *FRAGMENTS]
LAUNCH = {
    "member_id": "a" * 32,
    "AUTH_ID": TOKEN,
    "REFRESH_ID": TOKEN,
    "DOMAIN": "acme.bitrix24.com",
    "PLACEMENT": "CRM_DEAL_DETAIL_TAB",
    "PLACEMENT_OPTIONS": '{"ID":"1"}',
}


@pytest.fixture
def client(db: None, settings: LazySettings) -> Client:
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "tests.support.security.failing.Breaking"]
    return Client(SERVER_NAME="app.localhost", raise_request_exception=False)


def send(client: Client, route: str, method: str = "POST", **headers: str) -> Page:
    """A request as its page sends it: with a bearer, or with a launch."""
    session = FrameSession(1, 1, 7, "DEFAULT", 2, 101, "en", int(time.time()))
    bearer, seal = sign_session(session), sealer(session)(1)
    headers = {"Authorization": f"Bearer {bearer}", **ENGLISH, **headers}
    if method == "GET":
        return page_of(client.get(f"{address(route)}?card={seal}", headers=headers))
    return page_of(client.post(f"{address(route)}?card={seal}", LAUNCH, headers=headers))


def page_of(answer: Any) -> Page:
    told = {name.lower(): value for name, value in answer.items()}
    return Page(answer.status_code, told, answer.content.decode())


def assert_told(page: Page, route: str, *, words: str = WORDS, status: int = 500) -> None:
    """Words with the request's id, shown where the page is shown."""
    assert page.status == status, route
    assert words in page.text, route
    assert page.headers["x-request-id"] in page.text, route
    assert TOKEN not in page.body
    is_in_frame = route in IN_FRAMES
    assert policy(page)["frame-ancestors"] == (ANY_PORTAL if is_in_frame else ["'none'"]), route
    assert ("x-frame-options" in page.headers) is not is_in_frame, route


def assert_for_script(page: Page, is_for_script: bool, route: str) -> None:
    """A part of a page says so in its header; a page does not."""
    assert ("hx-swap-oob" in page.body) is is_for_script, route
    assert ("x-fragment" in page.headers) is is_for_script, route


def assert_logged(lines: list[dict[str, str]], page: Page) -> None:
    own = [line for line in lines if line["request_id"] == page.headers["x-request-id"]]
    assert [line for line in own if line["name"] == "b24app.web.error_pages"]
    assert not [line for line in lines if TOKEN in str(line)]


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_no_address_fails_without_words(
    client: Client, method: str, headers: dict[str, str]
) -> None:
    for route in all_routes():
        with logged() as lines:
            page = send(client, route, method, **headers, **{"X-Break-Before": "1"})
        assert_told(page, route)
        assert_for_script(page, bool(headers), route)
        assert_logged(lines, page)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
def test_nor_does_what_breaks_within_its_door(client: Client, headers: dict[str, str]) -> None:
    """At its first look into the database."""

    def look(*given: object) -> None:
        raise Broken(TOKEN)

    for route in IN_FRAMES:
        with logged() as lines, connection.execute_wrapper(look):
            page = send(client, route, "GET" if route in READS else "POST", **headers)
        assert_told(page, route)
        assert_logged(lines, page)


@pytest.mark.parametrize("route", ["healthz", "events/", "legal/privacy/", "readyz", ""])
def test_nor_does_a_view_that_breaks_by_itself(client: Client, route: str) -> None:
    with logged() as lines, broken(resolve(address(route)).func):
        page = send(client, route, "POST" if route == "" else "GET")
    assert_told(page, route)
    assert_logged(lines, page)


def test_an_address_that_is_none_is_told_with_its_id(client: Client) -> None:
    page = send(client, "nowhere/", "GET")
    assert_told(page, "nowhere/", words="There is nothing at this address.", status=404)


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["page", "fragment"])
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("&".join(f"f{n}=1" for n in range(20_000)), 400),
        ("x=" + "a" * 300_000, 413),
        ("x=" + "a" * 3_000_000, 413),
    ],
    ids=["fields", "size", "great size"],
)
def test_a_form_that_cannot_be_read_is_refused_in_words(
    client: Client, body: str, status: int, headers: dict[str, str]
) -> None:
    for route in IN_FRAMES:
        if route in READS:
            continue
        answer = client.post(address(route), body, FORM, headers={**ENGLISH, **headers})
        page = page_of(answer)
        assert_told(page, route, words=UNREADABLE, status=status)
        assert_for_script(page, bool(headers), route)


def test_a_broken_multipart_form_is_refused_in_words(client: Client) -> None:
    kind = "multipart/form-data; boundary="
    page = page_of(client.post("/placements/deal/", "x", kind, headers=ENGLISH))
    assert_told(page, "placements/deal/", words=UNREADABLE, status=400)


def test_a_row_that_cannot_be_read_is_told_where_it_is_met(portal: PortalWithApp) -> None:
    """The address of a portal is none: nothing that needs it can go on."""
    tab, launch = portal.open_tab(), launch_of(portal)
    Portal.objects.filter(pk=portal.row.pk).update(client_endpoint="no address")
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    pages = {
        "placements/deal/": post(portal, launch),
        "payments/older/": portal.app.send("/payments/older/", headers=headers),
        "payments/add/": portal.app.press_add(tab),
        "payments/add/ ": portal.app.press_add(tab, wants_page=True),
    }
    for route, page in pages.items():
        assert_told(page, route.strip())
        assert page.headers["x-request-id"] in portal.app.log()
    assert WORDS in pages["payments/add/"].alert_text
    assert launch["fields"]["AUTH_ID"] not in portal.app.log()


def test_a_click_that_failed_is_looked_up_when_it_comes_again(portal: PortalWithApp) -> None:
    """The page keeps its key, so that trying again is what the words say."""
    tab, row = portal.open_tab(), portal.row
    Portal.objects.filter(pk=row.pk).update(client_endpoint="no address")
    failed = portal.app.press_add(tab)
    Portal.objects.filter(pk=row.pk).update(client_endpoint=row.client_endpoint)
    assert (failed.status, failed.soup.find(id="click")) == (500, None)
    again = portal.app.press_add(tab)
    assert (again.status, again.polled_key) == (200, key_of(tab))
    assert portal.payments_of(portal.deal("fresh")) == []


def test_a_launch_that_names_a_new_server_of_bitrix24_is_told_in_its_frame(
    portal: PortalWithApp,
) -> None:
    page = post(portal, launch_of(portal), SERVER_ENDPOINT="https://oauth.bitrix24.info/rest/")
    assert page.status == 403
    assert "signs in at a server that this app does not know" in page.text
    assert policy(page)["frame-ancestors"] == [portal.about["origin"]]
    assert "x-frame-options" not in page.headers
    assert "oauth.bitrix24.info" in portal.app.log()
    assert portal.calls() == []
