"""A tab that was open for too long says so, loads anew at a click, and loses nothing silently."""

from __future__ import annotations

import time
from dataclasses import replace

from playwright.sync_api import Dialog, Frame, FrameLocator, expect

from b24app.frame.session import LIFE_SECONDS, read_session, sign_session
from tests.support.browser.chromium import Visitor
from tests.support.people.browser_steps import create, open_form
from tests.support.portal import PortalWithApp

_BEARER = "() => document.querySelector('meta[name=frame-session]').content"
_SET_BEARER = "bearer => { document.querySelector('meta[name=frame-session]').content = bearer; }"


def let_half_a_day_pass(frame: Frame) -> None:
    """The bearer of the page in the frame is too old."""
    session = read_session(str(frame.evaluate(_BEARER)))
    old = replace(session, opened_at=int(time.time()) - LIFE_SECONDS - 1)
    frame.evaluate(_SET_BEARER, sign_session(old))


def open_for_too_long(portal: PortalWithApp, browse: Visitor) -> FrameLocator:
    """One coffee instead of two is typed into a page whose time is over."""
    browse.allow("401")
    tab = browse.open_card(portal)
    open_form(tab)
    tab.get_by_label("Coffee").fill("1")
    let_half_a_day_pass(browse.page.frames[-1])
    portal.standin.clear_calls(portal.name)
    return tab


def reload(tab: FrameLocator) -> None:
    tab.get_by_role("button", name="Reload the page").click()


def test_a_click_changes_nothing_and_the_page_is_loaded_anew(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = open_for_too_long(portal, browse)
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("This tab has been open for too long")
    expect(tab.get_by_label("Coffee")).to_have_value("1")
    browse.screenshot("session-over")
    assert portal.calls() == []
    tab.get_by_role("button", name="Cancel").click()
    with browse.page.expect_navigation():
        reload(tab)
    open_form(tab)
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €1,200.00 added")
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_the_browser_asks_before_what_was_typed_is_lost(
    portal: PortalWithApp, browse: Visitor
) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    tab = open_for_too_long(portal, browse)
    create(tab)
    browse.page.on("dialog", stay)
    with browse.page.expect_event("dialog"):
        reload(tab)
    expect(tab.get_by_label("Coffee")).to_have_value("1")
    assert asked == ["beforeunload"]


def test_a_click_whose_outcome_is_open_is_told_with_the_id_of_the_question(
    portal: PortalWithApp, browse: Visitor
) -> None:
    browse.allow("401")
    tab = browse.open_card(portal, "empty")
    button = tab.get_by_role("button", name="Add payment")
    expect(button).to_be_visible()
    portal.standin.add_fault(portal.name, "batch", "drop_after")
    button.click()
    expect(tab.locator("#check[hx-get]")).to_be_attached()
    page = browse.page
    with page.expect_response(lambda answer: answer.status == 401) as answered:
        let_half_a_day_pass(page.frames[-1])
    alert = tab.get_by_role("alert")
    expect(alert).to_contain_text("We do not know yet whether the payment was saved")
    alert.get_by_text("Details").click()
    expect(alert.locator("code")).to_have_text(answered.value.headers["x-request-id"])
    with page.expect_navigation():
        reload(tab)
    expect(tab.get_by_role("status")).to_contain_text("added")
    assert len(portal.payments_of(portal.deal("empty"))) == 1
