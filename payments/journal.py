"""The journal of clicks: one's own payments, and for administrators everybody's."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, tzinfo
from io import StringIO

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual

from b24app.actors import Actor
from b24app.connections import release_connection
from b24app.models import Portal, PortalUser
from payments.models import Attempt
from payments.reading import digits

RECENT = 20
PER_PAGE = 50
_MOST_IN_CSV = 50_000
_AT_ONCE = 500
_FORMULA_STARTS = ("=", "+", "-", "@")


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


def csv_lines(portal: Portal, chosen: Filter) -> Iterator[str]:
    """The journal as CSV with a header; no cell can become a formula in a spreadsheet.

    Times are the reader's. The first character tells Excel that the rest is UTF-8.
    """
    names = people(portal)
    release_connection()
    yield "\ufeff"
    yield _line(["time", "person", "item", "state", "payment", "amount", "currency", "code"])
    for row in _in_pages(_filtered(portal, chosen)):
        kind = "invoice" if row.entity.is_invoice else "deal"
        yield _line(
            [
                row.created_at.astimezone(chosen.zone).isoformat(timespec="seconds"),
                names.get(row.user_id, str(row.user_id)),
                f"{kind} {row.entity_id}",
                row.state,
                row.number,
                "" if row.amount is None else digits(row.amount),
                row.currency,
                row.error_code,
            ]
        )


def _in_pages(rows: QuerySet[Attempt]) -> Iterator[Attempt]:
    """The rows, read by key a page at a time; nothing is held while their reader takes them in.

    The reader may be slow, and there are few connections to the database.
    """
    keys = list(rows.values_list("pk", flat=True)[:_MOST_IN_CSV])
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


def _line(cells: Iterable[str]) -> str:
    buffer = StringIO()
    csv.writer(buffer).writerow([_inert(cell) for cell in cells])
    return buffer.getvalue()


def _inert(cell: str) -> str:
    """A cell that starts no formula, nor a cell of its own where semicolons or tabs part cells."""
    text = " ".join(cell.replace(";", ",").split())
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
