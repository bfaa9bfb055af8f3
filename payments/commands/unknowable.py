"""The end of clicks of which nobody will ever know more: neither added nor not added.

A portal may refuse every look for good: the item is deleted, the person dismissed, the app removed.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from b24app.portals.actors import SessionEnded
from b24app.rest.errors import Refused, RestError
from payments.commands import attempts
from payments.models import Attempt

_REFUSED_FOR = timedelta(days=1)
# What neither the portal nor the person has said by then, nobody will say.
_LONGEST = timedelta(days=30)


def note_all_refused(keys: list[int]) -> None:
    """The portal tells of nothing any more: of none of these clicks, though it was asked of one."""
    rows = Attempt.objects.filter(pk__in=keys, state__in=Attempt.OPEN, refused_since=None)
    rows.filter(settles_at__lte=timezone.now()).update(refused_since=timezone.now())


def end_after_look(attempt: Attempt, error: RestError | SessionEnded | None) -> None:
    """Close a click that the last look left open, if no look will ever tell.

    `error` is what the look met. Of a queued one nothing was sent, so it is merely dropped.
    """
    if attempt.is_unwanted:
        attempts.drop_from_queue(attempt)
    if not (attempt.is_open and attempt.is_settled) or attempt.state == Attempt.State.QUEUED:
        return
    now = timezone.now()
    if error is None:
        attempts.note_refused(attempt, since=None)
    elif isinstance(error, Refused | SessionEnded):
        attempts.note_refused(attempt, since=attempt.refused_since or now)
    is_refused = attempt.refused_since is not None and now - attempt.refused_since > _REFUSED_FOR
    if not is_refused and now - attempt.settles_at < _LONGEST:
        return
    if isinstance(error, RestError):
        attempts.record(attempt, state=Attempt.State.UNKNOWN, error=error)
    else:
        attempts.close(attempt, Attempt.State.UNKNOWN)
