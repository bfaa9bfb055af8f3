"""A tab that was open for too long: a fresh token lets it go on, and no token is asked for once."""

from __future__ import annotations

import time

import time_machine
from playwright.sync_api import Frame, Page, expect

from b24app.frame.session import read_session, sign_session
from tests.support.browser.chromium import Visitor
from tests.support.portal import PortalWithApp

DAY = 24 * 60 * 60
_BEARER = "() => document.querySelector('meta[name=frame-session]').content"
_SET_BEARER = "bearer => { document.querySelector('meta[name=frame-session]').content = bearer; }"
_ASKED = "() => window.standin.messages.filter((each) => each.command === 'refreshAuth').length"
_ALERTS = "() => window.standin.alerts"


def let_a_day_pass(frame: Frame) -> None:
    """The bearer of the page in the frame is too old."""
    session = read_session(str(frame.evaluate(_BEARER)))
    with time_machine.travel(time.time() - DAY):
        bearer = sign_session(session)
    frame.evaluate(_SET_BEARER, bearer)


def open_for_a_day(portal: PortalWithApp, browse: Visitor) -> Page:
    tab = browse.open_card(portal, "empty")
    expect(tab.get_by_role("button", name="Add payment")).to_be_visible()
    let_a_day_pass(browse.page.frames[-1])
    return browse.page


def test_a_fresh_token_lets_the_click_go_on(portal: PortalWithApp, browse: Visitor) -> None:
    browse.allow("401")
    page = open_for_a_day(portal, browse)
    tab = page.frame_locator("[role=tabpanel]:not([hidden]) iframe")
    tab.get_by_role("button", name="Add payment").click()
    expect(tab.get_by_role("status")).to_contain_text("added")
    assert (page.evaluate(_ASKED), page.evaluate(_ALERTS)) == (1, 0)
    assert len(portal.payments_of(portal.deal("empty"))) == 1


def test_a_portal_without_a_token_is_asked_once(portal: PortalWithApp, browse: Visitor) -> None:
    browse.allow("401")
    portal.standin.switch(portal.name, refresh_auth="silence")
    page = open_for_a_day(portal, browse)
    tab = page.frame_locator("[role=tabpanel]:not([hidden]) iframe")
    portal.standin.clear_calls(portal.name)
    for _ in range(4):
        tab.get_by_role("button", name="Add payment").click()
        expect(tab.get_by_role("alert")).to_contain_text("This tab has been open for too long")
        expect(tab.get_by_role("alert")).to_contain_text("Reload the page in Bitrix24.")
        expect(tab.get_by_role("button", name="Add payment")).to_be_enabled()
    assert (page.evaluate(_ASKED), page.evaluate(_ALERTS)) == (1, 1)
    assert portal.calls() == []
    assert portal.payments_of(portal.deal("empty")) == []
