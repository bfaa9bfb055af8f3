"""The browser of the tests is as strict as a person's, and lets nothing go wrong in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.support.browser.chromium import Visitor, visit
from tests.support.servers.sites import PAGE, Asked, Given, serve_sites

COOKIES = [
    ("Set-Cookie", "plain=1; SameSite=None; Secure; Path=/"),
    ("Set-Cookie", "parted=1; SameSite=None; Secure; Path=/; Partitioned"),
]


def test_a_frame_of_another_site_keeps_no_cookie(whole_chromium: Browser) -> None:
    def answer(asked: Asked) -> Given:
        if asked.host == "app.localhost":
            return Given(f"{PAGE}<p>the app</p>", COOKIES)
        return Given(f"{PAGE}<iframe src='{sites.url('app')}'></iframe>")

    with serve_sites(answer) as sites, visit(whole_chromium) as browse:
        page = browse.page
        for _ in range(2):
            page.goto(sites.url("portal"))
            expect(page.frame_locator("iframe").get_by_text("the app")).to_be_visible()
        framed = [each.headers.get("cookie") for each in sites.asked if "app" in each.host]
        sites.asked.clear()
        for _ in range(2):
            page.goto(sites.url("app"))
        direct = [each.headers.get("cookie", "") for each in sites.asked]

    assert framed == [None, "parted=1"]
    assert "plain=1" in direct[-1]


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        ("<script>throw new Error('it broke')</script>", "page error: it broke"),
        ("<script>console.warn('take care')</script>", "console warning: take care"),
        ("<script>console.error('oh no')</script>", "console error: oh no"),
        ("<img src='/missing' alt=''>", "HTTP 404"),
        ("<img src='http://127.0.0.1:1/' alt=''>", "request failed: http://127.0.0.1:1/"),
        ("<p style='color: red'>unstyled</p>", "Content Security Policy"),
    ],
)
def test_what_goes_wrong_in_a_frame_fails_the_test(
    chromium: Browser, body: str, trouble: str
) -> None:
    policy = "default-src 'self' http://127.0.0.1:1; script-src 'unsafe-inline'"

    def answer(asked: Asked) -> Given:
        if asked.path == "/missing":
            return Given(status=404)
        if asked.host == "app.localhost":
            page = f"<!doctype html><title>app</title>{body}"
            return Given(page, [("Content-Security-Policy", policy)])
        return Given(f"{PAGE}<iframe src='{sites.url('app')}'></iframe>")

    with (
        serve_sites(answer) as sites,
        pytest.raises(AssertionError, match=trouble),
        visit(chromium) as person,
    ):
        person.page.goto(sites.url("portal"), wait_until="networkidle")


def test_an_allowed_trouble_does_not(browse: Visitor) -> None:
    with serve_sites(lambda _: Given(PAGE, status=410)) as sites:
        browse.allow("410")
        browse.page.goto(sites.url("portal"))


def test_screenshots_go_to_the_folder_of_the_environment(
    browse: Visitor, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with serve_sites(lambda _: Given(f"{PAGE}<h1>Payments</h1>")) as sites:
        browse.page.goto(sites.url("portal"))
        browse.screenshot("without")
        monkeypatch.setenv("SCREENSHOTS", str(tmp_path))
        browse.screenshot("payments")
    assert [each.name for each in tmp_path.iterdir()] == ["payments.png"]
