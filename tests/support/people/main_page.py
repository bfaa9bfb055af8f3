"""The app's main page in the portal, opened so that all of it can be seen."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, expect

from tests.support.browser.chromium import Visitor
from tests.support.portal import PortalWithApp

# Pictures of a frame show no more of it than the window does.
TALL = 1800


def open_home(
    browse: Visitor,
    portal: PortalWithApp,
    *,
    user: str = "sales",
    lang: str = "en",
    width: int = 1280,
) -> FrameLocator:
    """The app's main page in the portal, in a frame as high as it is."""
    browse.enter(portal, user=user, lang=lang)
    browse.page.set_viewport_size({"width": width, "height": TALL})
    browse.page.goto(f"{portal.about['origin']}/marketplace/app/")
    frame = browse.page.frame_locator("#app-place iframe")
    expect(frame.get_by_role("heading", level=1)).to_have_text("Deal Payments")
    browse.page.frames[-1].wait_for_function(
        "() => document.documentElement.scrollHeight <= innerHeight"
    )
    return frame
