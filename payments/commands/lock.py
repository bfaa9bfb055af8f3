"""Who may put what is missing into a payment: one process at a time."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from payments.models import Attempt

# Longer than thirty single calls take, each with its wait for the rate limit: two who put in the
# same rest would bill it twice. Only a process that died leaves it behind.
_LOCK = timedelta(minutes=15)


def lock_payment(attempt: Attempt) -> bool:
    """The right to put what is missing into the payment, for a while; False if another has it."""
    now = timezone.now()
    is_free = Q(busy_until__isnull=True) | Q(busy_until__lt=now)
    rows = Attempt.objects.filter(is_free, pk=attempt.pk, state=Attempt.State.ADDED)
    attempt.busy_until = now + _LOCK
    return bool(rows.update(busy_until=attempt.busy_until))


def unlock_payment(attempt: Attempt) -> None:
    """Give the right back; one that somebody else has taken since stays theirs."""
    rows = Attempt.objects.filter(pk=attempt.pk, busy_until=attempt.busy_until)
    rows.update(busy_until=None)
