"""Memory of a worker and its drift, and the time from the start of a server to its first answer."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import linear_regression, median

from tests.bench.load.generator import User, apply_load
from tests.bench.load.sizes import Size
from tests.bench.measuring.figures import Chapter, Verdict
from tests.bench.measuring.processes import resident_mb
from tests.bench.serving.contenders import ADD, OPEN, Task
from tests.bench.serving.servers import LOOPBACK, WORKERS, await_port
from tests.bench.serving.stage import Stage
from tests.support.app import ROOT, free_port

_FEW, _CROWD = 16, 128
# So many deals for each user that their lists stay short: a drift is growth under the same work.
_DEALS = 80
_PORTION_SECONDS = 5.0
# Portions of requests until a worker has its full size, and those in which it is watched.
_SETTLING, _WATCHED = 3, 3


@dataclass(frozen=True)
class _Reading:
    """What each worker takes after so many answers of all."""

    requests: int
    users: int
    megabytes: list[float]


def measure_memory(stage: Stage, size: Size) -> Chapter:
    """Opens and adds in turn, as fast as they go, by a few people and then by a crowd.

    A thread's first requests make its connections and fill its caches: what drifts is what still
    grows when every thread has had its share.
    """
    chapter = Chapter("Memory and start")
    stage.wait_for_answers(0)
    few = []
    for number in range(_FEW):
        portal = stage.portals[number % len(stage.portals)]
        work = (OPEN, ADD)[number % 2]
        requests = tuple(stage.ours.request(Task.at(portal, work)) for _ in range(_DEALS))
        few.append(User(stage.ours.port, requests, stage.ours.marks[work]))
    requests_so_far = _ask(few, size, at_least=size.drift_requests // 4)
    with_few = _memory(stage)
    readings = [_Reading(requests_so_far, _FEW, with_few)]
    for _ in range(_SETTLING + _WATCHED):
        requests_so_far += _ask(few * (_CROWD // _FEW), size, at_least=size.drift_requests)
        readings.append(_Reading(requests_so_far, _CROWD, _memory(stage)))
    cold = [_first_answer(stage) for _ in range(size.starts)]
    rows: list[list[object]] = [
        [f"{each.requests:,}", each.users, _all(each.megabytes)] for each in readings
    ]
    chapter.table(["answers of all workers so far", "users", "MB of each worker"], rows)
    chapter.say(
        "A thread keeps its connections to the database and to portals, so that a worker grows "
        "with the number of people that it once served at the same moment, up to its 64 threads. "
        f"The drift is the steepest line through a worker's last {_WATCHED + 1} readings.",
        "",
        f"Cold start: {median(cold):.2f} s ({min(cold):.2f}–{max(cold):.2f}).",
    )
    chapter.verdicts += [
        Verdict(f"memory of a worker, {_FEW} users", 95, max(with_few), "MB"),
        Verdict("drift in 10,000 requests of a worker", 1, _drift(readings[_SETTLING:]), "MB"),
        Verdict("cold start, two workers, to the first answer", 1.2, median(cold), "s"),
    ]
    return chapter


def _drift(readings: list[_Reading]) -> float:
    """Megabytes in 10,000 requests of the worker that grows most."""
    requests = [each.requests / WORKERS for each in readings]
    workers = zip(*(each.megabytes for each in readings), strict=True)
    return 10_000 * max(linear_regression(requests, worker).slope for worker in workers)


def _ask(users: list[User], size: Size, *, at_least: int) -> int:
    """The number of answers."""
    answered = 0
    while answered < at_least:
        portion = min(_PORTION_SECONDS, size.seconds)
        answered += apply_load(users, seconds=portion, warm=0).answered
    return answered


def _memory(stage: Stage) -> list[float]:
    return [resident_mb(pid) for pid in stage.app.worker_pids()]


def _first_answer(stage: Stage) -> float:
    """Seconds from the start of a server with all its settings to its first answer."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-b", f"{LOOPBACK}:{port}", "-w", str(WORKERS)]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, "--log-level", "error"],
        cwd=ROOT,
        env={**os.environ, **stage.app.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        await_port(port)
        return time.perf_counter() - began
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def _all(figures: list[float]) -> str:
    return ", ".join(f"{figure:.1f}" for figure in figures)
