"""When what a frame shows stands still, so that a click meets what it aims at."""

from __future__ import annotations

from playwright.sync_api import FrameLocator

# The SDK comes after the page, and the portal makes the frame as high as its content only then.
_FITTED = """async (html) => {
    const isFitted = () => document.readyState === "complete" && html.scrollHeight <= innerHeight;
    for (let look = 0; look < 250 && !isFitted(); look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}"""


def await_fitted(tab: FrameLocator) -> None:
    """Return when a page of ours is loaded and its frame as high as it is."""
    tab.locator("html[lang]").evaluate(_FITTED)
