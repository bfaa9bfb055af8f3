"""Who owes what, by clicks in the portal: from the list of deals, in the card of a client."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, FrameLocator, Locator, Route, expect

from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor, visit
from tests.support.browser.no_answers import each_no_answer
from tests.support.pages.owed import add_deal, bill
from tests.support.people.main_page import TALL, open_home
from tests.support.portal import PortalWithApp

SLIDER = "dialog.slider iframe"
MENU = "Apps of the list"


def open_from_list(browse: Visitor, portal: PortalWithApp, lang: str = "en") -> FrameLocator:
    """The page that the entry above the list of deals opens in the slider."""
    browse.enter(portal, lang=lang)
    browse.page.set_viewport_size({"width": 1280, "height": TALL})
    browse.page.goto(portal.about["origin"])
    browse.page.locator(f"summary[aria-label='{MENU}']").click()
    browse.page.get_by_role("group", name=MENU).get_by_role("button").click()
    return browse.page.frame_locator(SLIDER)


def open_in_card(
    browse: Visitor, portal: PortalWithApp, path: str, *, width: int = 1280, lang: str = "en"
) -> FrameLocator:
    """The app's tab in a client's card."""
    browse.enter(portal, lang=lang)
    browse.page.set_viewport_size({"width": width, "height": TALL})
    browse.page.goto(f"{portal.about['origin']}{path}")
    browse.page.get_by_role("tab").nth(1).click()
    frame = browse.page.frame_locator(".panel iframe")
    expect(frame.locator("h1")).to_be_visible()
    return frame


def deals_in(frame: FrameLocator) -> Locator:
    """The rows of the deals."""
    return frame.locator("#debts tr")


def is_wide_enough(frame: Frame) -> bool:
    return bool(frame.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_from_the_list_of_deals_to_a_deal_and_on_to_more(
    portal: PortalWithApp, browse: Visitor, tmp_path: Path
) -> None:
    for number in range(40):
        add_deal(portal, 10, title=f"Late deal {number}")
    frame = open_from_list(browse, portal)
    expect(frame.get_by_role("heading", level=1)).to_have_text("Who owes what")
    before = deals_in(frame).count()
    browse.screenshot("owed-slider")
    frame.get_by_role("link", name="Office coffee, yearly supply").click()
    card = browse.page.frame_locator(SLIDER).nth(1)
    expect(card.get_by_role("heading", name="Office coffee, yearly supply")).to_be_visible()
    assert browse.page.evaluate("standin.messages.some((each) => each.command === 'openPath')")
    browse.page.get_by_role("button", name="Close").nth(1).click()
    frame.get_by_role("button", name="Show more deals").click()
    expect(deals_in(frame).last).to_contain_text("Late deal 39")
    assert deals_in(frame).count() > before
    expect(frame.get_by_role("status")).to_contain_text(f"{deals_in(frame).count()} deals")
    # Whoever loads more by the keyboard stays where they are.
    expect(frame.get_by_text("These are all.")).to_be_focused()
    with browse.page.expect_download() as download:
        frame.get_by_role("button", name="Download CSV").click()
    path = tmp_path / "debts.csv"
    download.value.save_as(path)
    rows = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert rows[-1][1] == "'Late deal 39"


def test_a_tab_of_a_contact_filters_and_speaks(portal: PortalWithApp, browse: Visitor) -> None:
    settled = add_deal(portal, 10, title="Settled")
    bill(portal, settled, paid=True)
    bill(portal, add_deal(portal, 20, title="Owing", assigned_by_id=1))
    frame = open_in_card(browse, portal, "/crm/contact/details/12/")
    expect(deals_in(frame)).to_have_count(1)
    frame.get_by_label("Also deals that owe nothing").check()
    frame.get_by_role("button", name="Show", exact=True).click()
    expect(deals_in(frame)).to_have_count(2)
    expect(frame.get_by_role("status")).to_have_text("2 deals")
    expect(frame.get_by_role("button", name="Show", exact=True)).to_be_focused()
    frame.get_by_label("My deals alone").check()
    frame.get_by_role("button", name="Show", exact=True).click()
    expect(deals_in(frame)).to_have_count(1)
    expect(deals_in(frame)).to_contain_text("Settled")
    browse.screenshot("owed-contact")


def test_a_client_is_chosen_in_a_row_and_left_again(portal: PortalWithApp, browse: Visitor) -> None:
    add_deal(portal, 10, title="Of the works")
    frame = open_from_list(browse, portal)
    frame.get_by_role("button", name="Only deals of Sample Works").click()
    expect(deals_in(frame)).to_have_count(1)
    frame.get_by_label("Stage").select_option(label="In progress")
    frame.get_by_role("button", name="Show", exact=True).click()
    expect(frame.locator(".chosen")).to_contain_text("Sample Works")
    expect(deals_in(frame)).to_have_count(1)
    frame.get_by_role("button", name="All clients").click()
    expect(frame.locator(".chosen")).to_have_count(0)
    expect(deals_in(frame).nth(1)).to_be_visible()


def test_from_the_main_page_and_from_analytics(portal: PortalWithApp, browse: Visitor) -> None:
    home = open_home(browse, portal)
    home.get_by_role("button", name="Show who owes what").click()
    expect(home.get_by_role("heading", level=1)).to_have_text("Who owes what")
    expect(home.get_by_role("link", name="Office coffee, yearly supply")).to_be_visible()
    browse.page.goto(f"{portal.about['origin']}/crm/analytics/")
    browse.page.locator("summary", has_text="Applications").click()
    browse.page.get_by_role("button", name="Who owes what").click()
    frame = browse.page.frame_locator(SLIDER)
    expect(frame.get_by_role("link", name="Office coffee, yearly supply")).to_be_visible()


@pytest.mark.parametrize("width", [1280, 360])
@pytest.mark.parametrize("lang", ["en", "de", "ar"])
def test_it_fits_and_nothing_is_in_the_way(
    portal: PortalWithApp, browse: Visitor, width: int, lang: str
) -> None:
    for number, currency in enumerate(("EUR", "USD", "EUR")):
        deal = add_deal(portal, 1234567.89, title=f"Deal {number}", currency=currency)
        bill(portal, deal, part=0.4, paid=True)
        bill(portal, deal, part=0.3)
    portal.standin.change_deal(portal.name, deal, currency="USD")
    open_in_card(browse, portal, "/crm/company/details/22/", width=width, lang=lang)
    frame = browse.page.frames[-1]
    assert is_wide_enough(frame)
    assert findings(frame) == []
    browse.screenshot(f"owed-{lang}-{width}")


def test_without_script_it_can_be_read(portal: PortalWithApp, chromium: Browser) -> None:
    bill(portal, add_deal(portal, 10, title="Owing"))
    launch = portal.launch("sales", placement="CRM_DEAL_LIST_TOOLBAR")
    with visit(chromium, java_script_enabled=False) as person:
        fields = "".join(
            f'<input type="hidden" name="{name}" value="{value}">'
            for name, value in launch.fields.items()
        )
        form = f'<form method="post" action="{launch.url}">{fields}<button>Go</button></form>'
        person.page.set_content(form)
        person.page.get_by_role("button", name="Go").click()
        row = person.page.get_by_role("row", name="Owing")
        expect(row).to_contain_text("€10.00")
        expect(person.page.get_by_role("button", name="Show", exact=True)).to_be_hidden()
        expect(person.page.get_by_role("button", name="Download CSV")).to_be_visible()


@each_no_answer
def test_an_answer_that_does_not_come_is_told_where_the_person_is(
    portal: PortalWithApp, browse: Visitor, no_answer: Callable[[Route], None]
) -> None:
    for number in range(46):
        add_deal(portal, 10, title=f"Late deal {number}")
    frame = open_from_list(browse, portal)
    browse.allow("/owed/more/|htmx:|ERR_")
    browse.page.route("**/payments/owed/more/", no_answer)
    frame.get_by_role("button", name="Show more deals").click()
    expect(frame.get_by_role("alert")).to_contain_text("No answer came.")
    assert frame.locator("#more + #live").count() == 1
    browse.page.unroute("**/payments/owed/more/")
    frame.get_by_role("button", name="Show more deals").click()
    expect(frame.get_by_text("These are all.")).to_be_visible()
