"""The journal of clicks: one's own payments, and for administrators everybody's."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from itertools import chain

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.translation import gettext

from b24app.db.connections import release_connection
from b24app.models import Portal, PortalUser
from b24app.portals.actors import Actor
from payments.journal.spreadsheet import BEGINNING, Cell, Own, habits
from payments.models import Attempt

RECENT = 20
PER_PAGE = 50
_MOST_IN_CSV = 50_000
_AT_ONCE = 500


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
    return Paginator(_filtered(portal, chosen), PER_PAGE).get_page(number)


def people(portal: Portal) -> dict[int, str]:
    """The names of the people seen in a portal, by their id."""
    rows = PortalUser.objects.filter(portal=portal).order_by("name")
    return {row.user_id: row.name or str(row.user_id) for row in rows}


def csv_rows(portal: Portal, chosen: Filter) -> Iterator[str]:
    """The journal as a file in the active language; times are the reader's.

    What the database can refuse, it refuses before the first row.
    """
    names = people(portal)
    keys = list(_filtered(portal, chosen).values_list("pk", flat=True)[:_MOST_IN_CSV])
    release_connection()
    form, heads = habits(), _heads()
    items, states = {False: gettext("Deal %(id)s"), True: gettext("Invoice %(id)s")}, _states()

    def cells(row: Attempt) -> list[Cell]:
        return [
            row.created_at.astimezone(chosen.zone),
            names.get(row.user_id) or Own(row.user_id),
            Own(items[row.item.is_invoice] % {"id": row.entity_id}),
            Own(states[row.state]),
            row.number,
            row.amount,
            row.currency,
            row.error_code,
        ]

    beginning = BEGINNING + form.row(map(Own, heads))
    return chain([beginning], (form.row(cells(row)) for row in _in_pages(keys)))


def _heads() -> list[str]:
    return [
        gettext("Date"),
        gettext("Person"),
        gettext("Deal or invoice"),
        gettext("Outcome"),
        gettext("Payment"),
        gettext("Amount"),
        gettext("Currency"),
        gettext("Error code"),
    ]


def _states() -> dict[str, str]:
    return {
        Attempt.State.ADDED: gettext("Added"),
        Attempt.State.REFUSED: gettext("Refused"),
        Attempt.State.NOT_ADDED: gettext("Not added"),
        Attempt.State.UNKNOWN: gettext("Unknown"),
        Attempt.State.UNCLEAR: gettext("Being checked"),
        Attempt.State.QUEUED: gettext("Waiting"),
        Attempt.State.SENDING: gettext("Being sent"),
    }


def _in_pages(keys: Sequence[int]) -> Iterator[Attempt]:
    """The rows, read by key a page at a time; nothing is held while their reader takes them in.

    The reader may be slow, and there are few connections to the database.
    """
    for start in range(0, len(keys), _AT_ONCE):
        page = Attempt.objects.in_bulk(keys[start : start + _AT_ONCE])
        release_connection()
        yield from (page[key] for key in keys[start : start + _AT_ONCE] if key in page)


def _filtered(portal: Portal, chosen: Filter) -> QuerySet[Attempt]:
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
