"""Resolving open attempts when no page asks: with the tokens of the people who clicked."""

from __future__ import annotations

import logging
from collections.abc import Iterator

from django.db.models import QuerySet

from b24app.portals.actors import SessionEnded, actor_of
from b24app.rest.errors import RestError
from payments.commands.add import resolve_attempt
from payments.commands.resolve import Outcome
from payments.models import Attempt

log = logging.getLogger(__name__)


def resolve_open(rows: QuerySet[Attempt]) -> Iterator[Outcome]:
    """What became of each open attempt among `rows`, the oldest first.

    One whose portal cannot be asked stays open; its error, if any, is in the outcome.
    """
    # Keys first: on SQLite a read that goes on while others write may not write itself.
    keys = list(rows.filter(state__in=Attempt.OPEN).order_by("created_at").values_list("pk"))
    for (key,) in keys:
        attempt = Attempt.objects.select_related("portal").filter(pk=key).first()
        if attempt is None or not attempt.is_open:
            continue
        try:
            actor = actor_of(attempt.portal_id, attempt.user_id)
            yield resolve_attempt(actor=actor, attempt=attempt)
        except (RestError, SessionEnded) as error:
            log.warning("attempt %s not resolved: %s", attempt.pk, error)
            yield Outcome(attempt, error=error if isinstance(error, RestError) else None)
