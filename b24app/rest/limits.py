"""How much one portal may occupy: at most CALLS_PER_PORTAL calls in flight per process.

A portal that takes 30 seconds an answer then holds a few threads, never all of them; neither do
those who wait for it: beyond WAITING_PER_PORTAL they are told at once that it is busy.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from b24app.rest.errors import PortalBusy

CALLS_PER_PORTAL = 8
WAITING_PER_PORTAL = 48
_lock = threading.Lock()
_in_flight: defaultdict[str, int] = defaultdict(int)
_waiting: defaultdict[str, int] = defaultdict(int)
_room = threading.Condition(_lock)


@contextmanager
def place(portal: str, *, seconds: float) -> Iterator[None]:
    """One of the portal's places for the time of a call; raises PortalBusy after `seconds`."""
    with _room:
        if not _has_place(portal, seconds):
            raise PortalBusy
        _in_flight[portal] += 1
    try:
        yield
    finally:
        with _room:
            _in_flight[portal] -= 1
            if not _in_flight[portal]:
                del _in_flight[portal]
            _room.notify_all()


def _has_place(portal: str, seconds: float) -> bool:
    """Wait for a place, unless so many do that threads for other portals would run out."""
    if _in_flight[portal] < CALLS_PER_PORTAL:
        return True
    if _waiting[portal] >= WAITING_PER_PORTAL:
        return False
    _waiting[portal] += 1
    try:
        return _room.wait_for(lambda: _in_flight[portal] < CALLS_PER_PORTAL, timeout=seconds)
    finally:
        _waiting[portal] -= 1
        if not _waiting[portal]:
            del _waiting[portal]
