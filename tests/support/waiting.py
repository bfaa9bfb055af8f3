"""Wait for something to become true, in a bounded way, and let people act at the same moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")
_LOOK_SECONDS = 0.02


def await_condition(check: Callable[[], T], seconds: float = 10.0) -> T:
    """The first true answer of `check`; raises TimeoutError with the last one after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := check()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"still {found!r} after {seconds} s")
        time.sleep(_LOOK_SECONDS)
    return found


def at_once(actions: Sequence[Callable[[], T]]) -> list[T]:
    """What each action gave, in their order; all begin when the last one is ready."""
    start = threading.Barrier(len(actions))

    def act(action: Callable[[], T]) -> T:
        start.wait(timeout=10)
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(act, actions))
