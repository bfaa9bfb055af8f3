"""What every address of the app sends beside its content; a new address needs a row here."""

from __future__ import annotations

from functools import partial
from http.cookies import SimpleCookie
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.app import HTMX, App
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp
from tests.support.routes import all_routes
from tests.support.security.traces import ANY_PORTAL, COOKIE, launch_of, policy, post
from tests.support.servers.another_app import another_app, open_tab_at

pytestmark = pytest.mark.front

UNGUARDED = "--config python:tests.unguarded.portals.stored"
FRAMES = ["", "install/", "placements/deal/", "placements/invoice/", "placements/owed/"]
PLACEMENTS = {
    "placements/deal/": "CRM_DEAL_DETAIL_TAB",
    "placements/invoice/": "CRM_SMART_INVOICE_DETAIL_TAB",
    "placements/owed/": "CRM_DEAL_LIST_TOOLBAR",
}
ACT = "payments/<int:payment_id>/<action:action>/"
FRAGMENTS = [
    "payments/add/",
    "payments/attempts/<uuid:key>/",
    "payments/attempts/<uuid:key>/choice/",
    "journal/",
    "journal/csv/",
    "payments/<int:payment_id>/link/",
    "payments/<int:payment_id>/pay-system/",
    "payments/<int:payment_id>/send/",
    "payments/<int:payment_id>/sent/",
    "payments/attempts/<uuid:key>/rest/",
    "payments/older/",
    "payments/owed/",
    "payments/owed/list/",
    "payments/owed/more/",
    "payments/owed/csv/",
    ACT,
    "repair/",
    "fields/",
]
OUTSIDE = [
    "accounts/bitrix24/login/",
    "accounts/bitrix24/login/callback/",
    "portal/",
    "portal/journal/",
    "portal/journal/csv/",
    "portal/repair/",
    "portal/fields/",
]
# Their table is tests/console/test_doors.py.
OPERATORS = ("accounts/", "admin/", "console/")
MACHINES = ["events/", "healthz", "readyz", "metrics"]
WORKING_DAY_SECONDS = 8 * 60 * 60
LANGUAGES = ("", "<slug:language>/")
LEGAL = [f"legal/{page}/{tail}" for page in ("licence", "privacy") for tail in LANGUAGES]


def address(route: str) -> str:
    if route == ACT:
        return "/payments/1/pay/"
    filled = {"<uuid:key>": str(uuid4()), "<int:payment_id>": "1", "<slug:language>": "de"}
    for name, value in filled.items():
        route = route.replace(name, value)
    return f"/{route}"


def assert_guarded(page: Page) -> None:
    """Holds for everything that the app sends."""
    assert page.headers["referrer-policy"] == "no-referrer"
    assert COOKIE not in page.headers
    assert_sealed(page)
    is_framed = policy(page)["frame-ancestors"] != ["'none'"]
    if is_framed or "x-frame-session" in page.headers:
        assert page.headers["cache-control"] == "no-store"


def assert_sealed(page: Page) -> None:
    """Holds for pages with cookies, too."""
    assert page.headers["x-content-type-options"] == "nosniff"
    rules = policy(page)
    assert rules["default-src"] == rules["base-uri"] == ["'none'"]
    assert len(rules["frame-ancestors"]) == 1 or rules["frame-ancestors"] == ANY_PORTAL
    for name in ("script-src", "style-src"):
        assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:"} & set(rules[name])


def assert_shown_by(page: Page, ancestor: str) -> None:
    assert policy(page)["frame-ancestors"] == [ancestor]
    assert "x-frame-options" not in page.headers


def test_every_address_has_a_row_here() -> None:
    listed = FRAMES + FRAGMENTS + OUTSIDE + MACHINES + LEGAL
    found = set(all_routes()) - set(OUTSIDE)
    known = [route for route in found if not route.startswith(OPERATORS)]
    assert sorted([*known, *OUTSIDE]) == sorted(listed)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_no_address_sends_a_cookie_or_fails(app: App, method: str) -> None:
    for route in FRAMES + FRAGMENTS + MACHINES + LEGAL:
        page = app.send(address(route), method=method)
        assert page.status < 500, route
        assert_guarded(page)


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_no_page_outside_fails_or_stands_in_a_frame(app: App, method: str) -> None:
    for route in OUTSIDE:
        page = app.send(address(route), method=method)
        assert page.status < 500, route
        assert_sealed(page)
        assert policy(page)["frame-ancestors"] == ["'none'"]
        assert page.headers["x-frame-options"] == "DENY"
        assert "sessionid" not in page.headers.get(COOKIE, "")


