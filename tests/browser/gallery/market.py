"""Pictures for the Market and the README, 1280 x 720, and the icon: `make market`.

Not collected with the tests. The pages are the app's own, in the card around them; only what the
stand-in shows for testers is covered, and its surroundings get the words of the language. Files go
into the folder that SCREENSHOTS names.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from tests.browser.gallery.market_cast import ARABIC, ENGLISH, GERMAN, Cast
from tests.browser.gallery.states import SIZE, take
from tests.support.app import App
from tests.support.browser.chromium import Visitor
from tests.support.people.clicks import address_on
from tests.support.portal import PortalWithApp, installed_portal

ICON = Path(__file__).resolve().parents[3] / "docs" / "market" / "icon.svg"
ICON_PIXELS = 512
# Covers what the stand-in shows for testers, and puts the words of the cast on the rest.
SCENERY = """({brand, general, stage, apps, deal, menu, direction}) => {
    document.documentElement.dir = direction;
    Object.assign(document.querySelector(".top").style, {position: "sticky", top: 0, zIndex: 9});
    const backstage = "#faults, .choosers, #payments, section:has(> #payments)";
    document.querySelectorAll(backstage).forEach(({style}) => { style.display = "none"; });
    const write = (selector, text) => {
        const node = document.querySelector(selector);
        if (node) node.textContent = text;
    };
    write(".brand", brand);
    write("#tab-general", general);
    write(".stage", stage);
    write(".card-head summary", apps);
    const note = document.querySelector(".card-head > .note");
    if (note) note.textContent = note.textContent.replace("Deal", deal);
    document.querySelectorAll(".top nav a").forEach((a, i) => {
        if (menu[i]) a.textContent = menu[i]; else a.remove();
    });
}"""


@dataclass(frozen=True)
class Stage:
    """A portal with a deal in it that has payments of all kinds and products left to bill."""

    portal: PortalWithApp
    browse: Visitor
    cast: Cast
    deal: int

    def open_card(self, user: str = "sales") -> FrameLocator:
        self.browse.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
        tab = self.browse.open_card(self.portal, self.deal, user, lang=self.cast.lang)
        expect(tab.locator("tbody tr").first).to_be_visible()
        self.dress()
        return tab

    def dress(self) -> None:
        self.browse.page.evaluate(SCENERY, self.cast.scenery)

    def take(self, name: str) -> None:
        take(self.browse, f"{name}-{self.cast.lang}")


def shown_in(*casts: Cast) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stage", casts, ids=lambda cast: cast.lang, indirect=True)


@pytest.fixture
def stage(app: App, browse: Visitor, request: pytest.FixtureRequest) -> Stage:
    cast: Cast = request.param
    portal = installed_portal(app)
    users = {str(portal.about["users"]["sales"]): {"name": cast.person}}
    app.standin.change_portal(portal.name, users=users, pay_systems=cast.pay_systems)
    app.open_frame(portal.name, user="admin", placement="DEFAULT")
    made = app.standin.add_deal(portal.name, title=cast.title, rows=cast.rows, currency=cast.money)
    stage = Stage(portal, browse, cast, made["id"])
    for position, quantity, is_paid, system in cast.payments:
        rows = [{"row": made["rows"][position], "quantity": quantity}]
        [payment] = app.standin.add_payments(portal.name, made["id"], rows=rows)
        tab = app.open_tab(portal.name, made["id"], user="admin")
        bearer = {"frame_session": tab.bearer}
        path = address_on(tab, payment, "pay_system")
        app.send(path, form={**bearer, "pay_system": str(system)})
        if is_paid:
            app.send(address_on(tab, payment, "pay"), form=bearer)
    return stage


@shown_in(ENGLISH, GERMAN, ARABIC)
def test_picture_of_the_list(stage: Stage) -> None:
    stage.open_card("admin")
    stage.take("payments")


@shown_in(ENGLISH, GERMAN, ARABIC)
def test_picture_of_the_form(stage: Stage) -> None:
    tab = stage.open_card()
    tab.locator("#open").click()
    tab.locator("#rows input[data-price]:enabled").first.fill("2")
    stage.take("compose")


@shown_in(ENGLISH, GERMAN)
def test_picture_of_a_new_payment(stage: Stage) -> None:
    tab = stage.open_card()
    tab.locator("#open").click()
    tab.locator("#pay_system").select_option(index=3)
    tab.locator("#send").click()
    expect(tab.locator("#status .notice-success")).to_be_visible()
    stage.dress()
    stage.browse.page.evaluate("scrollTo(0, 0)")
    stage.take("added")


@shown_in(ENGLISH, GERMAN)
def test_picture_of_a_link(stage: Stage) -> None:
    tab = stage.open_card()
    tab.locator("[data-link]").first.click()
    expect(tab.locator("#link")).to_be_focused()
    tab.locator("#link").evaluate(
        "field => { field.value = 'https://example.bitrix24.com/~dE7mO' }"
    )
    stage.take("link")


@shown_in(ENGLISH, GERMAN)
def test_picture_of_the_journal(stage: Stage) -> None:
    name, deals = stage.portal.name, stage.portal.about["deals"]
    for deal in (deals["fresh"], deals["billed"], stage.deal, deals["readonly_stage"]):
        tab = stage.portal.app.open_tab(name, deal)
        stage.portal.app.send("/payments/add/", form=tab.form_fields("/payments/add/"))
    stage.browse.enter(stage.portal, user="admin", lang=stage.cast.lang)
    stage.browse.page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    stage.browse.page.goto(f"{stage.portal.about['origin']}/marketplace/app/")
    frame = stage.browse.page.frame_locator("#app-place iframe")
    expect(frame.locator("#journal tbody tr").first).to_be_visible()
    stage.dress()
    stage.browse.page.wait_for_timeout(500)
    frame.locator("#journal-title").evaluate("title => title.scrollIntoView()")
    stage.browse.page.evaluate("scrollBy(0, -70)")
    stage.take("journal")


def test_picture_of_the_icon(chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": ICON_PIXELS, "height": ICON_PIXELS})
    page = context.new_page()
    page.set_content(f"<body style='margin:0'>{ICON.read_text(encoding='utf-8')}</body>")
    page.screenshot(path=Path(os.environ["SCREENSHOTS"]) / "icon.png")
    context.close()
