"""Memory of a worker and its drift, and the time from the start of a server to its first answer."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from statistics import median

from tests.app import ROOT, free_port
from tests.bench.contenders import ADD, OPEN, Task
from tests.bench.figures import Chapter, Verdict
from tests.bench.load import User, apply_load
from tests.bench.processes import resident_mb
from tests.bench.servers import LOOPBACK, WORKERS, await_port
from tests.bench.sizes import Size
from tests.bench.stage import Stage

_USERS = 16
_PORTION_SECONDS = 5.0


def measure_memory(stage: Stage, size: Size) -> Chapter:
    """Opens and adds in turn, as fast as they go, until there were enough."""
    chapter = Chapter("Memory and start")
    stage.wait_for_answers(0)
    users = []
    for number in range(_USERS):
        office = stage.offices[number % len(stage.offices)]
        work = (OPEN, ADD)[number % 2]
        requests = tuple(stage.ours.request(Task.at(office, work)) for _ in range(4))
        users.append(User(stage.ours.port, requests, stage.ours.marks[work]))
    portion = min(_PORTION_SECONDS, size.seconds)
    warm = 0
    while warm < size.drift_requests // 4:
        warm += apply_load(users, seconds=portion, warm=0).answered
    pids = stage.app.worker_pids()
    before = [resident_mb(pid) for pid in pids]
    answered = 0
    while answered < size.drift_requests:
        answered += apply_load(users, seconds=portion, warm=0).answered
    after = [resident_mb(pid) for pid in pids]
    drift = max(b - a for a, b in zip(before, after, strict=True)) * 10_000 * WORKERS / answered
    cold = [_first_answer(stage) for _ in range(size.starts)]
    chapter.table(
        ["workers after the warm-up, MB", f"after {answered} requests, MB", "cold start, s"],
        [[_all(before), _all(after), f"{median(cold):.2f} ({min(cold):.2f}–{max(cold):.2f})"]],
    )
    chapter.verdicts += [
        Verdict("memory of a worker", 95, max(after), "MB"),
        Verdict("drift in 10,000 requests of a worker", 1, drift, "MB"),
        Verdict("cold start, two workers, to the first answer", 1.2, median(cold), "s"),
    ]
    return chapter


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
