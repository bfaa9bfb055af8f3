"""How much one portal may occupy: at most CALLS_PER_PORTAL calls in flight per process.

A portal that takes 30 seconds an answer then holds a few threads, never all of them.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

from b24app.rest.errors import PortalBusy

CALLS_PER_PORTAL = 8
_lock = threading.Lock()
_in_flight: defaultdict[str, int] = defaultdict(int)
_room = threading.Condition(_lock)


@contextmanager
def place(portal: str, *, seconds: float) -> Iterator[None]:
    """One of the portal's places for the time of a call; raises PortalBusy after `seconds`."""
    with _room:
        if not _room.wait_for(lambda: _in_flight[portal] < CALLS_PER_PORTAL, timeout=seconds):
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
