"""What the database says about the app's load, at the moment when somebody asks.

Each reading goes through an index, so that asking costs the same for one portal and for thousands.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Min
from django.db.models.functions import Coalesce
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from b24app.models import EventReceipt
from b24app.telemetry.metrics import Reading

_DAY = timedelta(days=1)


def readings() -> Iterable[Reading]:
    """Events by state, how long the oldest has waited, and the queue of background work."""
    State = EventReceipt.State  # noqa: N806
    waiting = EventReceipt.objects.filter(state=State.WAITING)
    recent = EventReceipt.objects.filter(received_at__gte=timezone.now() - _DAY)
    by_state = dict(recent.values_list("state").annotate(Count("pk")).order_by())
    states = {state: float(by_state.get(state, 0)) for state in State.values}
    yield "b24_events_last_day", "Events received in the last 24 hours.", states
    yield "b24_events_waiting", "Events not handled yet.", {State.WAITING: float(waiting.count())}
    # One that waits for its time, after a failure or for a token's last hour, is not late.
    due_at = Coalesce("claimed_until", "received_at")
    oldest = waiting.aggregate(oldest=Min(due_at))["oldest"]
    seconds = max(0.0, (timezone.now() - oldest).total_seconds()) if oldest else 0.0
    about = "How long the oldest event could have been handled."
    yield "b24_events_waiting_seconds", about, {State.WAITING: seconds}
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    yield "b24_tasks", "Background work in the queue.", {"ready": float(ready.count())}
