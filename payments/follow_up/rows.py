"""The rows of marked deals: claimed by one process, gone when the fields are right, or kept.

Knows rows and the database, and sends nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from b24app.models import Portal
from b24app.rest.codes import from_record
from b24app.rest.errors import RestError
from payments import limits
from payments.models import DealFigures
from payments.parsing import short
from payments.types import Figure

LEASE = timedelta(seconds=90)
MOST_TRIES = 8
_FIRST_PAUSE = timedelta(seconds=15)
# The same figures are tried again after this, in case the reason is gone.
_REST = timedelta(hours=12)


def portals_due(*, most: int = 500) -> list[int]:
    """The portals with deals that somebody should look at now."""
    rows = _free(DealFigures.objects.all()).order_by("portal_id")
    return list(rows.values_list("portal_id", flat=True).distinct()[:most])


def next_due(portal_id: int) -> DealFigures | None:
    """A deal of the portal for this process alone until its lease ends."""
    rows = DealFigures.objects.filter(portal=portal_id)
    for row in _free(rows).order_by("due_at")[:5]:
        free = _free(rows.filter(pk=row.pk, mark=row.mark))
        if free.update(claimed_until=timezone.now() + LEASE, tries=F("tries") + 1):
            row.tries += 1
            return row
    return None


def finish(row: DealFigures) -> None:
    """The fields are right; a mark that came meanwhile stays, and is free for the next look."""
    if not _unchanged(row).delete()[0]:
        let_go(row)


def let_go(row: DealFigures) -> None:
    """Free for the next look."""
    DealFigures.objects.filter(portal=row.portal_id, pk=row.pk).update(claimed_until=None)


def postpone(row: DealFigures, *, seconds: float | None = None) -> None:
    """Look again after a pause that doubles, or in so many seconds, which is no failure.

    What has failed too often waits for the next click or look.
    """
    if seconds is None and row.tries >= MOST_TRIES:
        finish(row)
        return
    pause = _FIRST_PAUSE * 2 ** (row.tries - 1) if seconds is None else timedelta(seconds=seconds)
    tries = row.tries if seconds is None else row.tries - 1
    _unchanged(row).update(due_at=timezone.now() + pause, claimed_until=None, tries=tries)
    let_go(row)


def refuse(row: DealFigures, error: RestError, values: Mapping[Figure, str]) -> None:
    """Nobody tries these figures again with this person's token for a while."""
    is_same = row.refused == dict(values)
    people = [each for each in row.refused_to if each != row.user_id] if is_same else []
    _unchanged(row).update(
        due_at=None,
        claimed_until=None,
        tries=0,
        refused=dict(values),
        refused_to=[*people[-19:], row.user_id],
        refused_at=timezone.now(),
        error_kind=error.kind,
        error_code=short(error.code, limits.ERROR_CODE_LENGTH),
        error_text=short(error.text, limits.ERROR_TEXT_LENGTH),
        error_status=error.status,
        is_told=False,
    )
    let_go(row)


def row_of(portal: Portal, deal_id: int) -> DealFigures | None:
    return DealFigures.objects.filter(portal=portal, deal_id=deal_id).first()


def is_refused(row: DealFigures | None, user_id: int, values: Mapping[Figure, str]) -> bool:
    """Whether these very figures were refused to this person, and not long ago."""
    if row is None or row.refused_at is None or row.refused != dict(values):
        return False
    return user_id in row.refused_to and timezone.now() - row.refused_at < _REST


def hear(row: DealFigures) -> bool:
    """Whether nobody has told of the refusal yet; from now on somebody has."""
    rows = DealFigures.objects.filter(portal=row.portal_id, pk=row.pk, is_told=False)
    return bool(rows.update(is_told=True))


def error_of(row: DealFigures) -> RestError:
    return from_record(
        kind=row.error_kind, code=row.error_code, text=row.error_text, status=row.error_status
    )


def refusals(portal: Portal) -> QuerySet[DealFigures]:
    """The deals that could not be written, the latest first."""
    rows = DealFigures.objects.filter(portal=portal, refused_at__isnull=False)
    return rows.order_by("-refused_at")


def forget(portal: Portal) -> None:
    """Nothing is followed any more."""
    DealFigures.objects.filter(portal=portal).delete()


def _free(rows: QuerySet[DealFigures]) -> QuerySet[DealFigures]:
    now = timezone.now()
    return rows.filter(Q(claimed_until=None) | Q(claimed_until__lt=now), due_at__lte=now)


def _unchanged(row: DealFigures) -> QuerySet[DealFigures]:
    """The row, unless the deal was marked again since it was claimed."""
    return DealFigures.objects.filter(portal=row.portal_id, pk=row.pk, mark=row.mark)
