"""The record of clicks: what came of each is written down, closed once, never deleted by a retry.

Knows attempts and the database, and sends nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import UTC, datetime
from functools import cache
from typing import Any

from django.db import DatabaseError, InterfaceError
from django.db.models import F, QuerySet
from django.utils import timezone
from prometheus_client import Counter

from b24app.db.prepared import Given, PreparedSelect, PreparedUpdate
from b24app.models import Portal
from b24app.portals.actors import Actor
from b24app.rest.errors import RestError
from b24app.telemetry.metrics import harmless
from payments import limits
from payments.models import Attempt
from payments.parsing import short
from payments.types import Item, Payment, PutIn

log = logging.getLogger(__name__)
_ended = Counter("payments_attempts", "Clicks by the state they came to.", ["state"])
_MOST_REMEMBERED = 200
_LAST = PreparedSelect(
    lambda: Attempt.objects.filter(
        portal=Given("portal"),
        entity_type=Given("entity_type"),
        entity_id=Given("entity_id"),
        user_id=Given("user_id"),
    ).order_by(F("closed_at").desc(nulls_first=True))[:1]
)


def last_attempt(actor: Actor, item: Item) -> Attempt | None:
    """The person's attempt on this item that is still open, else the one that ended last."""
    return _LAST.select_one(
        portal=actor.portal.pk,
        entity_type=item.type_id,
        entity_id=item.id,
        user_id=actor.user.user_id,
    )


def open_attempt(actor: Actor, item: Item) -> Attempt | None:
    """The person's attempt on this item whose outcome is still open."""
    attempt = last_attempt(actor, item)
    return attempt if attempt and attempt.is_open else None


def record(
    attempt: Attempt,
    *,
    state: Attempt.State,
    payment_id: int | None = None,
    payment: Payment | None = None,
    put_in: PutIn | None = None,
    settles_at: datetime | None = None,
    error: RestError | None = None,
) -> None:
    """Write down what the call gave; if that fails, the open row is resolved by looking later."""
    attempt.error_kind = error.kind if error else ""
    attempt.error_code = short(error.code, limits.ERROR_CODE_LENGTH) if error else ""
    attempt.error_text = short(error.text, limits.ERROR_TEXT_LENGTH) if error else ""
    attempt.error_status = error.status if error else None
    attempt.settles_at = settles_at or attempt.settles_at
    for name, value in _shown(payment).items():
        setattr(attempt, name, value)
    if put_in is not None:
        attempt.composed = Attempt.composed_of(put_in)
    try:
        close(attempt, state, payment_id=payment_id)
    except (DatabaseError, InterfaceError):
        log.exception("outcome of attempt %s not recorded", attempt.pk)
        attempt.state, attempt.payment_id = state, payment_id


@cache
def _closing(*fields: str) -> PreparedUpdate[Attempt]:
    """An open attempt after `fields` were set."""
    return PreparedUpdate(
        lambda: Attempt.objects.filter(id=Given("id"), state__in=Attempt.OPEN),
        sets={name: Given(name) for name in fields},
    )


def close(attempt: Attempt, state: Attempt.State, *, payment_id: int | None = None) -> Attempt:
    """Move an open attempt to `state`; an attempt that somebody else closed stays as it is."""
    closed_at = None if state in Attempt.OPEN else timezone.now()
    fields = {
        "state": state,
        "payment_id": payment_id,
        "closed_at": closed_at,
        "settles_at": attempt.settles_at,
        "error_kind": attempt.error_kind,
        "error_code": attempt.error_code,
        "error_text": attempt.error_text,
        "error_status": attempt.error_status,
        "number": attempt.number,
        "amount": attempt.amount,
        "currency": attempt.currency,
        "composed": attempt.composed,
    }
    is_closed = _closing(*fields).change_one(id=attempt.pk, **fields)
    # The row may be gone with all that was known of the portal; the person still gets an answer.
    if not is_closed and Attempt.objects.filter(pk=attempt.pk).exists():
        attempt.refresh_from_db()
        return attempt
    for name, value in fields.items():
        setattr(attempt, name, value)
    count_ended(state)
    log.info("attempt %s is %s: %s", attempt.key, state.value, attempt.error_kind or "no error")
    return attempt


