"""What is deleted by age, in small batches, so that nobody who writes has to wait for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django_tasks_db.models import DBTaskResult

from b24app.models import EventReceipt, PortalPace, RestCall

_BATCH = 500
# b24restdocs: market/preparing-to-publish/common-requirements.md
_FEWEST_DAYS_OF_CALLS = 3


@dataclass(frozen=True)
class Purge:
    """One kind of rows: `ended` are those that needed nothing any more before a time.

    `days` are kept, and never fewer than `fewest_days`.
    """

    name: str
    ended: Callable[[datetime], QuerySet[Any]]
    days: int
    what: str
    fewest_days: int = 1

    def run(self, before: datetime) -> int:
        """How many rows were deleted; each batch is a transaction of its own."""
        deleted, rows = 0, self.ended(before)
        while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:_BATCH]):
            # Asked again, because a row may have changed since the keys were read.
            count, _ = rows.filter(pk__in=keys).delete()
            deleted += count
            if not count:
                break
        return deleted


def _handled_events(before: datetime) -> QuerySet[EventReceipt]:
    rows = EventReceipt.objects.filter(received_at__lt=before)
    return rows.exclude(state=EventReceipt.State.WAITING)


PURGES = (
    Purge(
        "calls",
        lambda before: RestCall.objects.filter(at__lt=before),
        days=7,
        what="the journal of REST calls (at least 3)",
        fewest_days=_FEWEST_DAYS_OF_CALLS,
    ),
    Purge("events", _handled_events, days=30, what="events that were dealt with"),
    Purge(
        "tasks",
        lambda before: DBTaskResult.objects.finished().filter(finished_at__lt=before),
        days=14,
        what="results of background work",
    ),
    Purge(
        "paces",
        # One in use is ahead of the clock, and what an old one knows has been over for hours.
        lambda before: PortalPace.objects.filter(free_at__lt=before.timestamp()),
        days=1,
        what="the pace of portals that are not asked any more",
    ),
)
