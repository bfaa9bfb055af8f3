"""Every page fits every width and is without serious findings: installer, notices, open panels."""

from __future__ import annotations

from html import escape
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.app import App
from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor, visit
from tests.support.people.browser_steps import open_form
from tests.support.portal import PortalWithApp, new_portal

WIDTHS = (1280, 320)
EVERY = ["crm", "placement", "pay_system", "salescenter"]


def post_launch(page: Page, made: dict[str, Any]) -> None:
    """Open what a portal would open in a frame as a page of its own."""
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in made["fields"].items()
    )
    page.set_content(f'<form method="post" action="{escape(made["url"])}">{fields}</form>')
    with page.expect_navigation():
        page.locator("form").evaluate("form => form.submit()")


def assert_fits(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        assert findings(page) == []


@pytest.mark.parametrize(
    ("scopes", "user", "words"),
    [
        (EVERY, "admin", "Everything is ready"),
        (["crm", "placement"], "admin", "not all of it works"),
        (["crm"], "admin", "cannot work in this Bitrix24 yet"),
        (EVERY, "sales", "Only an administrator can finish"),
    ],
    ids=["ready", "limited", "impossible", "not-administrator"],
)
def test_an_installer_with_any_verdict(
    app: App, browse: Visitor, scopes: list[str], user: str, words: str
) -> None:
    portal = new_portal(app, scopes=scopes)
    handler = f"{app.origin}/install/"
    post_launch(browse.page, app.standin.launch(portal.name, user=user, handler=handler))
    expect(browse.page.get_by_text(words)).to_be_visible()
    assert_fits(browse.page)


@pytest.mark.parametrize("path", ["/", "/legal/licence/", "/legal/privacy/de/"])
def test_a_page_outside_the_portal(app: App, browse: Visitor, path: str) -> None:
    browse.page.goto(f"{app.origin}{path}")
    expect(browse.page.get_by_role("heading", level=1)).to_be_visible()
    assert_fits(browse.page)


@pytest.mark.parametrize("is_forged", [True, False], ids=["refused", "portal-down"])
def test_a_page_about_trouble(portal: PortalWithApp, browse: Visitor, is_forged: bool) -> None:
    browse.allow("40[03]|502")
    made = portal.standin.launch(portal.name, user="sales", handler=f"{portal.app.origin}/")
    if is_forged:
        made["fields"]["member_id"] = "0"
    else:
        portal.standin.add_fault(portal.name, "batch", "html", times=None, status=502)
    post_launch(browse.page, made)
    expect(browse.page.get_by_role("alert")).not_to_be_empty()
    assert_fits(browse.page)


@pytest.mark.parametrize("width", WIDTHS)
def test_an_open_panel(portal: PortalWithApp, browse: Visitor, width: int) -> None:
    portal.app.open_frame(portal.name, user="admin", placement="DEFAULT")
    browse.page.set_viewport_size({"width": width, "height": 900})
    tab = browse.open_card(portal, "billed", "admin", lang="de")
    expect(tab.get_by_role("heading", level=1)).to_be_visible()
    frame = browse.page.frames[-1]
    for panel in ("Löschen", "Ändern", "Link kopieren"):
        tab.get_by_role("table").get_by_role("button", name=panel).first.click()
        expect(tab.locator(".panel-row")).to_be_visible()
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), panel
        frame.wait_for_function("() => document.documentElement.scrollHeight <= innerHeight")
        assert findings(frame) == []


def test_a_dark_browser_shows_the_light_card(portal: PortalWithApp, chromium: Browser) -> None:
    with visit(chromium, color_scheme="dark") as person:
        tab = person.open_card(portal)
        open_form(tab)
        frame = person.page.frames[-1]
        assert findings(frame) == []
        ground = "getComputedStyle(document.documentElement).backgroundColor"
        assert frame.evaluate(ground) == "rgb(255, 255, 255)"
        field = "getComputedStyle(document.querySelector('#row_301')).backgroundColor"
        assert frame.evaluate(field) == "rgb(255, 255, 255)"
