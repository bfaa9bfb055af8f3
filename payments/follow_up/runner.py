"""The work behind an answer: portals take turns, each has one thread of a process at most.

Nothing here survives the process; the rows do, and `catch_up` takes up what was left.
"""

from __future__ import annotations

import logging
import time
from concurrent.futures import wait
from functools import partial
from threading import Lock

from b24app.background import submit_later
from b24app.db.connections import release_connection
from payments.follow_up import making, rows
from payments.follow_up.writing import bring_up_to_date
from payments.marks import mark

log = logging.getLogger(__name__)
# A portal with more to do lets the others go first.
TURN_SECONDS = 10.0
_LONGEST_PAUSE = 2.0
# The portals with a thread, or waiting for one; true when there is news since its turn began.
_under_way: dict[int, bool] = {}
_lock = Lock()


def hand_over(portal_id: int, user_id: int, deal_id: int) -> None:
    """Have the fields of a deal brought up to date behind the answer."""
    submit_later(partial(_mark_and_begin, portal_id, user_id, deal_id))


def begin(portal_id: int) -> None:
    """Have what is due of a portal done in a thread, after the portals that wait already."""
    with _lock:
        is_under_way = portal_id in _under_way
        _under_way[portal_id] = is_under_way
        if not is_under_way:
            submit_later(partial(_take_turns, portal_id))


def begin_making(portal_id: int) -> None:
    """Have the fields of a portal made in a thread."""
    submit_later(partial(making.make_fields, portal_id))


def catch_up() -> int:
    """Do what was left behind, in every portal; answers in how many there was anything."""
    setups = [submit_later(partial(making.make_fields, each)) for each in making.setups_due()]
    turns = [submit_later(partial(_take_turn, each)) for each in rows.portals_due()]
    wait(setups)
    wait(turns)
    return len(setups) + len(turns)


def _mark_and_begin(portal_id: int, user_id: int, deal_id: int) -> None:
    mark(portal_id, deal_id, user_id)
    begin(portal_id)


def _take_turns(portal_id: int) -> None:
    """A turn of the portal; while more of it is due, another one follows at the end of the line."""
    with _lock:
        _under_way[portal_id] = False
    is_more = False
    try:
        is_more = _take_turn(portal_id)
    finally:
        with _lock:
            # What was marked meanwhile was told to nobody else.
            if is_more or _under_way.pop(portal_id):
                _under_way[portal_id] = False
                submit_later(partial(_take_turns, portal_id))


def _take_turn(portal_id: int) -> bool:
    """Do what is due of a portal, for a while; answers whether there may be more of it.

    While people need the portal it waits a little, and then leaves the rest to a later turn.
    """
    until = time.monotonic() + TURN_SECONDS
    while time.monotonic() < until:
        row = rows.next_due(portal_id)
        if row is None:
            return False
        if busy := bring_up_to_date(row):
            release_connection()
            time.sleep(min(busy, _LONGEST_PAUSE))
    return True
