"""A check for the doctor: clicks that should have been found out about long ago."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from b24app.models import Portal
from b24app.operations.doctor.findings import Finding
from payments.models import Attempt

_TOO_LONG = timedelta(minutes=10)


def check_attempts(portal: Portal) -> Finding:
    rows = Attempt.objects.filter(portal=portal, state__in=Attempt.OPEN)
    count = rows.filter(settles_at__lt=timezone.now() - _TOO_LONG).count()
    if not count:
        return Finding("clicks")
    problem = f"{count} clicks on Add payment are still unclear, though they could be settled."
    step = "Check that `manage.py resolve_attempts --every 30` runs, and read its log."
    return Finding("clicks", problem, step)
