"""Resolving open attempts when no page asks: with the tokens of the people who clicked.

No portal holds up the others: a few are asked side by side, the first that fails is left alone for
the rest of a pass and for a pause that doubles, and a pass has an end. A click of which a look told
nothing is left alone likewise.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from django.db import close_old_connections
from django.db.models import QuerySet

from b24app.portals.actors import SessionEnded, actor_of
from b24app.rest.errors import Gone, NotExecuted, RestError, Unknown
from b24app.rest.large_answers import let_go
from payments.commands.add import resolve_attempt
from payments.commands.resolve import Outcome
from payments.commands.unknowable import end_after_look, note_all_refused
from payments.models import Attempt

log = logging.getLogger(__name__)
PORTALS_AT_ONCE = 4
PASS_SECONDS = 120.0
_FIRST_PAUSE, _LONGEST_PAUSE = 30.0, 3600.0
# What the portal itself lacks, whoever asks; all else is the person's or the item's.
_OF_THE_PORTAL = (NotExecuted, Unknown, Gone)


@dataclass
class Pauses:
    """Who has told nothing, by key, how long each is left alone, and until when."""

    _until: dict[int, tuple[float, float]] = field(default_factory=dict)

    def is_over(self, key: int) -> bool:
        return self._until.get(key, (0.0, 0.0))[0] <= time.time()

    def length(self, key: int) -> float:
        """0 for who told something last."""
        return self._until.get(key, (0.0, 0.0))[1]

    def lengthen(self, key: int) -> None:
        pause = min(self.length(key) * 2 or _FIRST_PAUSE, _LONGEST_PAUSE)
        self._until[key] = time.time() + pause, pause

    def end(self, key: int) -> None:
        self._until.pop(key, None)


@dataclass(frozen=True)
class SweepPauses:
    """What a sweep leaves alone: portals that fail, and clicks of which no look tells."""

    portals: Pauses = field(default_factory=Pauses)
    attempts: Pauses = field(default_factory=Pauses)


def resolve_by_portal(rows: QuerySet[Attempt], pauses: SweepPauses) -> Iterator[Outcome]:
    """What became of the open attempts among `rows`, those of healthy portals first."""
    # Keys first: on SQLite a read that goes on while others write may not write itself.
    keys: dict[int, list[int]] = {}
    for portal, key in _open(rows).values_list("portal_id", "pk"):
        if pauses.attempts.is_over(key):
            keys.setdefault(portal, []).append(key)
    due = sorted(filter(pauses.portals.is_over, keys), key=pauses.portals.length)
    until = time.monotonic() + PASS_SECONDS

    def resolve(portal: int) -> list[Outcome]:
        try:
            return list(_resolve_portal(portal, keys[portal], pauses, until=until))
        finally:
            close_old_connections()

    with ThreadPoolExecutor(PORTALS_AT_ONCE) as pool:
        for outcomes in pool.map(resolve, due):
            yield from outcomes


def resolve_open(rows: QuerySet[Attempt]) -> Iterator[Outcome]:
    """What became of each open attempt among `rows`, the oldest first."""
    yield from _resolved(list(_open(rows).values_list("pk", flat=True)))


def _open(rows: QuerySet[Attempt]) -> QuerySet[Attempt]:
    return rows.filter(state__in=Attempt.OPEN).order_by("created_at")


def _resolve_portal(
    portal: int, keys: list[int], pauses: SweepPauses, *, until: float
) -> Iterator[Outcome]:
    """The portal's attempts, until it fails or the pass is over."""
    for outcome in _resolved(keys):
        yield outcome
        if isinstance(outcome.error, _OF_THE_PORTAL):
            if isinstance(outcome.error, Gone):
                note_all_refused(keys)
            pauses.portals.lengthen(portal)
            return
        pauses.portals.end(portal)
        attempt = outcome.attempt
        is_told = not (attempt.is_open and attempt.is_settled)
        (pauses.attempts.end if is_told else pauses.attempts.lengthen)(attempt.pk)
        if time.monotonic() > until:
            return


def _resolved(keys: Iterable[int]) -> Iterator[Outcome]:
    """One whose portal cannot be asked stays open, not for ever; an error is in the outcome."""
    for key in keys:
        attempt = Attempt.objects.select_related("portal").filter(pk=key).first()
        if attempt is None or not attempt.is_open:
            continue
        met: RestError | SessionEnded | None = None
        try:
            actor = actor_of(attempt.portal_id, attempt.user_id)
            outcome = resolve_attempt(actor=actor, attempt=attempt)
        except (RestError, SessionEnded) as error:
            log.warning("attempt %s not resolved: %s", attempt.pk, error)
            met = error
            outcome = Outcome(attempt, error=error if isinstance(error, RestError) else None)
        finally:
            let_go()
        end_after_look(outcome.attempt, met)
        yield outcome
