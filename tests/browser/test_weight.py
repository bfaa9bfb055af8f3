"""What a tab weighs on its way to the browser, and that nothing in it jumps while it comes."""

from __future__ import annotations

from playwright.sync_api import Frame, expect

from tests.browser.chromium import Visitor
from tests.fixtures import InstalledPortal

MOST_COLD, MOST_WARM = 40_000, 6_000
MOST_SHIFT = 0.02
# The bytes of everything but the SDK, which comes when the page is ready.
_BYTES = """() => performance.getEntriesByType("navigation")
    .concat(performance.getEntriesByType("resource"))
    .filter(({name}) => !name.includes("b24jssdk"))
    .reduce((sum, {transferSize}) => sum + transferSize, 0)"""
_SHIFTS = """window.shift = 0;
new PerformanceObserver((list) => {
    for (const {value, hadRecentInput} of list.getEntries()) {
        if (!hadRecentInput) window.shift += value;
    }
}).observe({type: "layout-shift", buffered: true});"""


def opened(portal: InstalledPortal, browse: Visitor) -> Frame:
    """The frame of a tab in which the SDK has arrived, the last thing that does."""
    tab = browse.open_card(portal)
    expect(tab.get_by_role("row")).to_have_count(6)
    frame = browse.page.frames[-1]
    frame.wait_for_function("() => window.B24Js !== undefined")
    frame.wait_for_function("() => document.documentElement.scrollHeight <= innerHeight")
    return frame


def test_a_tab_is_light_and_lighter_the_second_time(
    portal: InstalledPortal, browse: Visitor
) -> None:
    portal.standin.add_payments(portal.name, "fresh", count=5)
    browse.page.add_init_script(_SHIFTS)
    cold = opened(portal, browse).evaluate(_BYTES)
    frame = opened(portal, browse)
    assert cold <= MOST_COLD
    assert frame.evaluate(_BYTES) <= MOST_WARM
    assert frame.evaluate("window.shift") <= MOST_SHIFT
