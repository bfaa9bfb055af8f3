"""Clicks are deleted by age, once they are closed: an open one is found out about, however old."""

from __future__ import annotations

from b24app.operations.purging import Purge
from payments.models import Attempt

PURGE = Purge(
    "attempts",
    lambda before: Attempt.objects.filter(closed_at__lt=before),
    days=400,
    what="clicks that were closed",
)
