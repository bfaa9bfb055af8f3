"""A worker killed at each point of an add: the person who goes on has exactly one payment."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from payments.models import Attempt
from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, can_add, key_of, told
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import await_condition

STANDING_STILL = "--config python:tests.support.servers.standing_still"
UNNOTED = "--config python:tests.concurrency.unguarded.unnoted"
STOPPED = "T"


@contextmanager
def mortal(shared: App, folder: Path, gunicorn: str) -> Iterator[App]:
    """An app of one process that stands still where the file `point` in its environment says."""
    note = str(folder / "point")
    with another_app(shared, folder, gunicorn=gunicorn, STAND_STILL=note) as app:
        yield app


@pytest.fixture(scope="module")
def mortal_app(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with mortal(running_app, tmp_path_factory.mktemp("points"), STANDING_STILL) as app:
        yield app


@pytest.fixture(scope="module")
def unnoted_app(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with mortal(running_app, tmp_path_factory.mktemp("unnoted"), UNNOTED) as app:
        yield app


def kill_at(app: App, portal: PortalWithApp, point: str) -> Page:
    """The tab of a click whose process died at this point, in front of a new process."""
    tab = open_tab_at(app, portal)
    [pid] = app.worker_pids()
    if point == "sent":
        portal.standin.add_fault(portal.name, ADD, "hold", seconds=30, when="after")
    else:
        Path(app.environment["STAND_STILL"]).write_text(point)
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(app.press_add, tab)
        if point == "sent":
            await_condition(lambda: portal.payments_of(portal.deal("fresh")))
        else:
            await_condition(lambda: state_of(pid) == STOPPED)
        os.kill(pid, signal.SIGKILL)
        assert lost.exception() is not None
    portal.standin.clear_faults(portal.name)
    await_condition(lambda: app.worker_pids() not in ([], [pid]))
    return tab


def state_of(pid: int) -> str:
    """What the system says of a process: running, sleeping, stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def go_on(app: App, tab: Page) -> Page:
    """The same click again, and what the person is told once the portal's time limit is over."""
    page = app.press_add(tab)
    if page.polled_key:
        assert page.polled_key == key_of(tab)
        assert not can_add(page)
        past = timezone.now() - timedelta(minutes=2)
        Attempt.objects.filter(key=key_of(tab)).update(created_at=past, settles_at=past)
        page = app.ask_attempt(tab, page.polled_key)
    return app.press_add(page) if say.NOT_ADDED in told(page) else page


@pytest.mark.parametrize(
    ("point", "made"),
    [
        ("unclaimed", 0),
        ("claimed", 0),
        ("unsent", 0),
        ("sent", 1),
        ("answered", 1),
        ("recorded", 1),
    ],
)
def test_a_click_that_died_and_is_made_again_has_one_payment(
    portal: PortalWithApp, mortal_app: App, point: str, made: int
) -> None:
    tab = kill_at(mortal_app, portal, point)
    assert len(portal.payments_of(portal.deal("fresh"))) == len(portal.calls(ADD)) == made
    page = go_on(mortal_app, tab)
    assert say.ADDED in page.status_text, told(page)
    [payment] = portal.payments_of(portal.deal("fresh"))
    assert len(portal.calls(ADD)) == 1
    rows = Attempt.objects.filter(portal=portal.row)
    assert not rows.filter(state__in=Attempt.OPEN).exists()
    [added] = rows.filter(state=Attempt.State.ADDED)
    assert added.payment_id == payment["id"]


@pytest.mark.parametrize("point", ["sent", "answered"])
def test_without_the_note_before_it_the_same_click_is_sent_twice(
    portal: PortalWithApp, unnoted_app: App, point: str
) -> None:
    tab = kill_at(unnoted_app, portal, point)
    assert say.ADDED in go_on(unnoted_app, tab).status_text
    assert len(portal.payments_of(portal.deal("fresh"))) == 2
