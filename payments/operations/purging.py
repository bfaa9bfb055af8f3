"""Clicks are deleted by age, once they are closed."""

from __future__ import annotations

from datetime import datetime

from b24app.operations.purging import Purge, delete_in_batches
from payments.models import Attempt


def purge_attempts(before: datetime) -> int:
    """Closed clicks alone: an open one is found out about, however old it is."""
    return delete_in_batches(Attempt.objects.filter(closed_at__lt=before))


PURGE = Purge("attempts", purge_attempts, days=400, what="clicks that were closed")
