"""One intention that reaches the page more than once: a key held down, a way back."""

from __future__ import annotations

from playwright.sync_api import FrameLocator, Locator, expect

from tests.support.browser.chromium import Visitor
from tests.support.people.browser_steps import open_form
from tests.support.portal import PortalWithApp

# Half a second and more, as keyboards repeat.
REPEATS = 16
REPEAT_MS = 40


def hold_enter(at: Locator) -> None:
    """A key that stays down: the browser tells of it again and again."""
    at.focus()
    keyboard = at.page.keyboard
    for _ in range(REPEATS):
        keyboard.down("Enter")
        at.page.wait_for_timeout(REPEAT_MS)
    keyboard.up("Enter")


def test_enter_held_in_the_form_adds_one_payment(portal: PortalWithApp, browse: Visitor) -> None:
    tab = browse.open_card(portal)
    open_form(tab)
    hold_enter(tab.get_by_role("textbox", name="Coffee"))
    expect(tab.get_by_role("status")).to_contain_text("added")
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_enter_held_on_the_button_adds_one_payment(portal: PortalWithApp, browse: Visitor) -> None:
    """The answer comes while the key is down, and the button is ready for the next click."""
    tab = browse.open_card(portal, "empty")
    hold_enter(tab.get_by_role("button", name="Add payment"))
    expect(tab.get_by_role("status")).to_contain_text("added")
    assert len(portal.payments_of(portal.deal("empty"))) == 1


def test_a_slow_double_click_adds_one_payment(portal: PortalWithApp, browse: Visitor) -> None:
    """Its second half comes after the answer; a click of its own adds the next one."""
    tab = browse.open_card(portal, "empty")
    click_at(tab, count=1)
    expect(tab.get_by_role("status")).to_contain_text("added")
    click_at(tab, count=2)
    assert len(portal.payments_of(portal.deal("empty"))) == 1
    click_at(tab, count=1)
    expect(tab.get_by_role("row")).to_have_count(3)
    assert len(portal.payments_of(portal.deal("empty"))) == 2


def click_at(tab: FrameLocator, *, count: int) -> None:
    """One click on the button, which the browser counts as the first or second of a row."""
    button = tab.get_by_role("button", name="Add payment")
    button.click(trial=True)
    mouse = button.page.mouse
    button.hover()
    mouse.down(click_count=count)
    mouse.up(click_count=count)
