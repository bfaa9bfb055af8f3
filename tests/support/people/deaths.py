"""Clicks whose worker is killed at a chosen point, and people who go on in front of the next."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

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
# The points of an add at which a process can die, and how many payments it has made by then.
POINTS = {"unclaimed": 0, "claimed": 0, "unsent": 0, "sent": 1, "answered": 1, "recorded": 1}
_STOPPED = "T"


@contextmanager
def mortal_app(shared: App, folder: Path, gunicorn: str = STANDING_STILL) -> Iterator[App]:
    """An app of one process that stands still at the point that a file names."""
    note = str(folder / "point")
    with another_app(shared, folder, gunicorn=gunicorn, STAND_STILL=note) as app:
        yield app


def kill_at(app: App, portal: PortalWithApp, point: str, deal: int) -> Page:
    """The tab of a click whose process died at this point, in front of a new process."""
    tab = open_tab_at(app, portal, deal)
    [pid] = app.worker_pids()
    if point == "sent":
        portal.standin.add_fault(portal.name, ADD, "hold", seconds=30, when="after")
    else:
        Path(app.environment["STAND_STILL"]).write_text(point)
    with ThreadPoolExecutor(1) as pool:
        lost = pool.submit(app.press_add, tab)
        if point == "sent":
            await_condition(lambda: portal.payments_of(deal))
        else:
            await_condition(lambda: _state_of(pid) == _STOPPED)
        os.kill(pid, signal.SIGKILL)
        assert lost.exception() is not None
    portal.standin.clear_faults(portal.name)
    await_condition(lambda: app.worker_pids() not in ([], [pid]))
    return tab


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


def die_and_go_on(app: App, portal: PortalWithApp, point: str, deal: int) -> None:
    """A click that died at this point and is made again has one payment, in all three accounts."""
    tab = kill_at(app, portal, point, deal)
    assert len(portal.payments_of(deal)) == POINTS[point]
    page = go_on(app, tab)
    assert say.ADDED in page.status_text, told(page)
    [payment] = portal.payments_of(deal)
    rows = Attempt.objects.filter(portal=portal.row, entity_id=deal)
    assert not rows.filter(state__in=Attempt.OPEN).exists()
    [added] = rows.filter(state=Attempt.State.ADDED)
    assert added.payment_id == payment["id"]


def _state_of(pid: int) -> str:
    """What the system says of a process: running, sleeping, stopped."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
