"""What a person does in the tab, step by step: a payment is added, marked as paid."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, expect

from tests.support.browser.fit import await_fitted


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
