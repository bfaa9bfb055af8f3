"""What is deleted by age, in small batches, so that nobody who writes has to wait for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from b24app.models import EventReceipt, RestCall

_BATCH = 500
# b24restdocs: market/preparing-to-publish/common-requirements.md
_FEWEST_DAYS_OF_CALLS = 3


@dataclass(frozen=True)
class Purge:
    """One kind of rows: `run` deletes those before a time and says how many; `days` are kept."""

    name: str
    run: Callable[[datetime], int]
    days: int
    what: str
    fewest_days: int = 1


def delete_in_batches(rows: QuerySet[Any]) -> int:
    """How many rows were deleted; each batch is a transaction of its own."""
    deleted = 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        # Asked again, because a row may have changed since the keys were read.
        count, _ = rows.filter(pk__in=keys).delete()
        deleted += count
        if not count:
            break
    return deleted


def purge_calls(before: datetime) -> int:
    return delete_in_batches(RestCall.objects.filter(at__lt=before))


def purge_events(before: datetime) -> int:
    """What was received before and needs nothing any more."""
    rows = EventReceipt.objects.filter(received_at__lt=before)
    return delete_in_batches(rows.exclude(state=EventReceipt.State.WAITING))


def purge_tasks(before: datetime) -> int:
    """Results of background work that has ended."""
    return delete_in_batches(DBTaskResult.objects.finished().filter(finished_at__lt=before))


PURGES = (
    Purge(
        "calls",
        purge_calls,
        days=7,
        what="the journal of REST calls (at least 3)",
        fewest_days=_FEWEST_DAYS_OF_CALLS,
    ),
    Purge("events", purge_events, days=30, what="events that were dealt with"),
    Purge("tasks", purge_tasks, days=14, what="results of background work"),
)
