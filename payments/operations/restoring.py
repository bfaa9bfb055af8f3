"""Clicks after a backup was put back: they may have been sent since, so none is sent again."""

from __future__ import annotations

from django.utils import timezone

from payments.models import Attempt, portal_limit


def doubt_clicks() -> str:
    """What was queued or under way when the backup was made is looked up, and never sent.

    Closing it as not added would be a guess. The portal is asked, as after a lost answer: it lists
    a payment, or it has had its time, counted from now, and lists none.
    """
    waiting = (Attempt.State.QUEUED, Attempt.State.SENDING)
    rows = Attempt.objects.filter(state__in=waiting)
    settles_at = timezone.now() + portal_limit()
    count = rows.update(state=Attempt.State.UNCLEAR, settles_at=settles_at)
    return f"Clicks that are looked up, because they may have been sent since: {count}."
