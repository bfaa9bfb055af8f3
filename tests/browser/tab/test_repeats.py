"""One intention that reaches the page more than once: a key held down, a way back."""

from __future__ import annotations

from playwright.sync_api import Browser, FrameLocator, Locator, expect

from tests.support.browser.chromium import ARGUMENTS, Visitor, visit
from tests.support.people.browser_steps import create, open_form
from tests.support.people.clicks import ADD
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition
from tools.install.chromium import launch_options

# Half a second and more, as keyboards repeat.
REPEATS = 16
REPEAT_MS = 40
_NOTE_WHETHER_KEPT = "addEventListener('pageshow', (event) => { wasKept = event.persisted; })"
_IS_REFRESHED = "() => standin.messages.some((each) => each.command === 'reloadData')"


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


def test_the_way_back_to_an_open_click_adds_nothing(portal: PortalWithApp, browse: Visitor) -> None:
    tab = leave_and_come_back(portal, browse)
    expect(tab.get_by_role("row")).to_have_count(2)
    expect(tab.get_by_role("button", name="Add payment")).not_to_have_attribute(
        "aria-disabled", "true", timeout=30_000
    )
    assert len(portal.calls(ADD)) == len(portal.payments_of(portal.deal("fresh"))) == 1


def test_nor_does_a_page_that_the_browser_kept_as_it_was(
    portal: PortalWithApp, chromium: Browser
) -> None:
    """The back-forward cache: Playwright switches it off, and does not see into its frames."""
    options = launch_options(is_whole=True) | {
        "ignore_default_args": ["--disable-back-forward-cache"]
    }
    with (
        chromium.browser_type.launch(**options, args=ARGUMENTS) as keeping,
        visit(keeping) as person,
    ):
        person.page.add_init_script(_NOTE_WHETHER_KEPT)
        leave_and_come_back(portal, person)
        # The page in the frame has its answer: it lets the portal refresh the card.
        person.page.wait_for_function(_IS_REFRESHED)
        assert person.page.evaluate("window.wasKept")
        assert len(portal.calls(ADD)) == len(portal.payments_of(portal.deal("fresh"))) == 1


def leave_and_come_back(portal: PortalWithApp, person: Visitor) -> FrameLocator:
    """While the portal works on a click; then the answer comes."""
    tab = person.open_card(portal)
    open_form(tab)
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=30, when="after")
    create(tab)
    await_condition(lambda: portal.payments_of(portal.deal("fresh")) != [], seconds=10)
    person.page.goto(f"{portal.about['origin']}/market/")
    person.page.evaluate("history.back()")
    person.page.wait_for_url("**/crm/deal/**", wait_until="commit")
    portal.standin.release(portal.name)
    return tab