@pytest.mark.parametrize("path", ["/accounts/bitrix24/login/", "/accounts/login/"])
def test_no_cookie_of_a_sign_in_page_outlives_a_working_day(app: App, path: str) -> None:
    cookies = SimpleCookie(app.send(path).headers[COOKIE])
    assert cookies
    for cookie in cookies.values():
        assert int(cookie["max-age"] or 0) <= WORKING_DAY_SECONDS
        assert bool(cookie["expires"]) is bool(cookie["max-age"])


def test_nor_does_an_address_that_is_none(app: App) -> None:
    for path in ("/nowhere/", "/static/nothing.js", "/placements/", "/.git/config"):
        page = app.send(path)
        assert page.status == 404
        assert_guarded(page)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_person_outside_a_portal_reads_where_to_go(app: App, method: str) -> None:
    for route in FRAMES:
        page = app.send(f"{address(route)}?DOMAIN=acme.bitrix24.com", method=method)
        assert page.status == 200
        assert_shown_by(page, "'none'")
        assert_guarded(page)
        assert ("Sign in to your Bitrix24." in page.text) is (method == "GET")
        assert not page.soup.select("form")


@pytest.mark.parametrize("route", FRAMES)
def test_a_frame_may_stand_in_the_proven_portal_alone(portal: PortalWithApp, route: str) -> None:
    placement = PLACEMENTS.get(route, "DEFAULT")
    launch = launch_of(portal, placement=placement, handler=f"{portal.app.origin}/{route}")
    page = post(portal, launch)
    assert page.status == 200
    assert_shown_by(page, f"http://{portal.about['host']}")
    assert_guarded(page)
    nonces = {f"'nonce-{script['nonce']}'" for script in page.soup.select("script")}
    assert nonces == set(policy(page)["script-src"]) - {"'strict-dynamic'"}
    assert not [script for script in page.soup.select("script") if not script.get("src")]
    assert not page.soup.select("style, [style], [onclick], [onload], [onerror]")


def test_no_two_pages_share_a_nonce(portal: PortalWithApp) -> None:
    pages = [portal.open_tab() for _ in range(2)]
    assert policy(pages[0])["script-src"] != policy(pages[1])["script-src"]


def test_a_fragment_may_stand_in_the_proven_portal_alone(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    for page in (portal.app.press_add(tab), portal.app.press_add(tab, wants_page=True)):
        assert page.status == 200
        assert_shown_by(page, f"http://{portal.about['host']}")
        assert_guarded(page)


def test_so_may_the_words_of_a_portal_about_a_request(portal: PortalWithApp) -> None:
    headers = {**HTMX, "Authorization": f"Bearer {portal.open_tab().bearer}"}
    words = "Said by the portal"
    refuse = partial(portal.standin.add_fault, portal.name, "batch", "refuse", whole=True)
    refuse(code="0", text=words, status=400)
    page = portal.app.send("/payments/older/", headers=headers)
    assert page.status == 403
    assert words in page.text
    assert_shown_by(page, f"http://{portal.about['host']}")


def test_no_cache_keeps_what_carries_a_bearer(portal: PortalWithApp) -> None:
    headers = {**HTMX, "Authorization": f"Bearer {portal.open_tab().bearer}"}
    carrying = set()
    for route in FRAGMENTS:
        page = portal.app.send(address(route), form={}, headers=headers)
        assert_guarded(page)
        carrying |= {route} if "x-frame-session" in page.headers else set()
    # Most others want a payment or a click that is there.
    assert "payments/add/" in carrying


def test_without_the_word_of_caches_this_table_fails(portal: PortalWithApp, tmp_path: Path) -> None:
    with another_app(portal.app, tmp_path, gunicorn=UNGUARDED) as app:
        page = open_tab_at(app, portal)
    with pytest.raises(KeyError, match="cache-control"):
        assert_guarded(page)


def test_a_page_outside_the_frame_stays_outside(app: App) -> None:
    for path in ("/healthz", "/readyz", "/nowhere/", "/legal/privacy/"):
        assert app.send(path).headers["x-frame-options"] == "DENY"


def test_a_bearer_that_is_over_is_told_in_the_frame(portal: PortalWithApp) -> None:
    headers = {**HTMX, "Authorization": "Bearer nothing"}
    page = portal.app.send("/payments/add/", form={}, headers=headers)
    assert page.status == 401
    assert policy(page)["frame-ancestors"] == ANY_PORTAL


def test_the_request_id_is_ours(app: App) -> None:
    ids = [
        app.send("/healthz", headers={"X-Request-Id": "theirs"}).headers["x-request-id"]
        for _ in range(2)
    ]
    assert len({*ids, "theirs"}) == 3
