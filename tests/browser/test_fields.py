"""Payments in lists, by clicks: switched on, a payment added, and the list of deals shows it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Frame, expect

from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.people.browser_steps import create, open_form
from tests.support.people.fields import LEFT, WRITE, await_quiet
from tests.support.people.main_page import open_home
from tests.support.portal import PortalWithApp

READY = "Switched on: the fields follow the payments."


def frame_of(browse: Visitor) -> Frame:
    return browse.page.frames[-1]


def test_switched_on_the_list_of_deals_shows_what_is_left_to_pay_and_filters_by_it(
    portal: PortalWithApp, browse: Visitor
) -> None:
    home = open_home(browse, portal, user="admin")
    fields = home.get_by_role("region", name="Payments in lists")
    expect(fields.locator(".notice-text")).to_have_text("Switched off.")
    browse.screenshot("fields-off")
    fields.get_by_role("button", name="Switch on").click()
    expect(fields.locator(".notice-text")).to_have_text(READY, timeout=20_000)
    expect(home.get_by_role("status")).to_contain_text(READY)
    expect(fields.get_by_text("Left to pay")).to_be_visible()
    browse.screenshot("fields-on")
    assert findings(frame_of(browse)) == []
    tab = browse.open_card(portal)
    open_form(tab)
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("added")
    await_quiet(portal)
    assert len(portal.calls(WRITE)) == 1
    browse.page.goto(f"{portal.about['origin']}/crm/deal/list/")
    expect(browse.page.get_by_role("columnheader", name="Left to pay")).to_be_visible()
    browse.screenshot("fields-list")
    browse.page.get_by_label("Left to pay, from").fill("1")
    browse.page.get_by_role("button", name="Find").click()
    row = browse.page.locator("tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("1,200.00")
    expect(row).to_contain_text("nothing paid")
    browse.screenshot("fields-list-filtered")


@pytest.mark.parametrize("width", [360, 1280])
def test_what_could_not_be_written_is_told_to_the_person_and_to_the_administrator(
    portal: PortalWithApp, browse: Visitor, width: int
) -> None:
    home = open_home(browse, portal, user="admin", width=width)
    fields = home.get_by_role("region", name="Payments in lists")
    fields.get_by_role("button", name="Switch on").click()
    expect(fields.locator(".notice-text")).to_have_text(READY, timeout=20_000)
    given = {"FIELD_NAME": "REASON", "USER_TYPE_ID": "string", "MANDATORY": "Y"}
    portal.result("crm.deal.userfield.add", "admin", fields=given)
    portal.standin.switch(portal.name, checks_mandatory="all")
    browse.open_card(portal, "billed")
    await_quiet(portal)
    tab = browse.open_card(portal, "billed")
    expect(tab.locator("#unwritten")).to_contain_text("The field UF_CRM_REASON is required.")
    browse.screenshot(f"fields-unwritten-{width}")
    assert findings(frame_of(browse)) == []
    home = open_home(browse, portal, user="admin", width=width)
    expect(home.locator("#fields .notice-text")).to_have_text(
        "1 deal could not be brought up to date."
    )
    browse.screenshot(f"fields-refused-{width}")
    assert findings(frame_of(browse)) == []
    assert home.locator("html").evaluate("e => e.scrollWidth <= innerWidth")
    fields = home.get_by_role("region", name="Payments in lists")
    fields.get_by_role("button", name="Switch off").click()
    expect(fields.locator(".notice-text")).to_have_text("Switched off.")
    assert LEFT in portal.state()["user_fields"]
