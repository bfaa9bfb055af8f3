"""The journal of clicks: one's own payments, and for administrators everybody's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from b24app.models import Portal, PortalUser
from b24app.portals.actors import Actor
from payments.models import Attempt

RECENT = 20
PER_PAGE = 50


@dataclass(frozen=True)
class Filter:
    """Which clicks to show; empty fields do not narrow. Days are those of the reader's `zone`."""

    user_id: int | None = None
    state: str = ""
    since: date | None = None
    until: date | None = None
    zone: tzinfo = UTC


def recent_payments(actor: Actor) -> list[Attempt]:
    """The person's own latest payments across deals."""
    rows = Attempt.objects.filter(
        portal=actor.portal, user_id=actor.user.user_id, state=Attempt.State.ADDED
    )
    return list(rows.order_by("-created_at")[:RECENT])


def journal_page(portal: Portal, chosen: Filter, *, number: int) -> Page[Attempt]:
    """One page of a portal's clicks, newest first."""
    return Paginator(filtered(portal, chosen), PER_PAGE).get_page(number)


def people(portal: Portal) -> dict[int, str]:
    """The names of the people seen in a portal, by their id."""
    rows = PortalUser.objects.filter(portal=portal).order_by("name")
    return {row.user_id: row.name or str(row.user_id) for row in rows}


def filtered(portal: Portal, chosen: Filter) -> QuerySet[Attempt]:
    """A portal's clicks, newest first."""
    rows = Attempt.objects.filter(portal=portal)
    day = TruncDate("created_at", tzinfo=chosen.zone)
    if chosen.user_id is not None:
        rows = rows.filter(user_id=chosen.user_id)
    if chosen.state:
        rows = rows.filter(state=chosen.state)
    if chosen.since:
        rows = rows.filter(GreaterThanOrEqual(day, chosen.since))
    if chosen.until:
        rows = rows.filter(LessThanOrEqual(day, chosen.until))
    return rows.order_by("-created_at", "-pk")
