"""Names looked up in a few threads, so that a dead name server holds nobody past their deadline.

The system's resolver cannot be stopped: with two silent servers it takes 20 seconds. Whoever waits
stops waiting in time, and the thread goes on for whoever comes next. Each name is looked up once at
a time, so that one portal's name holds one thread; nothing is remembered. Knows threads and times;
`look_up` is who really asks.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue

MOST_THREADS = 16


@dataclass
class _Lookup:
    name: str
    waiting: int = 0
    found: Future[list[str]] = field(default_factory=Future)


class Names:
    """Looks names up in at most `threads` threads, which begin when they are needed."""

    def __init__(self, look_up: Callable[[str], list[str]], *, threads: int = MOST_THREADS) -> None:
        self._look_up = look_up
        self._most = threads
        self._lock = threading.Lock()
        self._lookups: dict[str, _Lookup] = {}
        self._queue: SimpleQueue[_Lookup] = SimpleQueue()
        self._threads = 0

    def addresses(self, name: str, *, until: float) -> list[str]:
        """What `look_up` finds or raises; TimeoutError at the monotonic time `until`."""
        lookup = self._begin(name)
        try:
            return list(lookup.found.result(max(0.0, until - time.monotonic())))
        finally:
            with self._lock:
                lookup.waiting -= 1

    def _begin(self, name: str) -> _Lookup:
        with self._lock:
            lookup = self._lookups.get(name)
            if lookup is None:
                lookup = self._lookups[name] = _Lookup(name)
                self._queue.put(lookup)
                if self._threads < min(len(self._lookups), self._most):
                    self._threads += 1
                    threading.Thread(target=self._work, name="names", daemon=True).start()
            lookup.waiting += 1
            return lookup

    def _work(self) -> None:
        while True:
            lookup = self._queue.get()
            with self._lock:
                # A queue of names that nobody wants any more must hold up no other.
                if not lookup.waiting:
                    del self._lookups[lookup.name]
                    continue
            try:
                settle = partial(lookup.found.set_result, self._look_up(lookup.name))
            except Exception as error:
                settle = partial(lookup.found.set_exception, error)
            with self._lock:
                del self._lookups[lookup.name]
            settle()
