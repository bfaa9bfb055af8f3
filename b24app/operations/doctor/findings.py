"""What a check says: all is well, or what is wrong and the next step. For the operator: English."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from b24app.models import Portal
from b24app.rest.client import BatchAnswer

REPAIR = "Ask an administrator of the portal to open the app and to press Repair."
_TOO_LONG = timedelta(minutes=10)


@dataclass(frozen=True)
class Finding:
    """The result of one check; without a problem it was passed, and nobody reads the step."""

    subject: str
    problem: str = ""
    step: str = ""

    @property
    def is_good(self) -> bool:
        return not self.problem


@dataclass
class Case:
    """The portal that was asked about, and what it said when it was asked."""

    portal: Portal
    answer: BatchAnswer = field(default_factory=lambda: BatchAnswer({}, {}))


def too_long_ago() -> datetime:
    """What has waited since then should have been done."""
    return timezone.now() - _TOO_LONG


def backlog(subject: str, rows: QuerySet[Any], problem: str, step: str) -> Finding:
    """Whether anything waits that should not; `problem` goes on after the number."""
    count = rows.count()
    return Finding(subject, f"{count} {problem}" if count else "", step)
