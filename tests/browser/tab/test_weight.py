"""What a tab weighs on its way to the browser, and that nothing in it jumps while it comes."""

from __future__ import annotations

from playwright.sync_api import Frame, expect

from tests.support.browser.chromium import Visitor
from tests.support.portal import PortalWithApp

MOST_COLD, MOST_WARM = 40_000, 6_000
MOST_SHIFT = 0.02
# The bytes of everything but the SDK, which comes when the page is ready.
_BYTES = """() => performance.getEntriesByType("navigation")
    .concat(performance.getEntriesByType("resource"))
    .filter(({name}) => !name.includes("b24jssdk"))
    .reduce((sum, {transferSize}) => sum + transferSize, 0)"""
_NOTE_SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => window.shifts.push(...list.getEntries()))
    .observe({type: "layout-shift", buffered: true});"""
# What moves before the first paint, while style sheets are on their way, nobody sees.
_SHIFT = """() => {
    const [{startTime: painted}] = performance.getEntriesByName("first-contentful-paint");
    return window.shifts
        .filter(({startTime, hadRecentInput}) => startTime >= painted && !hadRecentInput)
        .reduce((sum, {value}) => sum + value, 0);
}"""


def opened(portal: PortalWithApp, browse: Visitor) -> Frame:
    """The frame of a tab in which the SDK has arrived, the last thing that does."""
    tab = browse.open_card(portal)
    expect(tab.get_by_role("row")).to_have_count(6)
    frame = browse.page.frames[-1]
    frame.wait_for_function("() => window.B24Js !== undefined")
    frame.wait_for_function("() => document.documentElement.scrollHeight <= innerHeight")
    return frame


def test_a_tab_is_light_and_lighter_the_second_time(portal: PortalWithApp, browse: Visitor) -> None:
    portal.standin.add_payments(portal.name, "fresh", count=5)
    browse.page.add_init_script(_NOTE_SHIFTS)
    for most in (MOST_COLD, MOST_WARM):
        frame = opened(portal, browse)
        assert frame.evaluate(_BYTES) <= most
        assert frame.evaluate(_SHIFT) <= MOST_SHIFT
