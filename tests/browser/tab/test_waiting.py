"""A click that waits for its turn, as a person sees it: told so, then done, with nothing to do."""

from __future__ import annotations

from playwright.sync_api import expect

from b24app.portals.rate_limit import SharedPace
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
