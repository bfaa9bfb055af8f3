"""From an event that came to one that is handled: enqueued with its receipt, taken by a worker."""

from __future__ import annotations

import logging

from django.db import IntegrityError, transaction
from django_tasks import DEFAULT_TASK_BACKEND_ALIAS, task

from b24app.events import receipts
from b24app.events.handlers import handle
from b24app.portals.actors import SessionEnded
from b24app.portals.verification import LaunchRefused
from b24app.protocol.events import PortalEvent
from b24app.rest.errors import NotExecuted, RestError, Unknown
from b24app.rest.remedy import Retry

log = logging.getLogger(__name__)
_STRANGERS = "threads"
_TAKEN_ALONG = 5


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
    """Handle one event, and a few that were left behind."""
    handle_receipt(receipt_id)
    for each in receipts.due(left_behind=True, most=_TAKEN_ALONG):
        handle_receipt(each)


def sweep() -> int:
    """Handle every receipt that is due; answers how many were taken."""
    receipts.give_up()
    taken = 0
    while due := receipts.due():
        taken += sum(handle_receipt(each) for each in due)
    return taken


def handle_receipt(receipt_id: int) -> bool:
    """Whether the receipt was free to be handled; whatever comes of it is written into it."""
    receipt = receipts.claim(receipt_id)
    if receipt is None:
        return False
    try:
        outcome = handle(receipts.event_of(receipt), at=receipt.at)
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
