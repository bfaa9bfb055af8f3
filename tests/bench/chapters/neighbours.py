"""One portal that keeps its people waiting: what those of other portals notice of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from statistics import median

from tests.bench.load.generator import Load, User, apply_load
from tests.bench.load.portals import add_deal, installed_portal, launch_tab
from tests.bench.load.sizes import Size
from tests.bench.measuring.figures import Chapter, Verdict
from tests.bench.serving.contenders import OPEN, Task
from tests.bench.serving.servers import WORKERS
from tests.bench.serving.stage import Stage
from tests.standin.portal import StandInPortal
from tests.support.waiting import await_condition

_HELD_SECONDS = 30
_KEPT_WAITING = 60
_NEIGHBOURS = 16
_DEALS = 8
_BOUND = 8


def measure_neighbours(stage: Stage, size: Size) -> Chapter:
    """Others open tabs, in turn without the slow portal and beside it."""
    chapter = Chapter("One slow portal")
    slow = installed_portal(stage.app)
    users = _neighbours(stage)
    stage.wait_for_answers(size.latency_ms)
    loads: dict[str, list[Load]] = {"alone": [], "beside it": []}
    most = 0
    for _ in range(size.neighbour_runs):
        loads["alone"].append(apply_load(users, seconds=size.seconds, warm=size.warm))
        with _kept_waiting(stage, slow):
            loads["beside it"].append(apply_load(users, seconds=size.seconds, warm=size.warm))
            most = max(most, len(slow.standin.calls(slow.name)))
    tails = {name: median(load.times.p99 for load in each) for name, each in loads.items()}
    ratio = tails["beside it"] / tails["alone"]
    rows: list[list[object]] = [
        [
            name,
            median(load.rate for load in each),
            median(load.times.p50 for load in each),
            tails[name],
            sum(load.errors for load in each),
        ]
        for name, each in loads.items()
    ]
    chapter.table([f"{_NEIGHBOURS} others", "answers/s", "p50, ms", "p99, ms", "errors"], rows)
    chapter.say(
        f"{_KEPT_WAITING} people open tabs of a portal that takes {_HELD_SECONDS} s an answer; "
        f"{most} of their calls were at it at once, from {WORKERS} processes."
    )
    chapter.verdicts += [
        Verdict("others' p99 beside a slow portal, in their own", 1.5, ratio, "×"),
        Verdict("calls at a slow portal at once, a process", _BOUND, most / WORKERS),
    ]
    return chapter


def _neighbours(stage: Stage) -> list[User]:
    stage.wait_for_answers(0)
    users = []
    for number in range(_NEIGHBOURS):
        portal = stage.portals[number % len(stage.portals)]
        requests = tuple(stage.ours.request(Task.at(portal, OPEN)) for _ in range(_DEALS))
        users.append(User(stage.ours.port, requests, stage.ours.marks[OPEN]))
    return users


@contextmanager
def _kept_waiting(stage: Stage, slow: StandInPortal) -> Iterator[None]:
    """Within, the slow portal holds what it was asked, and the app has no more for it."""
    launches = [launch_tab(slow, add_deal(slow)[0]) for _ in range(_KEPT_WAITING)]
    slow.standin.clear_calls(slow.name)
    slow.standin.add_fault(slow.name, "batch", "hold", seconds=_HELD_SECONDS, times=None)
    with ThreadPoolExecutor(len(launches)) as pool:
        opened = [
            pool.submit(stage.app.send, each.path, form=list(each.fields.items()))
            for each in launches
        ]
        await_condition(lambda: slow.standin.calls(slow.name))
        try:
            yield
        finally:
            slow.standin.clear_faults(slow.name)
            slow.standin.release(slow.name)
            for each in opened:
                each.result()
