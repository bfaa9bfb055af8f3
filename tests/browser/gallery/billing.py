"""Pictures of what a portal of today makes a person think about: `make screenshots`.

Not collected with the tests. Free-form products, products of one kind, tax on top, deals that were
edited, sums that differ, the question before a payment is marked: each in three languages and three
widths, the whole frame, as `<scene>-<language>-<width>.png` in the folder that SCREENSHOTS names.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, expect

from tests.support.app import App
from tests.support.browser.chromium import Visitor
from tests.support.browser.fit import await_fitted
from tests.support.people.billing import Billing, bill
from tests.support.portal import PortalWithApp, installed_portal

WIDTHS = (1280, 600, 320)
FREE = "Beam 0 100x3, Hinge 0 2.5x4"
ON_TOP = "Oak 71 120x2 20% N net 100, Elm 72 120x1 20% Y net 100"
Scene = Callable[["Studio"], None]


class Studio:
    """A portal of today, a visitor of it, and a language."""

    def __init__(self, portal: PortalWithApp, browse: Visitor, lang: str) -> None:
        self.portal, self.browse, self.lang = portal, browse, lang

    def deal(self, rows: str, title: str) -> Billing:
        return bill(self.portal, rows, title=title)

    def card(self, deal: Billing, user: str = "sales") -> FrameLocator:
        tab = self.browse.open_card(self.portal, deal.case.item_id, user, lang=self.lang)
        expect(tab.locator("h1")).to_be_visible()
        return tab

    def form(self, deal: Billing) -> FrameLocator:
        tab = self.card(deal)
        tab.locator("#open").click()
        await_fitted(tab)
        return tab


@pytest.fixture(params=["en", "de", "ar"])
def studio(app: App, browse: Visitor, request: pytest.FixtureRequest) -> Studio:
    portal = installed_portal(app)
    app.open_frame(portal.name, user="admin", placement="DEFAULT")
    return Studio(portal, browse, str(request.param))


def free_form(studio: Studio) -> None:
    studio.form(studio.deal(FREE, "Pergola, free-form"))


def twins_saved(studio: Studio) -> None:
    tab = studio.form(studio.deal("Desk 71 500x1, " + FREE, "Pergola and a desk"))
    tab.locator("#saves_rows").check()


def twins_billed(studio: Studio) -> None:
    deal = studio.deal("Desk 71 500x2, " + FREE, "One of two is billed")
    deal.create("r2×3")
    studio.form(deal)


def tax_on_top(studio: Studio) -> None:
    studio.form(studio.deal(ON_TOP, "Flooring, tax on top"))


def tax_left(studio: Studio) -> None:
    deal = studio.deal(ON_TOP, "Flooring, billed without tax")
    deal.create()
    studio.card(deal)


def other_currency(studio: Studio) -> None:
    deal = studio.deal("Desk 77 90x2", "An order in dollars behind it")
    studio.portal.standin.open_order(studio.portal.name, deal.case.item_id, currency="USD")
    deal.create("r1×1")
    studio.form(deal)


def edited(studio: Studio) -> None:
    deal = studio.deal("Desk 77 100x3, Lamp 78 40x2", "Edited after billing")
    deal.create("r1×3")
    deal.case.save("r1=120x5, r2")
    tab = studio.form(deal)
    tab.locator(".contents summary").click()


def reduced(studio: Studio) -> None:
    deal = studio.deal("Desk 77 100x3", "Reduced after billing")
    deal.create("r1×3")
    deal.case.save("r1=100x1")
    studio.card(deal).locator(".contents summary").click()


def nothing_billable(studio: Studio) -> None:
    deal = studio.deal(FREE + ", Rebate 72 -20x1, Offcut 73 40x0.5", "Nothing can be billed")
    deal.create("r1×3")
    studio.card(deal)


def difference(studio: Studio) -> None:
    deal = studio.deal("Desk 77 100x2", "Price raised meanwhile")
    tab = studio.form(deal)
    deal.case.save("r1=130x2")
    tab.locator("#send").click()
    expect(tab.locator("#alert .notice-warning")).to_be_visible()


def rest(studio: Studio) -> None:
    deal = studio.deal("Lamp 72 40x1, Fee 0 30x1, Desk 77 90x2", "Not all of it got in")
    studio.portal.standin.change_product(studio.portal.name, 72, is_deleted=True)
    studio.portal.standin.change_product(studio.portal.name, 77, strict_stock=0)
    tab = studio.form(deal)
    tab.locator("#send").click()
    expect(tab.locator("#rest li").first).to_be_visible()


def pay_question(studio: Studio) -> None:
    deal = studio.deal("Desk 77 100x2", "Before it is marked as paid")
    deal.create("r1×1")
    deal.create("r1×1")
    tab = studio.card(deal, "admin")
    tab.locator("[data-warning=pay]").first.click()
    expect(tab.locator(".row-panel")).to_be_visible()


def unpay_question(studio: Studio) -> None:
    deal = studio.deal("Desk 77 100x2", "Before it is marked as unpaid")
    deal.create("r1×1")
    [payment] = deal.case.listed()
    deal.case.user = "admin"
    deal.case.call("crm.item.payment.pay", id=payment["id"])
    tab = studio.card(deal, "admin")
    tab.locator("[data-warning=unpay]").first.click()
    expect(tab.locator(".row-panel")).to_be_visible()


@pytest.mark.parametrize(
    "scene",
    [
        free_form,
        twins_saved,
        twins_billed,
        tax_on_top,
        tax_left,
        other_currency,
        edited,
        reduced,
        nothing_billable,
        difference,
        rest,
        pay_question,
        unpay_question,
    ],
)
def test_picture(studio: Studio, scene: Scene) -> None:
    scene(studio)
    page = studio.browse.page
    page.locator("#faults").evaluate("bar => bar.remove()")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        frame = page.frames[-1]
        frame.wait_for_function(f"() => innerWidth <= {width}")
        frame.wait_for_function("() => document.documentElement.scrollWidth <= innerWidth")
        frame.wait_for_function("() => document.documentElement.scrollHeight <= innerHeight")
        page.wait_for_timeout(400)
        name = f"{scene.__name__}-{studio.lang}-{width}.png"
        path = Path(os.environ["SCREENSHOTS"]) / name
        page.locator("[role=tabpanel]:not([hidden]) iframe").screenshot(path=path)
