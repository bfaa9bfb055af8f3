"""Tabs in a Chromium for measurements: a slow line and a slow processor, and what was loaded.

Frames of other sites share the page's process here, so that one slow-down meets both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    CDPSession,
    Frame,
    ViewportSize,
    sync_playwright,
)

from tests.standin.portal import StandInPortal
from tests.support.browser.chromium import ARGUMENTS, VIEWPORT, Visitor
from tools.install.chromium import launch_options

SLOW_LINE = {
    "offline": False,
    "latency": 80,
    "downloadThroughput": 500_000,
    "uploadThroughput": 500_000,
}
SLOW_CPU = 4
PATIENCE_MS = 60_000


@dataclass
class Traffic:
    """Bytes on the wire by address, headers included."""

    sizes: dict[str, float] = field(default_factory=dict)
    _addresses: dict[str, str] = field(default_factory=dict)

    def watch(self, session: CDPSession) -> None:
        session.on("Network.requestWillBeSent", self._name)
        session.on("Network.loadingFinished", self._measure)

    def clear(self) -> None:
        self.sizes.clear()

    def of(self, origin: str, *, but: str) -> float:
        """All from an origin, without the addresses that have `but` in them."""
        return sum(s for url, s in self.sizes.items() if url.startswith(origin) and but not in url)

    def _name(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"]

    def _measure(self, event: dict[str, Any]) -> None:
        address = self._addresses.get(event["requestId"], "")
        self.sizes[address] = self.sizes.get(address, 0) + event["encodedDataLength"]


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options(is_whole=True), args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def person(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody with an empty cache."""
    size = ViewportSize(width=VIEWPORT["width"], height=VIEWPORT["height"])
    context = browser.new_context(viewport=size, locale="en-GB", timezone_id="UTC")
    context.set_default_timeout(PATIENCE_MS)
    try:
        yield context
    finally:
        context.close()


def open_tab(
    context: BrowserContext, portal: StandInPortal, deal: int, *, ready: str, is_slow: bool
) -> tuple[Frame, Traffic]:
    """The frame of the app in the card of a deal, when the element `ready` is in it."""
    visitor, traffic = Visitor(context), Traffic()
    page = visitor.page
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    traffic.watch(session)
    if is_slow:
        session.send("Network.emulateNetworkConditions", SLOW_LINE)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_CPU})
    located = visitor.open_card(portal, deal)
    located.locator(ready).first.wait_for(timeout=PATIENCE_MS)
    frame = next(each for each in page.frames if each.parent_frame is not None)
    frame.wait_for_load_state("load", timeout=PATIENCE_MS)
    return frame, traffic
