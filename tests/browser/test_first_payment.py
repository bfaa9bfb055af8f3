"""From Install to the first payment, by clicks in the portal's own pages, without any cookie."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from tests.support.app import App
from tests.support.browser.chromium import Visitor
from tests.support.people.browser_steps import create, open_form
from tests.support.portal import PortalWithApp, new_portal
from tests.support.waiting import await_condition

SLIDER = "dialog iframe, .slider iframe"


@pytest.fixture
def chromium(whole_chromium: Browser) -> Browser:
    """The one that blocks the cookies of a frame."""
    return whole_chromium


def press_add(tab: FrameLocator) -> None:
    open_form(tab)
    create(tab)


def test_an_administrator_installs_and_a_salesperson_adds_one_payment(
    app: App, browse: Visitor
) -> None:
    fresh = new_portal(app)
    about = fresh.about
    browse.enter(fresh, user="admin")
    browse.page.goto(f"{about['origin']}/market/")
    browse.page.get_by_role("button", name="Install").click()
    slider = browse.page.frame_locator(SLIDER)
    slider.get_by_role("button", name="Finish installation").click()
    browse.page.wait_for_url("**/market/?install_finished=Y")
    assert app.standin.portal(fresh.name)["installed"]

    browse.enter(fresh, user="sales")
    deal = fresh.deal("fresh")
    browse.page.goto(f"{about['origin']}/crm/deal/details/{deal}/")
    browse.page.get_by_role("tab", name="Payments").click()
    tab = browse.page.frame_locator("[role=tabpanel]:not([hidden]) iframe")
    press_add(tab)

    expect(tab.get_by_role("status")).to_contain_text("added")
    [payment] = fresh.payments_of(deal)
    assert payment["created_by"] == about["users"]["sales"]
    expect(tab.get_by_role("row", name=payment["account_number"])).to_be_visible()
    expect(browse.page.locator(f"#payments li[data-payment='{payment['id']}']")).to_be_visible()
    assert not [c for c in browse.context.cookies() if "app.localhost" in c["domain"]]
    browse.screenshot("first-payment")


def test_a_double_click_adds_one_payment(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal)
    tab.get_by_role("button", name="Add payment").dblclick()
    open_form(tab)
    tab.get_by_role("button", name="Create payment").dblclick()
    expect(tab.get_by_role("status")).to_contain_text("added")
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_click_before_a_reload_adds_one_payment(portal: PortalWithApp, browse: Visitor) -> None:
    portal.standin.add_fault(portal.name, "crm.item.payment.add", "hold", seconds=30, when="after")
    press_add(browse.open_card(portal))
    wait_until_paid_for(portal)
    tab = browse.open_card(portal)
    portal.standin.release(portal.name)
    expect(tab.get_by_role("row")).to_have_count(2)
    expect(tab.get_by_role("button", name="Add payment")).not_to_have_attribute(
        "aria-disabled", "true", timeout=30_000
    )
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_lost_answer_is_looked_up(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal, "empty")
    expect(tab.get_by_role("button", name="Add payment")).to_be_visible()
    portal.standin.add_fault(portal.name, "crm.item.payment.add", "drop_after")
    tab.get_by_role("button", name="Add payment").click()
    expect(tab.get_by_role("alert")).to_contain_text("do not know yet")
    browse.screenshot("checking")
    expect(tab.get_by_role("status")).to_contain_text("was added", timeout=20_000)
    assert len(portal.payments_of(portal.deal("empty"))) == 1


def test_a_cut_before_the_commit_ends_with_a_free_button(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = browse.open_card(portal)
    portal.standin.add_fault(portal.name, "crm.item.payment.add", "drop_before")
    press_add(tab)
    expect(tab.get_by_role("alert")).to_contain_text("was not added", timeout=30_000)
    assert portal.payments_of(portal.deal("fresh")) == []
    press_add(tab)
    expect(tab.get_by_role("status")).to_contain_text("added")
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_reader_is_told_why(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal, user="reader")
    press_add(tab)
    expect(tab.get_by_role("alert")).to_contain_text("cannot add payments to this deal")
    assert portal.payments_of(portal.deal("fresh")) == []
    browse.screenshot("refused")


def test_a_long_opened_tab_goes_on_by_itself(portal: PortalWithApp, browse: Visitor) -> None:
    browse.allow("401")
    tab = browse.open_card(portal)
    expect(tab.get_by_role("button", name="Add payment")).to_be_visible()
    portal.standin.expire(portal.name)
    press_add(tab)
    expect(tab.get_by_role("status")).to_contain_text("added")
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_the_frame_needs_no_scroll_bars(portal: PortalWithApp, browse: Visitor) -> None:
    portal.standin.add_payments(portal.name, "fresh", count=30)
    for width in (1280, 768, 320):
        browse.page.set_viewport_size({"width": width, "height": 900})
        tab = browse.open_card(portal)
        expect(tab.get_by_role("row")).to_have_count(31)
        frame = browse.page.frames[-1]
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        frame.wait_for_function("() => document.documentElement.scrollHeight <= innerHeight")
        browse.screenshot(f"tab-{width}")


def test_the_tab_is_readable_without_scripts(portal: PortalWithApp) -> None:
    portal.standin.add_payments(portal.name, "fresh", count=2)
    page = portal.open_tab()
    assert len(page.payment_numbers) == 2
    assert "Office coffee" in page.text
    whole = portal.app.press_add(page, wants_page=True)
    assert "added" in whole.status_text
    assert len(whole.payment_numbers) == 3


def wait_until_paid_for(portal: PortalWithApp) -> None:
    await_condition(lambda: portal.payments_of(portal.deal("fresh")) != [], seconds=10)


def test_who_is_offline_is_told_and_gets_one_payment_in_the_end(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = browse.open_card(portal)
    open_form(tab)
    tab.get_by_role("textbox", name="Coffee").fill("1")
    browse.allow("ERR_INTERNET_DISCONNECTED|ERR_FAILED|htmx:(sendError|afterRequest)|HTTP 404|404")
    browse.context.set_offline(True)
    expect(tab.get_by_role("alert")).to_contain_text("You seem to be offline.")
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("We do not know yet")
    browse.context.set_offline(False)
    expect(tab.get_by_role("alert")).to_contain_text("Nothing was sent")
    expect(tab.get_by_role("textbox", name="Coffee")).to_have_value("1")
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €800.00 added")
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_browser_that_is_wrong_about_the_line_stops_no_click(
    portal: PortalWithApp, browse: Visitor
) -> None:
    browse.context.add_init_script(
        "Object.defineProperty(Navigator.prototype, 'onLine', { get: () => false })"
    )
    tab = browse.open_card(portal)
    open_form(tab)
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €1,200.00 added")
    assert len(portal.payments_of(portal.deal("fresh"))) == 1
