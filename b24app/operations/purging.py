"""What is deleted by age, in small batches, so that nobody who writes has to wait for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from b24app.models import EventReceipt, RestCall

_BATCH = 500


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
