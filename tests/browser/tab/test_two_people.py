"""Two people at one deal: who comes second reads who was first, and decides."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.support.browser.axe import findings
from tests.support.browser.chromium import Visitor
from tests.support.people.browser_steps import create, open_form
from tests.support.portal import PortalWithApp


def test_who_comes_second_reads_who_was_first_and_adds_all_the_same(
    portal: PortalWithApp, browse: Visitor
) -> None:
    tab = browse.open_card(portal)
    open_form(tab)
    tab.get_by_label("Coffee").fill("1")
    portal.app.press_add(portal.open_tab(user="admin"))
    create(tab)
    alert = tab.get_by_role("alert")
    expect(alert).to_contain_text(
        re.compile(r"Administrator added payment \d+/1 for €0\.00 a moment ago")
    )
    expect(alert).to_contain_text("If you need another payment, add it now.")
    expect(tab.get_by_role("row", name="€0.00")).to_be_visible()
    expect(tab.get_by_label("Coffee")).to_have_value("1")
    browse.screenshot("second")
    assert findings(browse.page.frames[-1]) == []
    create(tab)
    expect(tab.get_by_role("status")).to_contain_text("for €800.00 added")
    expect(alert).to_be_empty()
    assert sorted(p["sum"] for p in portal.payments_of(portal.deal("fresh"))) == [0, 800]
