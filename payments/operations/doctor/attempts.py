"""A check for the doctor: clicks that should have been found out about long ago."""

from __future__ import annotations

from b24app.models import Portal
from b24app.operations.doctor.findings import Finding, backlog, too_long_ago
from payments.models import Attempt


def check_attempts(portal: Portal) -> Finding:
    rows = Attempt.objects.filter(portal=portal, state__in=Attempt.OPEN)
    problem = "clicks on Add payment are still unclear, though they could be settled."
    step = "Check that `manage.py resolve_attempts --every 30` runs, and read its log."
    return backlog("clicks", rows.filter(settles_at__lt=too_long_ago()), problem, step)
