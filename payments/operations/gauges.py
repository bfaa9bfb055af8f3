"""Figures of open clicks: how many there are now, and how long they are overdue."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min
from django.utils import timezone

from b24app.telemetry.metrics import Reading
from payments.models import Attempt


def readings() -> Iterable[Reading]:
    """Open clicks by state, and by how long the oldest is overdue; one look at a small index."""
    rows = Attempt.objects.filter(state__in=Attempt.OPEN)
    found = rows.values_list("state").annotate(Count("pk"), Min("settles_at")).order_by()
    counts = {state.value: 0.0 for state in Attempt.OPEN}
    overdue = dict(counts)
    for state, count, settles_at in found:
        counts[state] = float(count)
        overdue[state] = max(0.0, (timezone.now() - settles_at).total_seconds())
    yield "payments_attempts_open", "Clicks whose outcome is open.", counts
    yield "payments_attempts_overdue_seconds", "How long the oldest should be settled.", overdue
