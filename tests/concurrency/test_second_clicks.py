"""A second click between our giving up on an answer and the late work of the portal."""

from __future__ import annotations

from pathlib import Path

from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, await_outcome, can_add, key_of, told
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import await_condition

UNGUARDED = "--config python:tests.unguarded.clicks"


def give_up_and_click_again(app: App, portal: PortalWithApp) -> tuple[Page, Page]:
    """The person's tab, loaded again, and the answer to the click in it, after all is done.

    The portal goes to work on the first click when the second has been answered.
    """
    tab = open_tab_at(app, portal)
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=30)
    first = app.press_add(tab)
    assert say.UNCLEAR in told(first), told(first)
    app.ask_attempt(tab, key_of(tab))
    reloaded = open_tab_at(app, portal)
    before = len(portal.payments_of(portal.deal("fresh")))
    second = app.press_add(reloaded)
    made = len(portal.payments_of(portal.deal("fresh")))
    portal.standin.release(portal.name)
    await_condition(lambda: len(portal.payments_of(portal.deal("fresh"))) > made >= before)
    return reloaded, second


def test_it_is_told_that_the_first_is_open_and_one_payment_is_made(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with another_app(portal.app, tmp_path, gunicorn=f"{UNGUARDED}.impatient") as app:
        tab, second = give_up_and_click_again(app, portal)
        assert not can_add(tab)
        assert second.polled_key == tab.polled_key != key_of(tab)
        page = await_outcome(app, tab, second)
    assert say.ADDED in page.status_text, told(page)
    assert len(portal.payments_of(portal.deal("fresh"))) == len(portal.calls(ADD)) == 1


def test_without_the_waiting_there_are_two(portal: PortalWithApp, tmp_path: Path) -> None:
    with another_app(portal.app, tmp_path, gunicorn=f"{UNGUARDED}.unsettled") as app:
        tab, second = give_up_and_click_again(app, portal)
        assert can_add(tab)
        assert say.ADDED in second.status_text, told(second)
    assert len(portal.payments_of(portal.deal("fresh"))) == 2