def note_payment(attempt: Attempt, payment: Payment | None) -> None:
    """Keep what the portal shows of the payment, for the journal; it must not disturb the click."""
    if payment is None or attempt.payment_id != payment.id:
        return
    shown = _shown(payment)
    if any(getattr(attempt, name) != value for name, value in shown.items()):
        _note(attempt, "payment", shown)


def note_put_in(attempt: Attempt, put_in: PutIn) -> None:
    """Keep of which row each part is; what cannot be noted is told by the portal at best."""
    composed = Attempt.composed_of(put_in)
    if composed != attempt.composed:
        attempt.composed = composed
        _note(attempt, "contents", {"composed": composed})


def _note(attempt: Attempt, what: str, fields: dict[str, Any]) -> None:
    try:
        Attempt.objects.filter(pk=attempt.pk).update(**fields)
    except (DatabaseError, InterfaceError):
        log.exception("%s of attempt %s not noted", what, attempt.pk)


def attempts_with_payment(portal: Portal, item: Item) -> QuerySet[Attempt]:
    """The attempts that made a payment on this item, the newest first."""
    rows = Attempt.objects.filter(portal=portal, payment_id__isnull=False)
    return rows.filter(entity_type=item.type_id, entity_id=item.id).order_by("-pk")


def parts_put_in(portal: Portal, item: Item) -> dict[int, int]:
    """The row of every part that the app has put into payments of this item."""
    found: dict[int, int] = {}
    for attempt in attempts_with_payment(portal, item).only("composed")[:_MOST_REMEMBERED]:
        found |= attempt.put_in.parts
    return found


def _shown(payment: Payment | None) -> dict[str, Any]:
    names = ("number", "amount", "currency") if payment else ()
    return {name: getattr(payment, name) for name in names}


def ask_about(attempt: Attempt, candidates: list[int]) -> None:
    """The person has to say which of these payments is theirs; nothing is written twice."""
    if candidates == attempt.candidates:
        return
    attempt.candidates = candidates
    Attempt.objects.filter(pk=attempt.pk, state__in=Attempt.OPEN).update(candidates=candidates)


def decline_candidates(attempt: Attempt, shown: Collection[int]) -> None:
    """None of these candidates is the person's; one that they were not shown stays one."""
    declined = set(attempt.candidates) & set(shown)
    attempt.declined = sorted({*attempt.declined, *declined})
    attempt.candidates = [each for each in attempt.candidates if each not in declined]
    rows = Attempt.objects.filter(pk=attempt.pk, state__in=Attempt.OPEN)
    rows.update(declined=attempt.declined, candidates=attempt.candidates)


def note_refused(attempt: Attempt, *, since: datetime | None) -> None:
    """Keep since when every look for an open attempt is refused; None is not at all."""
    if since != attempt.refused_since:
        attempt.refused_since = since
        Attempt.objects.filter(pk=attempt.pk).update(refused_since=since)


def queue(attempt: Attempt, *, at: float) -> None:
    """The click waits for its moment, a unix time; nothing of it has been sent."""
    attempt.due_at = datetime.fromtimestamp(at, UTC)
    if _move(attempt, Attempt.State.SENDING, state=Attempt.State.QUEUED, due_at=attempt.due_at):
        attempt.state = Attempt.State.QUEUED


def drop_from_queue(attempt: Attempt) -> None:
    """Nobody waits for this queued click any more, so it is not sent."""
    ended = Attempt.State.NOT_ADDED
    if _move(attempt, Attempt.State.QUEUED, state=ended, closed_at=timezone.now()):
        count_ended(ended)
    attempt.refresh_from_db(from_queryset=Attempt.objects.select_related("portal"))


def newest_payment(portal: Portal) -> tuple[int, datetime] | None:
    """The greatest payment id that the app knows of on a portal, and since when."""
    rows = Attempt.objects.filter(portal=portal, payment_id__isnull=False)
    newest = rows.order_by("-payment_id").values_list("payment_id", "closed_at").first()
    return (newest[0], newest[1]) if newest and newest[0] and newest[1] else None


def _move(attempt: Attempt, was: Attempt.State, **fields: Any) -> bool:
    """Change an attempt that is still in the state `was`; whether it was."""
    return bool(Attempt.objects.filter(pk=attempt.pk, state=was).update(**fields))


@harmless
def count_ended(state: Attempt.State) -> None:
    _ended.labels(state.value).inc()
