"""What a check says: all is well, or what is wrong and the next step. For the operator: English."""

from __future__ import annotations

from dataclasses import dataclass, field

from b24app.models import Portal
from b24app.rest.client import BatchAnswer


@dataclass(frozen=True)
class Finding:
    """The result of one check; without a problem it was passed."""

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
