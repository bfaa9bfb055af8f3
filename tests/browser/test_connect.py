"""Outside the frame, by clicks: through the portal's own page to the journal, repair, and out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor, visit
from tests.support.pages.home_visits import TOOLBAR, note
from tests.support.portal import PortalWithApp

CODE = "code="
WIDTHS = (1280, 768, 375, 320)


def begin(browse: Visitor, portal: PortalWithApp) -> Page:
    """From the app's own address to the portal's page that asks who one is."""
    page = browse.page
    page.goto(portal.app.origin)
    page.get_by_role("link", name="Sign in as a portal administrator").click()
    page.get_by_label("Address of your Bitrix24").fill(str(portal.about["host"]))
    page.get_by_role("button", name="Go on to Bitrix24").click()
    expect(page.get_by_role("heading", name="Deal Payments asks to sign you in")).to_be_visible()
    return page


def sign_in(browse: Visitor, portal: PortalWithApp, *, user: str = "Administrator") -> Page:
    page = begin(browse, portal)
    page.get_by_label(user).check()
    page.get_by_role("button", name="Allow").click()
    page.wait_for_url(f"{portal.app.origin}/**")
    return page


def assert_good(browse: Visitor, name: str) -> None:
    """The page as it is now: no scrolling to the side at any width, nothing for axe to find."""
    page = browse.page
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        assert findings(page) == []
        browse.screenshot(f"{name}-{width}")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_in_look_repair_and_out_again(portal: PortalWithApp, browse: Visitor) -> None:
    note(portal, number="5/1", amount=1200, currency="EUR")
    note(portal, state="refused", user_id=8, error_kind="access_denied")
    portal.unbind(TOOLBAR)
    page = sign_in(browse, portal)
    expect(page.get_by_role("heading", level=1)).to_have_text(str(portal.about["host"]))
    journal = page.get_by_role("region", name="Journal")
    expect(journal.get_by_role("row")).to_have_count(3)
    expect(journal.get_by_role("cell").first).to_have_text("Mar 10, 2026, 12:00 PM")
    connection = page.get_by_role("region", name="Connection")
    expect(connection).to_contain_text("Something is missing.")
    connection.get_by_role("button", name="Repair").click()
    expect(page.get_by_role("status")).to_have_text("Repaired: everything is in order.")
    assert TOOLBAR in portal.bound()
    journal.get_by_label("Outcome").select_option(label="Refused")
    journal.get_by_role("button", name="Show").click()
    expect(page.get_by_role("status")).to_have_text("1 click")
    with page.expect_download() as download:
        journal.get_by_role("button", name="Download CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()
    assert (len(lines), "Refused" in lines[1]) == (2, True)
    with page.context.expect_page() as card:
        journal.get_by_role("link").first.click()
    expect(card.value).to_have_url(f"{portal.about['origin']}/crm/deal/details/101/")
    browse.allow("HTTP 404: .*/details/101/|Failed to load")
    card.value.close()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_have_text("You are signed out.")
    browse.allow("HTTP 404: .*/portal/|Failed to load")
    page.go_back()
    expect(page.get_by_text("You are not signed in")).to_be_visible()


def test_the_pages_fit_every_window(portal: PortalWithApp, browse: Visitor) -> None:
    for day in range(3):
        note(portal, number=f"{day}/1", amount=1200, currency="EUR")
    browse.page.goto(portal.app.origin)
    assert_good(browse, "outside-human")
    browse.page.goto(f"{portal.app.origin}/accounts/bitrix24/login/")
    assert_good(browse, "outside-login")
    browse.allow("HTTP 400|Failed to load")
    browse.page.get_by_label("Address of your Bitrix24").fill("acme")
    browse.page.get_by_role("button", name="Go on to Bitrix24").click()
    expect(browse.page.get_by_role("alert")).to_contain_text("not the address")
    assert_good(browse, "outside-login-refused")
    begin(browse, portal)
    assert_good(browse, "standin-authorize")
    browse.page.get_by_role("button", name="Allow").click()
    expect(browse.page.get_by_role("region", name="Journal")).to_be_visible()
    assert_good(browse, "outside-portal")


def test_somebody_else_reads_who_can(portal: PortalWithApp, browse: Visitor) -> None:
    browse.allow("HTTP 403|Failed to load")
    page = sign_in(browse, portal, user="Salesperson")
    expect(page.get_by_role("alert")).to_contain_text("Only administrators")
    assert_good(browse, "outside-not-administrator")
    page.get_by_role("link", name="Sign in").click()
    expect(page.get_by_label("Address of your Bitrix24")).to_be_visible()


def test_who_cancels_stays_out(portal: PortalWithApp, browse: Visitor) -> None:
    browse.allow("HTTP 403|Failed to load")
    portal.standin.switch(portal.name, cancel_returns=True)
    page = begin(browse, portal)
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_role("alert")).to_contain_text("you are not signed in")


def test_a_code_that_comes_to_the_main_page_goes_on_and_is_good_once(
    portal: PortalWithApp, browse: Visitor
) -> None:
    portal.standin.switch(portal.name, return_address="main")
    returns: list[str] = []
    browse.context.on(
        "request", lambda sent: returns.append(sent.url) if CODE in sent.url else None
    )
    page = sign_in(browse, portal)
    expect(page.get_by_role("heading", level=1)).to_have_text(str(portal.about["host"]))
    assert [urlsplit(url).path for url in returns] == ["/", "/accounts/bitrix24/login/callback/"]
    browse.allow("HTTP 400|Failed to load")
    page.goto(returns[-1])
    expect(page.get_by_role("alert")).to_contain_text("was used before")


@pytest.fixture
def arab(chromium: Browser) -> Iterator[Visitor]:
    with visit(chromium, locale="ar", timezone_id="Europe/Athens") as visitor:
        yield visitor


def test_right_to_left(portal: PortalWithApp, arab: Visitor) -> None:
    note(portal, number="5/1", amount=1200, currency="EUR")
    arab.enter(portal, user="admin")
    page = arab.page
    page.goto(f"{portal.app.origin}/accounts/bitrix24/login/")
    assert_good(arab, "outside-login-ar")
    page.locator("#portal").fill(str(portal.about["origin"]))
    page.locator("main button").click()
    expect(page.locator("#journal table")).to_be_visible()
    assert_good(arab, "outside-portal-ar")
