"""What goes wrong on our own side: workers killed, the database cut off, the disk full."""

from __future__ import annotations

import contextlib
import os
import random
import resource
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

from tests.soak.plan import Plan
from tests.support.app import App
from tests.support.servers.forwarder import Forwarder

_SHORTEST, _LONGEST = 0.2, 0.9


@dataclass
class Damage:
    """Strikes after so many clicks, as the plan says; `done` counts by kind.

    `line` is the way to a PostgreSQL; without it the database is a file, and its disk gets full.
    """

    app: App
    plan: Plan
    line: Forwarder | None
    done: Counter[str] = field(default_factory=Counter)
    _clicks: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self._chance = self.plan.damage()

    def after_click(self) -> None:
        """Called by everybody after each click; every so many of them something breaks."""
        with self._lock:
            self._clicks += 1
            kills = _is_due(self._clicks, self.plan.kill_every)
            breaks = _is_due(self._clicks, self.plan.break_every)
            which, seconds = self._chance.random(), self._chance.uniform(_SHORTEST, _LONGEST)
        if kills:
            self._kill(which)
        if breaks:
            self._break(seconds)

    def _kill(self, which: float) -> None:
        """SIGKILL for one worker, in the midst of whatever it does; gunicorn starts another."""
        pids = self.app.worker_pids()
        if len(pids) > 1:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pids[int(which * len(pids))], signal.SIGKILL)
                self.done["workers killed"] += 1

    def _break(self, seconds: float) -> None:
        if self.line is not None:
            self.done["database cut off"] += 1
            self.line.cut()
            time.sleep(seconds)
            self.line.mend()
        else:
            self.done["disk full"] += 1
            pids = self.app.worker_pids()
            _let_write(pids, False)
            time.sleep(seconds)
            _let_write(pids, True)


def _is_due(clicks: int, every: int) -> bool:
    return bool(every) and clicks % every == 0


def _let_write(pids: list[int], is_allowed: bool) -> None:
    """What a full disk is to a process: no file of it can grow, and every write says so."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard if is_allowed else 0, hard))
