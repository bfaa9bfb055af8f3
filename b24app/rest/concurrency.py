"""How much one portal may occupy, and when a call's moment has come.

Per process: at most CALLS_PER_PORTAL calls in flight. A portal that takes 30 seconds an answer then
holds a few threads, never all of them; neither do those who wait for it: beyond WAITING_PER_PORTAL
they are told at once that it is busy. For all processes together: a `Pace`, which is given to the
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

from b24app.rest.errors import PortalBusy

CALLS_PER_PORTAL = 8
WAITING_PER_PORTAL = 48
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
def slot(portal: str, *, at: float, until: float) -> Iterator[None]:
    """One of the portal's slots for the time of a call that may begin `at` a unix time.

    Who may begin first goes first; raises PortalBusy when no slot is free `until` a unix time.
    """
    with _changed:
        if not _await_slot(portal, at, until):
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


def _await_slot(portal: str, at: float, until: float) -> bool:
    """Wait for a slot, unless so many do that threads for other portals would run out."""
    queue = _queues[portal]
    if not queue and _in_flight[portal] < CALLS_PER_PORTAL and at <= time.time():
        return True
    if len(queue) >= WAITING_PER_PORTAL:
        return False
    ticket = (at, next(_numbers))
    insort(queue, ticket)
    try:
        while (now := time.time()) < until:
            if now < at:
                _changed.wait(min(at, until) - now)
            elif queue[0] == ticket and _in_flight[portal] < CALLS_PER_PORTAL:
                return True
            else:
                _changed.wait(until - now)
        return False
    finally:
        queue.remove(ticket)
        # The next in the queue may have been waiting for nothing but this one.
        _changed.notify_all()
