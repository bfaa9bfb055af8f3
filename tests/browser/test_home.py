"""The main page and the quick ways to a payment, by clicks in the portal's own pages."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Frame, FrameLocator, Page, Route, expect

from payments.models import Attempt
from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor, visit
from tests.support.browser.no_answers import each_no_answer
from tests.support.pages.home_visits import spend_this_hours_visit
from tests.support.people.main_page import open_home
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition

SLIDER = "dialog.slider iframe"
TOOLBAR = "CRM_DEAL_DETAIL_TOOLBAR"
SALES = 7


def note(portal: PortalWithApp, count: int = 1, **fields: object) -> None:
    """Clicks in the journal, as if made on 10 March late in the evening."""
    at = datetime(2026, 3, 10, 22, 30, tzinfo=UTC)
    values = {
        "portal": portal.row,
        "user_id": SALES,
        "entity_type": 2,
        "entity_id": portal.deal("fresh"),
        "state": Attempt.State.ADDED,
        "number": "5/1",
        "amount": 1200,
        "currency": "EUR",
        "seen_max_id": 0,
        "settles_at": at,
        "created_at": at,
        **fields,
    }
    Attempt.objects.bulk_create(Attempt(key=uuid4(), **values) for _ in range(count))


def add_in(tab: FrameLocator) -> None:
    """Add a payment in an opened payments page, with whatever its form proposes."""
    tab.get_by_role("button", name="Add payment").or_(tab.locator("summary")).first.click()
    create = tab.get_by_role("button", name="Create payment")
    if create.count():
        create.click()
    expect(tab.get_by_role("status")).to_contain_text("added")


def quick_menu(page: Page, menu: str, entry: str) -> FrameLocator:
    """The payments page that an entry of a menu opens in the slider."""
    page.locator(f"summary[aria-label='{menu}']").click()
    page.get_by_role("group", name=menu).get_by_role("button", name=entry).click()
    return page.frame_locator(SLIDER)


def is_wide_enough(frame: Frame) -> bool:
    return bool(frame.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_a_payment_of_the_list_opens_its_card_in_the_slider(
    portal: PortalWithApp, browse: Visitor
) -> None:
    deal = portal.deal("fresh")
    note(portal)
    home = open_home(browse, portal)
    browse.screenshot("home-salesperson")
    home.get_by_role("link", name=f"Deal {deal}").click()
    card = browse.page.frame_locator(SLIDER)
    expect(card.get_by_role("heading", name="Office coffee, yearly supply")).to_be_visible()
    assert browse.page.evaluate("standin.messages.at(-1).command") == "openPath"
    browse.page.get_by_role("button", name="Close").click()
    expect(home.get_by_role("link", name=f"Deal {deal}")).to_be_visible()


def test_the_first_visit_shows_the_way(portal: PortalWithApp, browse: Visitor) -> None:
    home = open_home(browse, portal)
    expect(home.get_by_role("listitem")).to_have_count(3)
    browse.screenshot("home-empty")


def test_a_payment_from_the_menu_of_the_list(portal: PortalWithApp, browse: Visitor) -> None:
    browse.enter(portal)
    browse.page.goto(portal.about["origin"])
    tab = quick_menu(browse.page, "Menu of Office coffee, yearly supply", "Add payment")
    expect(tab.get_by_role("heading", name="Office coffee, yearly supply")).to_be_visible()
    add_in(tab)
    browse.screenshot("slider-from-list")
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_payment_from_the_toolbar_of_the_card(portal: PortalWithApp, browse: Visitor) -> None:
    browse.enter(portal)
    deal = portal.deal("fresh")
    browse.page.goto(f"{portal.about['origin']}/crm/deal/details/{deal}/")
    add_in(quick_menu(browse.page, "Apps", "Add payment"))
    [payment] = portal.payments_of(deal)
    browse.page.get_by_role("button", name="Close").click()
    expect(browse.page.locator(f"#payments li[data-payment='{payment['id']}']")).to_be_visible()


def test_a_quick_way_speaks_the_language_of_the_portal(
    portal: PortalWithApp, browse: Visitor
) -> None:
    browse.enter(portal, lang="de")
    browse.page.goto(portal.about["origin"])
    tab = quick_menu(browse.page, "Menu of Still to be quoted", "Zahlung hinzufügen")
    expect(tab.get_by_role("heading", name="Still to be quoted")).to_be_visible()


def test_a_long_list_scrolls_inside_the_slider(portal: PortalWithApp, browse: Visitor) -> None:
    portal.standin.add_payments(portal.name, "many", count=60)
    browse.enter(portal)
    browse.page.goto(portal.about["origin"])
    tab = quick_menu(browse.page, "Menu of Lease, paid weekly", "Add payment")
    expect(tab.get_by_role("heading", name="Lease, paid weekly")).to_be_visible()
    frame = browse.page.frames[-1]
    frame.wait_for_function(
        "() => getComputedStyle(document.documentElement).scrollbarWidth === 'auto'"
    )
    assert frame.evaluate("document.documentElement.scrollHeight > innerHeight")
    browse.page.mouse.move(900, 500)

    def scrolls() -> bool:
        """Whether the wheel moves the list; before a busy browser has painted it, none does."""
        browse.page.mouse.wheel(0, 3000)
        return bool(frame.evaluate("scrollY > 0"))

    await_condition(scrolls, seconds=20)


def test_repair_by_a_click(portal: PortalWithApp, browse: Visitor) -> None:
    spend_this_hours_visit(portal)
    portal.unbind(TOOLBAR)
    home = open_home(browse, portal, user="admin")
    section = home.get_by_role("region", name="Connection")
    expect(section).to_contain_text("Something is missing.")
    browse.screenshot("home-broken")
    section.get_by_role("button", name="Repair").click()
    expect(home.get_by_role("status")).to_have_text("Repaired: everything is in order.")
    expect(section.get_by_role("button", name="Repair")).to_be_focused()
    browse.screenshot("home-repaired")
    bindings = portal.standin.portal(portal.name)["bindings"]
    assert TOOLBAR in {each["placement"] for each in bindings}


def test_the_journal_is_filtered_and_leafed_through(portal: PortalWithApp, browse: Visitor) -> None:
    note(portal, count=60)
    note(portal, user_id=8, state="refused", error_kind="access_denied", number="", amount=None)
    home = open_home(browse, portal, user="admin")
    section = home.get_by_role("region", name="Journal")
    table = section.get_by_role("table", name="Journal")
    expect(table.get_by_role("row")).to_have_count(51)
    section.get_by_role("button", name="Older").click()
    expect(table.get_by_role("row")).to_have_count(12)
    expect(home.get_by_role("status")).to_have_text("61 clicks, page 2 of 2")
    section.get_by_label("Outcome").select_option(label="Refused")
    section.get_by_role("button", name="Show").click()
    expect(table.get_by_role("row")).to_have_count(2)
    expect(table).to_contain_text("You cannot add payments to this deal")
    expect(home.get_by_role("status")).to_have_text("1 click")
    expect(section.get_by_role("button", name="Show")).to_be_focused()
    section.get_by_label("From").fill("2026-03-11")
    section.get_by_role("button", name="Show").click()
    expect(section).to_contain_text("There is nothing here")


def test_days_and_moments_are_those_of_the_reader(portal: PortalWithApp, chromium: Browser) -> None:
    note(portal)
    with visit(chromium, timezone_id="Europe/Athens") as person:
        home = open_home(person, portal, user="admin")
        section = home.get_by_role("region", name="Journal")
        expect(section.get_by_role("cell").first).to_have_text("Mar 11, 2026, 12:30 AM")
        section.get_by_label("From").fill("2026-03-11")
        section.get_by_role("button", name="Show").click()
        expect(home.get_by_role("status")).to_have_text("1 click")
        expect(section.get_by_role("cell").first).to_have_text("Mar 11, 2026, 12:30 AM")


def test_the_journal_as_a_file(portal: PortalWithApp, browse: Visitor, tmp_path: Path) -> None:
    note(portal)
    note(portal, user_id=8, state="refused", number="", amount=None)
    home = open_home(browse, portal, user="admin")
    section = home.get_by_role("region", name="Journal")
    section.get_by_label("Outcome").select_option(label="Added")
    section.get_by_role("button", name="Show").click()
    expect(home.get_by_role("status")).to_have_text("1 click")
    with browse.page.expect_download() as download:
        section.get_by_role("button", name="Download CSV").click()
    path = tmp_path / download.value.suggested_filename
    download.value.save_as(path)
    [row] = list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))
    assert (path.name, row["Payment"], row["Outcome"]) == ("payments.csv", "'5/1", "Added")
    expect(section).to_be_visible()


@each_no_answer
def test_no_answer_is_told_beside_the_button(
    portal: PortalWithApp, browse: Visitor, no_answer: Callable[[Route], None]
) -> None:
    browse.allow("/repair/|htmx:|ERR_")
    home = open_home(browse, portal, user="admin")
    repair = home.get_by_role("button", name="Repair")
    expect(repair).to_be_visible()
    browse.page.route("**/repair/", no_answer)
    repair.click()
    expect(home.get_by_role("alert")).to_contain_text("No answer came.")
    browse.page.unroute("**/repair/")
    repair.click()
    expect(home.get_by_role("status")).to_contain_text("everything is in order")
    expect(home.get_by_role("alert")).to_be_empty()


def test_a_refusal_meanwhile_is_told_beside_the_button(
    portal: PortalWithApp, browse: Visitor
) -> None:
    browse.allow("502|503")
    home = open_home(browse, portal, user="admin")
    repair = home.get_by_role("button", name="Repair")
    expect(repair).to_be_visible()
    portal.standin.add_fault(portal.name, "batch", "html", status=502)
    repair.click()
    expect(home.get_by_role("alert")).not_to_be_empty()
    expect(repair).to_be_visible()
    browse.screenshot("home-refused")


@pytest.mark.parametrize("lang", ["en", "de", "ar"])
def test_the_page_fits_every_frame(portal: PortalWithApp, browse: Visitor, lang: str) -> None:
    note(portal, count=3)
    note(portal, user_id=1, entity_type=31)
    note(portal, user_id=8, state="refused", error_kind="access_denied", number="", amount=None)
    note(portal, user_id=9, state="unclear", number="", amount=None)
    for width in (1280, 768, 375, 320):
        open_home(browse, portal, user="admin", lang=lang, width=width)
        frame = browse.page.frames[-1]
        assert is_wide_enough(frame), width
        assert findings(frame) == []
        browse.screenshot(f"home-{lang}-{width}")


def test_the_keyboard_reaches_everything(portal: PortalWithApp, browse: Visitor) -> None:
    note(portal, user_id=1)
    home = open_home(browse, portal, user="admin")
    deal = portal.deal("fresh")
    home.get_by_role("link", name=f"Deal {deal}").first.focus()
    reached = []
    for _ in range(30):
        browse.page.keyboard.press("Tab")
        reached.append(browse.page.frames[-1].evaluate("document.activeElement.innerText?.trim()"))
    assert {"Repair", "Show", f"Deal {deal}", "Download CSV"} <= set(reached)
    home.get_by_role("button", name="Repair").press("Enter")
    await_condition(lambda: portal.calls("placement.get"), seconds=10)
    expect(home.get_by_role("status")).to_contain_text("everything is in order")
