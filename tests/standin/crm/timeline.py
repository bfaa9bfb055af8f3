"""What stands in the timeline of a deal or an invoice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LogMessage:
    """An app's entry in the timeline of its `owner`, an item's type and id."""

    id: int
    owner: tuple[int, int]
    author_id: int
    created_at: datetime
    title: str
    text: str
    icon_code: str
