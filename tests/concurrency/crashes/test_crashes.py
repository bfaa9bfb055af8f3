"""A process killed while it waits for a portal: the row it left behind is cleared up rightly."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from b24app.rest.concurrency import CALLS_PER_PORTAL
from payments.models import Attempt
from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, can_add, key_of, told
from tests.support.planting import planted_portal
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import await_condition

IN_FLIGHT = 50
DRAIN_SECONDS = 20
COMMITTED = pytest.mark.parametrize("is_made", [True, False], ids=["made", "not made"])


@pytest.fixture(scope="module")
def mortal_app(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with another_app(running_app, tmp_path_factory.mktemp("mortal")) as app:
        yield app


def click_and_kill(app: App, portal: PortalWithApp, *, is_made: bool) -> Page:
    """The tab of a click whose process died while the portal worked on it.

    Where the payment is not made, the portal comes to refuse it after the process is dead.
    """
    tab = open_tab_at(app, portal)
    when = "after" if is_made else "before"
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=30, when=when)
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(app.press_add, tab)
        await_condition(lambda: portal.calls(ADD))
        dead = app.worker_pids()
        for pid in dead:
            os.kill(pid, signal.SIGKILL)
        assert lost.exception() is not None
    portal.standin.change_deal(portal.name, "fresh", is_stage_locked=not is_made)
    portal.standin.clear_faults(portal.name)
    await_condition(lambda: portal.calls(ADD)[0]["status"] is not None)
    portal.standin.change_deal(portal.name, "fresh", is_stage_locked=False)
    await_condition(lambda: app.worker_pids() and not set(app.worker_pids()) & set(dead))
    return tab


def grow_old(tab: Page) -> Attempt:
    """Let the attempt be as old as if the portal's own time limit had passed."""
    rows = Attempt.objects.filter(key=key_of(tab))
    past = timezone.now() - timedelta(minutes=2)
    assert rows.update(created_at=past, settles_at=past) == 1
    return rows.get()


def assert_cleared_up(portal: PortalWithApp, *, is_made: bool) -> None:
    """The tab tells what the portal has, and the next click adds exactly one."""
    tab = portal.open_tab()
    made = portal.payments_of(portal.deal("fresh"))
    assert len(made) == is_made
    assert tab.polled_key == ""
    assert tab.payment_numbers == [payment["account_number"] for payment in made]
    assert can_add(tab)
    assert say.ADDED in portal.app.press_add(tab).status_text
    assert len(portal.payments_of(portal.deal("fresh"))) == is_made + 1


@COMMITTED
def test_a_page_loaded_again_after_the_crash_finds_out_what_became_of_the_click(
    portal: PortalWithApp, mortal_app: App, is_made: bool
) -> None:
    tab = click_and_kill(mortal_app, portal, is_made=is_made)
    reloaded = open_tab_at(mortal_app, portal)
    assert reloaded.polled_key == key_of(tab)
    assert not can_add(reloaded)
    early = mortal_app.ask_attempt(reloaded, key_of(tab))
    assert early.polled_key == key_of(tab)
    grow_old(tab)
    page = mortal_app.ask_attempt(reloaded, key_of(tab))
    assert (say.ADDED if is_made else say.NOT_ADDED) in told(page)
    assert_cleared_up(portal, is_made=is_made)


@COMMITTED
def test_the_same_click_sent_again_after_the_crash_adds_nothing_twice(
    portal: PortalWithApp, mortal_app: App, is_made: bool
) -> None:
    tab = click_and_kill(mortal_app, portal, is_made=is_made)
    again = portal.app.press_add(tab)
    assert again.polled_key == key_of(tab)
    assert len(portal.payments_of(portal.deal("fresh"))) == is_made
    assert len(portal.calls(ADD)) == 1


@COMMITTED
def test_a_closed_page_is_cleared_up_by_the_command(
    portal: PortalWithApp, mortal_app: App, is_made: bool
) -> None:
    tab = click_and_kill(mortal_app, portal, is_made=is_made)
    attempt = grow_old(tab)
    said = portal.app.manage("resolve_attempts").stdout
    assert said.startswith("resolved ")
    attempt.refresh_from_db()
    assert attempt.state == (Attempt.State.ADDED if is_made else Attempt.State.NOT_ADDED)
    assert_cleared_up(portal, is_made=is_made)


def test_the_command_leaves_a_click_to_its_page_at_first(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    portal.app.press_add(tab)
    portal.standin.clear_calls(portal.name)
    portal.app.manage("resolve_attempts")
    assert portal.calls() == []


def test_clicks_in_flight_are_finished_when_the_app_is_replaced(
    running_app: App, tmp_path: Path
) -> None:
    portals = [planted_portal(running_app) for _ in range(4)]
    places = [portals[number % len(portals)] for number in range(IN_FLIGHT)]
    deals = [p.standin.add_deal(p.name, title="Deal")["id"] for p in places]
    with another_app(running_app, tmp_path, workers=2) as app, ThreadPoolExecutor(50) as pool:
        tabs = list(pool.map(partial(open_tab_at, app), places, deals))
        for portal in portals:
            portal.standin.add_fault(portal.name, ADD, "hold", seconds=15, times=None)
        clicks = [pool.submit(app.press_add, tab) for tab in tabs]
        await_condition(lambda: Attempt.objects.count() == IN_FLIGHT)
        await_condition(lambda: min(len(p.calls(ADD)) for p in portals) >= CALLS_PER_PORTAL)
        app.process.terminate()
        await_condition(lambda: "Handling signal: term" in app.log())
        for portal in portals:
            portal.standin.clear_faults(portal.name)
        app.process.wait(DRAIN_SECONDS)
        pages = [click.result() for click in clicks]
    assert [told(page) for page in pages if say.ADDED not in page.status_text] == []
    states = Attempt.objects.values_list("state", flat=True)
    assert list(states) == [Attempt.State.ADDED] * IN_FLIGHT
    assert sum(len(portal.calls(ADD)) for portal in portals) == IN_FLIGHT
