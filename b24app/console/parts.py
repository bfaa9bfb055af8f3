"""The seam of the console: what a room above this one shows and does there.

The app names its `Part`s (b24app/spec.py); this room never imports the room that has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.admin import ModelAdmin
from django.db.models import Model, QuerySet

from b24app.models import Portal
from b24app.spec import app_spec

MOST_COUNTED = 10_000


@dataclass(frozen=True)
class Figure:
    """A number on the first page, with the moment of the oldest thing that it counts."""

    label: str
    number: str
    is_alarming: bool = False
    oldest: datetime | None = None
    link: str = ""


@dataclass(frozen=True)
class Section:
    """A template with its context, put into a page of the console."""

    template: str
    context: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What came of an action, in words."""

    text: str
    is_good: bool


@dataclass(frozen=True)
class OperatorAction:
    """Something an operator can do to a portal without a confirmation; it never raises."""

    name: str
    label: str
    about: str
    run: Callable[[Portal], Told]


@dataclass(frozen=True)
class Part:
    """What a room contributes: figures and a section of the first page, the same of a portal."""

    figures: Callable[[], list[Figure]]
    overview: Callable[[], Section]
    portal: Callable[[Portal], Section]
    actions: tuple[OperatorAction, ...]
    admins: Mapping[type[Model], type[ModelAdmin[Any]]]


@cache
def parts() -> tuple[Part, ...]:
    """The parts of the app."""
    return tuple(app_spec().load("console_parts"))


def counted(rows: QuerySet[Any]) -> str:
    """How many rows there are, at the price of MOST_COUNTED: beyond it, "10,000+"."""
    number = rows.order_by()[: MOST_COUNTED + 1].count()
    return f"{MOST_COUNTED:,}+" if number > MOST_COUNTED else f"{number:,}"
