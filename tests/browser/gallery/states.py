"""Pictures of every state of the app, in three languages: `make screenshots`.

Not collected with the tests. Each picture goes into the folder that SCREENSHOTS names, as
`<state>-<language>.png`, 1280 x 720.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.browser.tab.test_session_over import let_half_a_day_pass
from tests.support.app import App
from tests.support.browser.chromium import Visitor
from tests.support.portal import PortalWithApp, installed_portal, new_portal

SIZE = {"width": 1280, "height": 720}
ADD = "crm.item.payment.add"
SLIDER = "dialog.slider iframe"
Scene = Callable[[PortalWithApp, Visitor, str], None]


@pytest.fixture(params=["en", "de", "ar"])
def lang(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def portal(app: App, lang: str) -> PortalWithApp:
    """A portal with the app installed and its payment systems known."""
    portal = installed_portal(app)
    app.open_frame(portal.name, user="admin", placement="DEFAULT")
    return portal


def card(
    portal: PortalWithApp, browse: Visitor, lang: str, deal: str = "fresh", user: str = "sales"
) -> FrameLocator:
    browse.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    return browse.open_card(portal, deal, user, lang=lang)


def press_add(tab: FrameLocator) -> None:
    opener = tab.locator("#open")
    expect(tab.locator("#open, #send").first).to_be_visible()
    if opener.count():
        opener.click()
    tab.locator("#send").click()


def empty(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    expect(card(portal, browse, lang, "empty").locator(".empty")).to_be_visible()


def compose(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    tab = card(portal, browse, lang)
    tab.locator("#open").click()
    tab.locator("#row_301").fill("1")


def added(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    tab = card(portal, browse, lang)
    press_add(tab)
    expect(tab.locator("#status .notice-success")).to_be_visible()


def payments(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    tab = card(portal, browse, lang, "billed", user="admin")
    expect(tab.locator("tbody tr").first).to_be_visible()


def salesperson(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    expect(card(portal, browse, lang, "billed").locator("tbody tr").first).to_be_visible()


def partial(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    tab = card(portal, browse, lang)
    expect(tab.locator("#open")).to_be_visible()
    rows = [{"row": 301, "quantity": 1}]
    portal.standin.add_payments(portal.name, "fresh", user="admin", rows=rows)
    press_add(tab)
    expect(tab.locator("#rest li")).to_be_visible()


def checking(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    tab = card(portal, browse, lang)
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    press_add(tab)
    expect(tab.locator("#alert .notice-warning")).to_be_visible()


def refused(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    tab = card(portal, browse, lang, user="reader")
    press_add(tab)
    expect(tab.locator("#alert .notice-problem")).to_be_visible()


def second(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    tab = card(portal, browse, lang)
    expect(tab.locator("#open")).to_be_visible()
    portal.app.press_add(portal.open_tab(user="admin"))
    press_add(tab)
    expect(tab.locator("#alert .notice-warning")).to_be_visible()


def over(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    browse.allow("401")
    tab = card(portal, browse, lang)
    expect(tab.locator("#open")).to_be_visible()
    let_half_a_day_pass(browse.page.frames[-1])
    press_add(tab)
    expect(tab.locator("#alert [data-reload]")).to_be_visible()


def link(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    tab = card(portal, browse, lang, "billed")
    tab.locator("[data-link]").first.click()
    expect(tab.locator("img")).to_be_visible()


def home(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    added(portal, browse, lang)
    browse.enter(portal, user="admin", lang=lang)
    browse.page.goto(f"{portal.about['origin']}/marketplace/app/")
    expect(browse.page.frame_locator("#app-place iframe").locator("h1")).to_be_visible()


@pytest.mark.parametrize(
    "scene",
    [
        empty,
        compose,
        added,
        payments,
        salesperson,
        partial,
        checking,
        refused,
        second,
        over,
        link,
        home,
    ],
)
def test_picture(portal: PortalWithApp, browse: Visitor, lang: str, scene: Scene) -> None:
    scene(portal, browse, lang)
    take(browse, f"{scene.__name__}-{lang}")


def test_picture_of_the_installer(app: App, browse: Visitor, lang: str) -> None:
    portal = new_portal(app)
    browse.enter(portal, user="admin", lang=lang)
    browse.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    browse.page.goto(f"{portal.about['origin']}/market/")
    browse.page.get_by_role("button", name="Install").click()
    expect(browse.page.frame_locator(SLIDER).locator("h1")).to_be_visible()
    take(browse, f"installer-{lang}")


def take(browse: Visitor, name: str) -> None:
    """Take the picture when the frame has its height and is painted at it."""
    browse.page.wait_for_timeout(700)
    folder = Path(os.environ["SCREENSHOTS"])
    browse.page.screenshot(path=folder / f"{name}.png")
