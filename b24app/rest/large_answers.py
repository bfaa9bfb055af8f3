"""Large answers are read, parsed and used one at a time: a process has room for one, not for eight.

The turn belongs to a thread until it gives it back, which it does before it waits for anybody: for
another server or for its own reader. One that forgets loses it after a while. A server that had the
last turn lets the others go first.
"""

from __future__ import annotations

import gc
import threading
import time
from dataclasses import dataclass, field

# A card with 1,000 payments has less, about 200 kB.
LARGE_BYTES = 256 * 1024
# To read the rest in; and then to use it, before another may begin all the same.
READING_SECONDS, TURN_SECONDS = 3.0, 10.0
_changed = threading.Condition()


@dataclass
class _Turn:
    """Whose it is, until which monotonic time; which server had it last, and which ones wait."""

    thread: int | None = None
    until: float = 0.0
    server: str = ""
    waiting: list[str] = field(default_factory=list)


_turn = _Turn()


def take_turn(server: str, *, until: float) -> bool:
    """Whether the turn is this thread's before a monotonic time, for an answer of `server`."""
    own = threading.get_ident()
    with _changed:
        _turn.waiting.append(server)
        try:
            while not _is_free(own, server):
                now = time.monotonic()
                if now >= until:
                    return False
                # A turn that nobody gives back ends without telling.
                ends = _turn.until if _turn.thread is not None else until
                _changed.wait(max(0.001, min(until, ends) - now))
            _turn.thread, _turn.server = own, server
            _turn.until = time.monotonic() + TURN_SECONDS
            return True
        finally:
            _turn.waiting.remove(server)
            _changed.notify_all()


def give_back_turn() -> None:
    """Let the next one read its large answer; nothing where this thread has no turn."""
    if _turn.thread == threading.get_ident():
        # An error holds the frames that it has passed, and one of them often holds the error: what
        # is left of an answer would lie there until Python looks for such circles by itself.
        gc.collect()
        with _changed:
            _turn.thread = None
            _changed.notify_all()


def _is_free(own: int, server: str) -> bool:
    if _turn.thread == own:
        return True
    if _turn.thread is not None and time.monotonic() < _turn.until:
        return False
    return server != _turn.server or all(each == server for each in _turn.waiting)
