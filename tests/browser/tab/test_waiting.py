"""Waiting, as a person sees it: for the turn of a click, and for a portal that does not answer."""

from __future__ import annotations

from playwright.sync_api import expect

from b24app.portals.rate_limit import SharedPace
from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.portal import PortalWithApp


def test_a_click_in_a_crowd_is_told_its_turn_and_then_added(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = browse.open_card(portal, "empty")
    button = tab.get_by_role("button", name="Add payment")
    expect(button).to_be_visible()
    SharedPace(portal.member_id).hold_back(6)
    button.click()
    expect(tab.get_by_role("status")).to_contain_text("It is your turn in about")
    expect(tab.get_by_role("alert")).to_be_empty()
    expect(button).to_have_attribute("aria-disabled", "true")
    browse.screenshot("waiting")
    expect(tab.get_by_role("status")).to_contain_text("added", timeout=20_000)
    expect(button).not_to_have_attribute("aria-disabled", "true")
    assert len(portal.payments_of(portal.deal("empty"))) == 1


def test_the_tab_is_asked_for_again_where_it_is(portal: PortalWithApp, browse: Visitor) -> None:
    browse.allow("502")
    portal.standin.add_fault(portal.name, "batch", "drop_before")
    tab = browse.open_card(portal)
    expect(tab.get_by_role("alert")).to_contain_text("Bitrix24 did not answer in time.")
    browse.screenshot("slow-portal")
    assert findings(browse.page.frames[-1]) == []
    portal.standin.add_fault(portal.name, "batch", "hold", seconds=20)
    tab.get_by_role("button", name="Try again").click()
    expect(tab.get_by_role("status")).to_have_text("Asking Bitrix24…")
    browse.screenshot("slow-portal-again")
    portal.standin.release(portal.name)
    expect(tab.get_by_role("button", name="Add payment")).to_be_visible()
    expect(browse.page.get_by_role("tab", name="Payments")).to_be_visible()
