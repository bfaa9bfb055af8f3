"""Portals that keep their callers waiting: everybody else's goes on as if nothing were."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from payments.models import Attempt
from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import await_condition

THREADS, REQUESTS = 64, 66
PATIENCE_SECONDS = 2
UNGUARDED = "--config python:tests.unguarded.clicks.places"


@contextmanager
def crowd(app: App, slow: list[PortalWithApp]) -> Iterator[list[Future[Page]]]:
    """As many clicks as the app has threads and more, at portals that keep them all waiting."""
    tabs = []
    for portal in slow:
        for number in range(REQUESTS // len(slow)):
            deal = portal.standin.add_deal(portal.name, title=f"Deal {number}")["id"]
            tabs.append(open_tab_at(app, portal, deal))
    for portal in slow:
        portal.standin.add_fault(portal.name, ADD, "hold", seconds=20, times=None)
    with ThreadPoolExecutor(REQUESTS) as pool:
        clicks = [pool.submit(app.press_add, tab) for tab in tabs]
        await_condition(lambda: Attempt.objects.count() >= THREADS)
        await_condition(lambda: all(len(portal.calls(ADD)) >= 8 for portal in slow))
        yield clicks


def is_neighbour_served(app: App, quick: PortalWithApp, slow: list[PortalWithApp]) -> bool:
    """Whether a neighbour's tab opens in time; the slow ones are as quick as any from then on."""
    with ThreadPoolExecutor(1) as pool:
        opening = pool.submit(open_tab_at, app, quick)
        try:
            return opening.result(PATIENCE_SECONDS).status == 200
        except TimeoutError:
            return False
        finally:
            for portal in slow:
                portal.standin.clear_faults(portal.name)


@pytest.mark.parametrize("portals", [1, 3])
def test_portals_that_keep_everybody_waiting_leave_threads_for_the_others(
    portal: PortalWithApp, tmp_path: Path, portals: int
) -> None:
    slow = [installed_portal(portal.app) for _ in range(portals)]
    before = sum(len(each.standin.portal(each.name)["payments"]) for each in slow)
    with another_app(portal.app, tmp_path) as app, crowd(app, slow) as clicks:
        assert is_neighbour_served(app, portal, slow)
        answers = [click.result() for click in clicks]
    assert {answer.status for answer in answers} == {200}
    told_added = [answer for answer in answers if say.ADDED in answer.status_text]
    truth = [payment for each in slow for payment in each.standin.portal(each.name)["payments"]]
    assert len(truth) - before == len(told_added)


def test_without_room_for_others_three_portals_have_all_the_threads(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    slow = [installed_portal(portal.app) for _ in range(3)]
    with (
        another_app(portal.app, tmp_path, gunicorn=UNGUARDED) as app,
        crowd(app, slow),
    ):
        assert not is_neighbour_served(app, portal, slow)
