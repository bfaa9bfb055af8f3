"""Everybody writes to one portal's row at once: nobody waits for each other without an end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from b24app.models import EventReceipt, Portal
from tests.support.app import App
from tests.support.events.posted import (
    await_handled,
    await_state,
    event,
    post,
    remove,
    tokens_kept,
)
from tests.support.portal import PortalWithApp
from tests.support.waiting import at_once

WRITERS = 64
ANSWER_SECONDS = 15.0
QUARRELS = ("deadlock detected", "database is locked")


def writers(portal: PortalWithApp) -> Iterator[Callable[[], int]]:
    """Installers, people's tabs and events in turn."""
    now = time.time()
    for number in range(WRITERS):
        told = event(portal, "ONAPPMETHODCONFIRM", ts=now - number)
        yield lambda: portal.open_installer().status
        yield lambda: portal.open_tab(user="admin").status
        yield partial(post, portal.app, told)
        yield lambda: portal.open_tab(user="sales").status


def timed(act: Callable[[], int]) -> tuple[int, float]:
    began = time.monotonic()
    return act(), time.monotonic() - began


def test_writers_a_removal_a_launch_and_events_at_once(app: App, portal: PortalWithApp) -> None:
    said_before = len(app.log())
    acts = list(islice(writers(portal), WRITERS - 1))
    acts.append(partial(remove, portal, event(portal, "ONAPPUNINSTALL")))
    answers = at_once([partial(timed, act) for act in acts])
    assert {status for status, _ in answers} <= {200, 401, 403, 503}
    assert max(seconds for _, seconds in answers) < ANSWER_SECONDS
    await_state(portal, Portal.State.UNINSTALLED)
    await_handled(portal.member_id)
    assert tokens_kept(portal) == []
    assert not EventReceipt.objects.filter(outcome__startswith="defect").exists()
    said = app.log()[said_before:]
    assert [quarrel for quarrel in QUARRELS if quarrel in said] == []
