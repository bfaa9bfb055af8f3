"""Clicks are deleted by age: closed ones, and open ones about which nobody will ever know more."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from b24app.models import Portal
from b24app.operations.purging import Purge
from payments.models import Attempt, DealFigures, FieldSetup

# The number of a person who was forgotten; Bitrix24 begins with 1.
_NOBODY = 0


def _old(before: datetime) -> QuerySet[Attempt]:
    return Attempt.objects.filter(
        Q(closed_at__lt=before) | Q(closed_at=None, created_at__lt=before)
    )


def forget_person(portal: Portal, user_id: int) -> None:
    """The person's closed clicks are nobody's from now on, and so is what they switched on."""
    closed = Attempt.objects.filter(portal=portal, user_id=user_id, closed_at__isnull=False)
    closed.update(user_id=_NOBODY)
    FieldSetup.objects.filter(portal=portal, user_id=user_id).update(user_id=_NOBODY)
    # The next look at a deal finds out again what its fields lack.
    figures = DealFigures.objects.filter(portal=portal)
    met = [f.pk for f in figures if user_id in (f.user_id, *f.refused_to)]
    figures.filter(pk__in=met).delete()


PURGE = Purge("attempts", _old, days=400, what="clicks")
