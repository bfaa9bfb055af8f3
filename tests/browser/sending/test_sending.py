"""Sending the link in a browser: what a click opens and what is noted of it, wide and narrow."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import FrameLocator, Locator, Page, ViewportSize, expect

from tests.browser.tab.test_actions import add, press
from tests.browser.tab.test_without_script import SCRIPTS
from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.browser.fit import await_fitted
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition

LOG = "crm.timeline.logmessage.add"
NOTED = "Noted in the timeline."
NARROW: ViewportSize = {"width": 360, "height": 800}
OUTSIDE = ("https://wa.me/**", "https://t.me/**")


def menu_of(tab: FrameLocator) -> Locator:
    return tab.get_by_role("group", name="Send link of payment")


def open_menu(tab: FrameLocator) -> Locator:
    press(tab, "Send link")
    menu = menu_of(tab)
    expect(menu).to_be_focused()
    await_fitted(tab)
    return menu


def show_client(tab: FrameLocator) -> None:
    menu_of(tab).get_by_role("button", name="Show the client’s numbers").click()
    expect(menu_of(tab).get_by_text("+493023125411")).to_be_visible()
    await_fitted(tab)


def answer_outside(browse: Visitor) -> None:
    """The sites of the messengers, as far as they are needed."""
    for pattern in OUTSIDE:
        browse.context.route(pattern, lambda route: route.fulfill(body="A messenger"))


def opened_by(browse: Visitor, way: Locator, **click: Any) -> str:
    """The address that a click opens in a tab of its own."""
    with browse.page.expect_popup() as popup:
        way.click(**click)
    popup.value.wait_for_load_state()
    address = popup.value.url
    assert popup.value.evaluate("() => window.opener") is None
    popup.value.close()
    return address


def entries(portal: PortalWithApp) -> list[str]:
    found = portal.standin.timeline(portal.name, portal.deal("fresh"))
    return [str(entry["text"]) for entry in found]


@pytest.mark.parametrize("size", [None, NARROW], ids=["wide", "narrow"])
def test_a_salesperson_sends_the_link_by_whatsapp(
    portal: PortalWithApp, browse: Visitor, size: ViewportSize | None
) -> None:
    number = add(portal)
    answer_outside(browse)
    if size:
        browse.page.set_viewport_size(size)
    tab = browse.open_card(portal)
    portal.standin.clear_calls(portal.name)
    menu = open_menu(tab)
    assert len(portal.calls()) == 1
    name = "narrow" if size else "wide"
    browse.screenshot(f"sending-{name}")
    assert findings(browse.page.frames[-1]) == []
    show_client(tab)
    browse.screenshot(f"sending-client-{name}")
    assert findings(browse.page.frames[-1]) == []
    frame = browse.page.frames[-1]
    assert frame.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    address = opened_by(browse, menu.get_by_role("link", name="WhatsApp: +493023125411"))
    [payment] = portal.payments_of(portal.deal("fresh"))
    link = f"{portal.about['origin']}/~{payment['id']}"
    text = quote(f"Payment {number} for €0.00: you can pay here.\n{link}", safe="")
    assert address == f"https://wa.me/493023125411?text={text}"
    expect(menu.get_by_text(NOTED)).to_be_visible()
    assert entries(portal) == [f"Payment {number} for €0.00. Opened for sending: WhatsApp."]
    browse.page.reload()
    expect(browse.page.locator("#timeline")).to_contain_text("Opened for sending: WhatsApp")


def test_the_keyboard_does_it_all(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal)
    answer_outside(browse)
    tab = browse.open_card(portal)
    button = tab.get_by_role("button", name="Send link")
    button.focus()
    browse.page.keyboard.press("Enter")
    menu = menu_of(tab)
    expect(menu).to_be_focused()
    language = menu.get_by_role("combobox", name="Language of the text")
    browse.page.keyboard.press("Tab")
    expect(language).to_be_focused()
    browse.page.keyboard.type("Deu")
    browse.page.keyboard.press("Tab")
    browse.page.keyboard.press("Enter")
    expect(menu.locator("blockquote")).to_have_attribute("lang", "de")
    expect(menu.get_by_role("button", name="Apply")).to_be_focused()
    browse.page.keyboard.press("Tab")
    whatsapp = menu.get_by_role("link", name="WhatsApp")
    expect(whatsapp).to_be_focused()
    with browse.page.expect_popup() as popup:
        browse.page.keyboard.press("Enter")
    assert popup.value.url.startswith("https://wa.me/?text=Zahlung")
    popup.value.close()
    expect(menu.get_by_text(NOTED)).to_be_visible()
    menu.get_by_role("button", name="Show the client’s numbers").focus()
    browse.page.keyboard.press("Enter")
    expect(menu.get_by_text("anna.berger@example.com")).to_be_visible()
    expect(menu.locator("#sending-to")).to_be_focused()
    browse.page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(button).to_be_focused()
    assert len(entries(portal)) == 1


def test_a_double_click_is_one_use_and_a_wheel_is_one_as_well(
    portal: PortalWithApp, browse: Visitor
) -> None:
    add(portal)
    answer_outside(browse)
    tab = browse.open_card(portal)
    menu = open_menu(tab)
    opened: list[Page] = []
    browse.context.on("page", lambda page: opened.append(page))
    telegram = menu.get_by_role("link", name="Telegram")
    with browse.page.expect_popup() as popup:
        telegram.dblclick()
    popup.value.close()
    opened_by(browse, menu.get_by_role("link", name="WhatsApp"))
    await_condition(lambda: len(entries(portal)) == 2)
    assert len(opened) == 2
    telegram.click(button="middle")
    await_condition(lambda: len(entries(portal)) == 3)
    assert len(portal.calls(LOG)) == 3


@pytest.mark.parametrize("channel", ["SMS", "E-mail"])
def test_what_another_program_opens_leaves_the_tab_as_it_is(
    portal: PortalWithApp, browse: Visitor, channel: str
) -> None:
    add(portal)
    tab = browse.open_card(portal)
    menu = open_menu(tab)
    menu.get_by_role("link", name=channel).click()
    expect(menu.get_by_text(NOTED)).to_be_visible()
    assert entries(portal)[0].endswith(f"{channel}.")


def test_a_note_that_does_not_get_through_is_told_in_its_place(
    portal: PortalWithApp, browse: Visitor
) -> None:
    add(portal)
    answer_outside(browse)
    tab = browse.open_card(portal)
    menu = open_menu(tab)
    browse.allow("ERR_FAILED|htmx:")
    browse.page.route("**/sent/**", lambda route: route.abort())
    opened_by(browse, menu.get_by_role("link", name="WhatsApp"))
    expect(menu.get_by_text("We do not know whether this was noted")).to_be_visible()
    expect(tab.get_by_role("alert")).to_be_empty()
    browse.page.unroute("**/sent/**")
    portal.standin.change_deal(portal.name, portal.deal("fresh"), is_stage_locked=True)
    opened_by(browse, menu.get_by_role("link", name="WhatsApp"))
    expect(menu.get_by_text("because you may not edit this")).to_be_visible()
    expect(tab.get_by_role("alert")).to_be_empty()


def test_without_a_payment_page_the_words_are_those_of_copy_link(
    portal: PortalWithApp, browse: Visitor
) -> None:
    add(portal)
    portal.standin.switch(portal.name, payment_page="unverified")
    tab = browse.open_card(portal)
    press(tab, "Send link")
    expect(tab.get_by_role("alert")).to_contain_text("confirmed the phone number or e-mail")
    expect(menu_of(tab)).to_have_count(0)


def test_the_menu_needs_no_script(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal)
    answer_outside(browse)
    browse.page.route(SCRIPTS, lambda route: route.abort())
    browse.allow("ERR_FAILED|ERR_BLOCKED")
    tab = browse.open_card(portal, is_whole=False)
    tab.get_by_role("button", name="Send link").click()
    menu = menu_of(tab)
    menu.get_by_role("combobox", name="Language of the text").select_option("ar")
    menu.get_by_role("button", name="Show the client’s numbers").click()
    expect(menu.get_by_text("+493023125411")).to_be_visible()
    browse.screenshot("sending-no-script")
    assert findings(browse.page.frames[-1]) == []
    address = opened_by(browse, menu.get_by_role("link", name="WhatsApp: +493023125411"))
    assert address.startswith("https://wa.me/493023125411?text=")
    assert "%D8%A7" in address


def test_a_menu_from_right_to_left(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal)
    browse.page.set_viewport_size(NARROW)
    tab = browse.open_card(portal, lang="ar")
    tab.locator("[data-send]").click()
    tab.locator("#sending button[name=clients]").click()
    expect(tab.get_by_text("+493023125411")).to_be_visible()
    await_fitted(tab)
    browse.screenshot("sending-ar")
    assert findings(browse.page.frames[-1]) == []


def test_four_actions_fit_where_words_are_long(portal: PortalWithApp, browse: Visitor) -> None:
    add(portal)
    portal.app.open_frame(portal.name, user="admin", placement="DEFAULT")
    browse.page.set_viewport_size({"width": 900, "height": 800})
    tab = browse.open_card(portal, user="admin", lang="ru")
    expect(tab.locator("tbody .act:visible")).to_have_count(5)
    frame = browse.page.frames[-1]
    assert frame.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
