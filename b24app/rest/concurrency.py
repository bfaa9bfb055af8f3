"""How much one portal may occupy, and all of them together, and when a call's moment has come.

Per process: at most CALLS_PER_PORTAL calls in flight. A portal that takes 30 seconds an answer then
holds a few threads, never all of them. Those who wait hold threads as well: they wait while there
is room for all portals together, and whose portal has more than its share is told that it is busy
as soon as another needs the room. For all processes together: a `Pace`, which is given to the
client, because it is kept in the database (b24restdocs: limits.md).
"""

from __future__ import annotations

import threading
import time
from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Protocol

from b24app.rest.errors import PortalBusy, ServerBusy

CALLS_PER_PORTAL = 8
# Of the 64 threads of a process (gunicorn.conf.py). What waits for portals leaves some to others; a
# portal within its share finds room in some of these, and the last are for what calls nobody.
MOST_TAKEN = 48
SHARE = 16
_MOST_WITH_SHARES = 56
_WRITES = {"add", "bind", "delete", "pay", "set", "unbind", "unpay", "update"}
_in_flight: defaultdict[str, int] = defaultdict(int)
# By portal, who waits: when each may begin, and a number that keeps those of one moment in order.
_queues: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
_numbers = count()
_changed = threading.Condition()


@dataclass(frozen=True)
class Usage:
    """How long a method has worked in the last ten minutes, and when the oldest of it is over."""

    seconds: float
    reset_at: float


@dataclass(frozen=True)
class Moment:
    """When a call may be sent (unix time), and which methods must not be in it."""

    at: float
    paused: frozenset[str] = frozenset()


class Pace(Protocol):
    """What one portal allows everybody together: each call gets a moment, in order of arrival."""

    def reserve(self, methods: Sequence[str], *, seconds: float) -> Moment:
        """The caller's moment, at most `seconds` away; raises QueueTooLong when it is further."""

    def give_back(self) -> None:
        """A reserved moment is not used after all."""

    def hold_back(self, seconds: float) -> None:
        """The portal says that its limit is reached: nobody's next moment is before `seconds`."""

    def note(self, usages: Mapping[str, Usage]) -> None:
        """What an answer told about the time of methods."""

    def pause(self, methods: Sequence[str]) -> None:
        """The portal refuses these methods for the time they have taken."""


def is_write(method: str) -> bool:
    return method.rpartition(".")[2].lower() in _WRITES


@contextmanager
def slot(portal: str, *, at: float, until: float, most: int = CALLS_PER_PORTAL) -> Iterator[None]:
    """One of the portal's `most` slots for the time of a call that may begin `at` a unix time.

    Who may begin first goes first; raises PortalBusy when no slot is free `until` a unix time, and
    when there is no room to wait, or none any more; ServerBusy when others have all the room.
    """
    with _changed:
        _make_room(portal)
        if not _await_slot(portal, at, until, most):
            raise PortalBusy
        _in_flight[portal] += 1
    try:
        yield
    finally:
        with _changed:
            _in_flight[portal] -= 1
            if not _in_flight[portal]:
                del _in_flight[portal]
            _changed.notify_all()


def _make_room(portal: str) -> None:
    """Let one more hold a thread; the last one of the most crowded may have to go."""
    taken = sum(_in_flight.values()) + sum(map(len, _queues.values()))
    if taken < MOST_TAKEN:
        return
    if _taken_by(portal) >= SHARE:
        raise PortalBusy
    crowded = max(_queues, key=_taken_by, default=portal)
    if _taken_by(crowded) > SHARE:
        _queues[crowded].pop()
        _changed.notify_all()
    elif taken >= _MOST_WITH_SHARES:
        raise ServerBusy


def _taken_by(portal: str) -> int:
    return _in_flight.get(portal, 0) + len(_queues.get(portal, ()))


def _await_slot(portal: str, at: float, until: float, most: int) -> bool:
    """Wait for a slot, unless somebody else needs the room."""
    if portal not in _queues and _in_flight.get(portal, 0) < most and at <= time.time():
        return True
    ticket = (at, next(_numbers))
    insort(queue := _queues[portal], ticket)
    try:
        while ticket in queue and (now := time.time()) < until:
            if now < at:
                _changed.wait(min(at, until) - now)
            elif queue[0] == ticket and _in_flight.get(portal, 0) < most:
                return True
            else:
                _changed.wait(until - now)
        return False
    finally:
        if ticket in queue:
            queue.remove(ticket)
        # Who was sent away may wake when others wait in a new one.
        if not queue and _queues.get(portal) is queue:
            del _queues[portal]
        # The next in the queue may have been waiting for nothing but this one.
        _changed.notify_all()
