"""From an event that came to one that is handled: enqueued with its receipt, taken by a worker.

Portals take turns: one of them has one thread of a process at most, and that for a while. So a
portal that answers slowly holds up nobody else's removal.
"""

from __future__ import annotations

import logging
import time
from functools import partial
from threading import Lock

from django.db import IntegrityError, transaction
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task

from b24app.background import submit
from b24app.events import receipts
from b24app.events.handlers import handle
from b24app.events.subscription import due_subscriptions, look_at_subscription
from b24app.portals.actors import SessionEnded
from b24app.portals.removal_check import NotYet
from b24app.portals.verification import LaunchRefused
from b24app.protocol.events import PortalEvent
from b24app.rest.errors import NotExecuted, RestError, Unknown
from b24app.rest.remedy import Retry

log = logging.getLogger(__name__)
_STRANGERS = "threads"
_TAKEN_ALONG = 5
# A portal whose events take longer lets the others go first.
TURN_SECONDS = 10.0
# The portals with a thread, or waiting for one; true when there is news since its turn began.
_under_way: dict[str, bool] = {}
_lock = Lock()


def enqueue(event: PortalEvent, *, is_proven: bool) -> None:
    """Keep the event and tell a worker, both or neither; a replay does nothing."""
    backend = DEFAULT_TASK_BACKEND_ALIAS if is_proven else _STRANGERS
    try:
        with transaction.atomic():
            receipt = receipts.store(event, is_proven=is_proven)
            handle_event.using(backend=backend).enqueue(receipt.pk)
    except IntegrityError:
        log.info("event %s came again", event.name)


@task()
def handle_event(receipt_id: int) -> None:
    """Have one event handled, and a few that were left behind."""
    left_behind = receipts.members_due(left_behind=True, most=_TAKEN_ALONG)
    for member_id in filter(None, [receipts.member_of(receipt_id), *left_behind]):
        _hand_over(member_id)


def sweep() -> int:
    """Handle every receipt that is due, and what is marked; answers how many events were taken."""
    receipts.give_up()
    for look in [submit(partial(look_at_subscription.call, pk)) for pk in due_subscriptions()]:
        look.result()
    taken = 0
    while members := receipts.members_due():
        turns = [submit(partial(_take_turn, member_id)) for member_id in members]
        taken += sum(turn.result() for turn in turns)
    return taken


def _hand_over(member_id: str) -> None:
    """Have the portal's events handled in a thread, after the portals that wait already."""
    with _lock:
        is_under_way = member_id in _under_way
        _under_way[member_id] = is_under_way
        if not is_under_way:
            submit(partial(_take_turns, member_id))


def _take_turns(member_id: str) -> None:
    """A turn of the portal; while more of it is due, another one follows at the end of the line."""
    with _lock:
        _under_way[member_id] = False
    try:
        _take_turn(member_id)
        is_more = receipts.next_due(member_id) is not None
    except Exception:
        # The database: a sweep takes up what is left.
        log.exception("events not handled")
        is_more = False
    with _lock:
        # One that came meanwhile was told to nobody else.
        if is_more or _under_way.pop(member_id):
            _under_way[member_id] = False
            submit(partial(_take_turns, member_id))


def _take_turn(member_id: str) -> int:
    """Handle what is due of a portal, for a while; answers how many receipts were taken."""
    until = time.monotonic() + TURN_SECONDS
    taken = 0
    while time.monotonic() < until and (receipt_id := receipts.next_due(member_id)) is not None:
        taken += handle_receipt(receipt_id)
    return taken


def handle_receipt(receipt_id: int) -> bool:
    """Whether the receipt was free to be handled; whatever comes of it is written into it."""
    receipt = receipts.claim(receipt_id)
    if receipt is None:
        return False
    try:
        outcome = handle(receipts.event_of(receipt), at=receipt.at)
    except NotYet as early:
        receipts.wait(receipt, str(early), until=early.until)
    except (LaunchRefused, SessionEnded) as error:
        reason = str(error) or "nobody there can act"
        log.warning("event %s refused: %s", receipt.name, reason)
        receipts.refuse(receipt, reason)
    except RestError as error:
        log.warning("event %s not handled: %s", receipt.name, error)
        end = receipts.postpone if _is_temporary(error) else receipts.refuse
        end(receipt, error.kind)
    except Exception:
        # A defect of ours, or the database: the event must outlive both.
        log.exception("event %s not handled", receipt.name)
        receipts.postpone(receipt, "defect, see the log")
    else:
        receipts.finish(receipt, outcome)
    return True


def _is_temporary(error: RestError) -> bool:
    """Whether the same event may succeed later; a token that is refused stays refused."""
    is_open = isinstance(error, NotExecuted | Unknown)
    return is_open and error.retry is not Retry.REFRESHED
