"""None of the payments shown is the click's own: the right one may still be on its way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, await_outcome, can_add, choose, key_of, told
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import await_condition

LIMIT_SECONDS = "10"


@dataclass(frozen=True)
class Told:
    """What the person read: after "none", after one more click on the tab loaded anew, at last."""

    tab: Page
    after_none: Page
    after_click: Page
    last: Page


def say_none_and_click_again(app: App, portal: PortalWithApp) -> Told:
    """A click's answer is lost and its person adds two payments in Bitrix24 itself.

    "None of these" is true, and the portal commits the click's own payment only after it.
    """
    tab = open_tab_at(app, portal)
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=60)
    page = app.press_add(tab)
    assert say.UNCLEAR in told(page), told(page)
    portal.standin.add_payments(portal.name, "fresh", user="sales", count=2)
    asking = app.ask_attempt(tab, key_of(tab))
    assert say.CHOOSE in asking.alert_text, told(asking)
    after_none = choose(app, tab, asking, "")
    after_click = app.press_add(open_tab_at(app, portal))
    before = len(portal.payments_of(portal.deal("fresh")))
    portal.standin.release(portal.name)
    await_condition(lambda: len(portal.payments_of(portal.deal("fresh"))) > before)
    return Told(tab, after_none, after_click, await_outcome(app, tab, after_none))


@contextmanager
def changed_app(shared: App, folder: Path, name: str) -> Iterator[App]:
    gunicorn = f"--config python:tests.unguarded.clicks.{name}"
    with another_app(
        shared, folder, gunicorn=gunicorn, B24_REQUEST_LIMIT_SECONDS=LIMIT_SECONDS
    ) as app:
        yield app


def made_by_the_app(portal: PortalWithApp) -> int:
    return len(portal.payments_of(portal.deal("fresh"))) - 2


def test_none_of_these_holds_the_button_until_the_late_payment_is_found(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with changed_app(portal.app, tmp_path, "impatient") as app:
        scene = say_none_and_click_again(app, portal)
        for page in (scene.after_none, scene.after_click):
            assert say.UNCLEAR in told(page), told(page)
            assert page.polled_key == key_of(scene.tab)
            assert not can_add(page)
        assert say.CHECKED in scene.last.status_text, told(scene.last)
        assert can_add(scene.last)
    assert made_by_the_app(portal) == 1
    assert len(portal.calls(ADD)) == 1


def test_with_none_taken_for_not_added_two_payments_come_of_it(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with changed_app(portal.app, tmp_path, "verdict") as app:
        scene = say_none_and_click_again(app, portal)
        assert say.NOT_ADDED in told(scene.after_none)
        assert say.ADDED in scene.after_click.status_text
    assert made_by_the_app(portal) == 2
