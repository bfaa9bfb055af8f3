"""A minute of events at the whole size, to be run by hand on either database:

    EVENTS=10000 SECONDS=60 .venv/bin/python -m pytest -q -s tests/bench/chapters/events_load.py

Prints how fast the events were answered, how far behind the handling was, and what an event cost
the server and its workers. The small version of this is in tests/lifecycle/test_inbox.py.
"""

from __future__ import annotations

import os
import resource
import statistics
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from b24app.models import EventReceipt
from tests.support.app import App
from tests.support.events.posted import event, post
from tests.support.events.waiting import make_portals, start_worker
from tests.support.servers.another_app import another_app
from tests.support.waiting import await_condition

EVENTS = int(os.environ.get("EVENTS", "10000"))
SECONDS = float(os.environ.get("SECONDS", "60"))
WORKERS = int(os.environ.get("WORKERS", "1"))
SENDERS = 32
PATIENCE_SECONDS = 600


class Sender:
    """Posts each event once, at its own moment, and notes how long the answer took."""

    def __init__(self, app: App, forms: list[dict[str, Any]]) -> None:
        self.app = app
        self.turns = iter(enumerate(forms))
        self.lock = threading.Lock()
        self.started = time.monotonic()
        self.statuses: list[int] = []
        self.milliseconds: list[float] = []

    def run(self) -> None:
        while (turn := self._next()) is not None:
            number, form = turn
            time.sleep(max(0.0, self.started + number * SECONDS / EVENTS - time.monotonic()))
            began = time.monotonic()
            status = post(self.app, form)
            self.milliseconds.append((time.monotonic() - began) * 1000)
            self.statuses.append(status)

    def _next(self) -> tuple[int, dict[str, Any]] | None:
        with self.lock:
            return next(self.turns, None)


@contextmanager
def serving(shared: App, folder: Path, tasks: str) -> Iterator[App]:
    """An app with two processes, and beside it the workers that its queue needs."""
    with ExitStack() as stack:
        app = stack.enter_context(another_app(shared, folder, workers=2, TASKS=tasks))
        workers = WORKERS if tasks == "database" else 0
        for worker in [
            start_worker(app, "db_worker", "--interval", "0.1", "-v", "0") for _ in range(workers)
        ]:
            stack.callback(worker.communicate)
            stack.callback(worker.terminate)
        yield app


def processor_seconds() -> float:
    """What the processes that have ended took."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("tasks", ["immediate", "database"])
def test_a_minute_of_events(running_app: App, tmp_path: Path, tasks: str) -> None:
    forms = [event(p, "ONAPPINSTALL") for p in make_portals(running_app, EVENTS)]
    before = processor_seconds()
    with serving(running_app, tmp_path, tasks):
        pass
    starting = processor_seconds() - before
    with serving(running_app, tmp_path, tasks) as app:
        sender = Sender(app, forms)
        with ThreadPoolExecutor(SENDERS) as pool:
            for sending in [pool.submit(sender.run) for _ in range(SENDERS)]:
                sending.result()
        took = time.monotonic() - sender.started
        behind = EventReceipt.objects.filter(state="waiting").count()
        ended = time.monotonic()
        waiting = EventReceipt.objects.filter(state="waiting")
        await_condition(lambda: not waiting.exists(), seconds=PATIENCE_SECONDS)
        drained = time.monotonic() - ended
    cost = (processor_seconds() - before - 2 * starting) / EVENTS * 1000
    cuts = statistics.quantiles(sender.milliseconds, n=100)
    print(
        f"\n{connection.vendor} {tasks}: {EVENTS} events in {took:.1f} s, answered"
        f" p50 {cuts[49]:.0f} ms p95 {cuts[94]:.0f} ms p99 {cuts[98]:.0f} ms;"
        f" {behind} waiting at the end, all handled {drained:.1f} s later;"
        f" {cost:.1f} ms of a processor each"
    )
    assert set(sender.statuses) == {200}
    assert len(sender.statuses) == EVENTS
    assert EventReceipt.objects.filter(state="handled", tries=1).count() == EVENTS
