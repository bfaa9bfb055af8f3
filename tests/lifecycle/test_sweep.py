"""Open clicks that no page asks about: no portal holds up those of the others."""

from __future__ import annotations

import time
from datetime import timedelta

import time_machine
from django.utils import timezone

from payments.commands.sweep import Pauses
from payments.models import Attempt
from tests.support.events.waiting import start_worker
from tests.support.operations.rows import add_attempt
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.security.scenarios import SALES
from tests.support.waiting import await_condition

SWEEP = "resolve_attempts"


def left_open(portal: PortalWithApp, count: int, *, minutes: int) -> list[Attempt]:
    """Clicks of a salesperson whose pages were closed so long ago."""
    portal.open_tab()
    at = timezone.now() - timedelta(minutes=minutes)
    state = Attempt.State.UNCLEAR
    return [
        add_attempt(portal.row, user_id=SALES, state=state, created_at=at) for _ in range(count)
    ]


def is_closed(attempt: Attempt) -> bool:
    attempt.refresh_from_db()
    return not attempt.is_open


def test_a_portal_that_does_not_answer_holds_up_nobody(portal: PortalWithApp) -> None:
    left_open(portal, 20, minutes=30)
    neighbour = installed_portal(portal.app)
    deal = neighbour.deal("fresh")
    neighbour.open_tab()
    fields = {"user_id": SALES, "state": Attempt.State.UNCLEAR, "entity_id": deal}
    at = timezone.now() - timedelta(minutes=5)
    attempt = add_attempt(neighbour.row, created_at=at, **fields)
    portal.standin.add_fault(portal.name, "batch", "hold", seconds=60, times=None)
    portal.standin.clear_calls(portal.name)
    worker = start_worker(portal.app, SWEEP)
    await_condition(lambda: portal.calls("batch"))
    began = time.monotonic()
    await_condition(lambda: is_closed(attempt))
    assert time.monotonic() - began < 5
    said, _ = worker.communicate(timeout=60)
    assert len(portal.calls("batch")) == 1
    assert said.strip() == "resolved 1, still open 1"


def test_a_portal_that_fails_again_and_again_is_asked_ever_more_rarely() -> None:
    pauses = Pauses()
    with time_machine.travel(0, tick=False) as clock:
        lengths = []
        for _ in range(9):
            pauses.lengthen(7)
            assert not pauses.is_over(7)
            lengths.append(pauses.length(7))
            clock.shift(pauses.length(7))
            assert pauses.is_over(7)
        assert lengths == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
        assert pauses.is_over(8)
        pauses.end(7)
        assert pauses.length(7) == 0
