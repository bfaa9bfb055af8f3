"""What a person does in the tab, step by step: a payment is added, marked as paid."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, expect

# Until the portal has made the frame as high as its content, what is in it moves.
_FITTED = """async (html) => {
    for (let look = 0; look < 250 && html.scrollHeight > innerHeight; look += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
    }
}"""


def await_fitted(tab: FrameLocator) -> None:
    """Return when the frame is as high as its content, and nothing moves any more."""
    tab.locator("html").evaluate(_FITTED)


def open_form(tab: FrameLocator) -> None:
    """Open the form of a new payment, and have all of it in the frame."""
    tab.get_by_role("button", name="Add payment").click()
    expect(tab.get_by_role("button", name="Create payment")).to_be_visible()
    await_fitted(tab)


def create(tab: FrameLocator) -> None:
    """Create the payment that stands in the open form."""
    tab.get_by_role("button", name="Create payment").click()


def confirm(tab: FrameLocator, action: str) -> None:
    """Say yes to the question that the first action of its kind on a page asks."""
    tab.locator(".row-panel").get_by_role("button", name=action, exact=True).click()
