"""Large answers are read, parsed and used one at a time: a process has room for one, not for eight.

The turn belongs to a thread until it gives it back, which it does before it waits for anybody: for
another server or for its own reader. A server that had the last turn lets the others go first.
Who waits for another server still holds what it was told, so there are a few places for those, and
not all of them for one server; a place is kept until the work is done. Whoever forgets the turn or
the place loses it after a while.
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
# How many threads may hold one, how many of one server, and for how long.
MOST_HELD, MOST_OF_SERVER, HOLDING_SECONDS = 4, 2, 60.0
_changed = threading.Condition()


@dataclass
class _Turn:
    """Whose it is, until which monotonic time; which server had it last, and which ones wait."""

    thread: int | None = None
    until: float = 0.0
    server: str = ""
    waiting: list[str] = field(default_factory=list)


_turn = _Turn()
# By thread: whose answer it holds, and until which monotonic time that counts.
_held: dict[int, tuple[str, float]] = {}


def take_turn(server: str, *, until: float) -> bool:
    """Whether the turn is this thread's before a monotonic time, for an answer of `server`.

    With the turn it has a place, or keeps the one that it has.
    """
    own = threading.get_ident()
    with _changed:
        _turn.waiting.append(server)
        try:
            while not _is_free(own, server):
                now = time.monotonic()
                if now >= until:
                    return False
                # What nobody gives back ends without telling.
                ends = [_turn.until, *(end for _, end in _held.values())]
                _changed.wait(min([until, *(end for end in ends if end > now)]) - now)
            now = time.monotonic()
            _turn.thread, _turn.server, _turn.until = own, server, now + TURN_SECONDS
            _held[own] = server, now + HOLDING_SECONDS
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


def let_go() -> None:
    """The work is done: this thread has neither a turn nor a large answer any more."""
    own = threading.get_ident()
    give_back_turn()
    if own in _held:
        with _changed:
            del _held[own]
            _changed.notify_all()


def _is_free(own: int, server: str) -> bool:
    if _turn.thread == own:
        return True
    if _turn.thread is not None and time.monotonic() < _turn.until:
        return False
    has_place = own in _held and time.monotonic() < _held[own][1]
    if not (has_place or _has_place(server)):
        return False
    others = (each for each in _turn.waiting if each != server)
    return server != _turn.server or not any(map(_has_place, others))


def _has_place(server: str) -> bool:
    now = time.monotonic()
    servers = [each for each, end in _held.values() if now < end]
    return len(servers) < MOST_HELD and servers.count(server) < MOST_OF_SERVER
