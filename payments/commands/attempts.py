"""The record of clicks: claimed before anything is sent, closed once, never deleted by a retry.

Knows attempts and the database, and sends nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import DatabaseError, IntegrityError, InterfaceError
from django.db.models import F, QuerySet
from django.utils import timezone
from prometheus_client import Counter

from b24app.db.durability import synced
from b24app.db.prepared import Given, PreparedSelect, PreparedUpdate
from b24app.models import Portal
from b24app.portals.actors import Actor
from b24app.rest.errors import RestError
from b24app.telemetry.metrics import harmless
from payments import limits
from payments.commands.others import NotAlone, find_other, store_alone
from payments.commands.watermark import Watermark
from payments.models import Attempt, portal_limit
from payments.parsing import short
from payments.types import Item, Payment, PutIn, Wish

log = logging.getLogger(__name__)
_ended = Counter("payments_attempts", "Clicks by the state they came to.", ["state"])
# A claimed click may take so long until it is sent (a refresh, pauses, a busy portal), no longer.
_BEFORE_SENDING = timedelta(seconds=40)
_MOST_REMEMBERED = 200
_LAST = PreparedSelect(
    lambda: Attempt.objects.filter(
        portal=Given("portal"),
        entity_type=Given("entity_type"),
        entity_id=Given("entity_id"),
        user_id=Given("user_id"),
    ).order_by(F("closed_at").desc(nulls_first=True))[:1]
)


class KeyReused(Exception):
    """The client key belongs to another item, person or wish."""


class NothingSent(Exception):
    """The click could not be written down, so nothing was sent."""


def claim(
    actor: Actor, item: Item, key: UUID, watermark: Watermark, wish: Wish
) -> tuple[Attempt, bool]:
    """The attempt for this click, committed, and whether it is ours to send.

    Raises KeyReused, NothingSent, NotAlone.
    """
    now = timezone.now()
    attempt = Attempt(
        portal=actor.portal,
        user_id=actor.user.user_id,
        entity_type=item.type_id,
        entity_id=item.id,
        key=key,
        asked=Attempt.asked_of(wish),
        seen_max_id=watermark.max_id,
        settles_at=now + _BEFORE_SENDING + portal_limit(),
        created_at=now,
    )
    try:
        try:
            with synced():
                is_alone = store_alone(attempt, watermark)
            if is_alone:
                log.info("attempt %s on %s/%s begins", key, item.type_id, item.id)
                return attempt, True
        except IntegrityError:
            is_alone = True
        known = find_attempt(actor, item, key, wish) or open_attempt(actor, item)
        other = None if known or is_alone else find_other(actor, item, watermark)
    except (DatabaseError, InterfaceError) as error:
        log.exception("the click could not be recorded")
        raise NothingSent from error
    if other is not None:
        raise NotAlone(other)
    if known is None:
        # The other click ended between our insert and our look: this one may try again.
        raise NothingSent
    return known, False


def find_attempt(actor: Actor, item: Item, key: UUID, wish: Wish) -> Attempt | None:
    """The attempt of this key, if any; raises KeyReused when it asked for something else."""
    attempt = Attempt.objects.filter(portal=actor.portal, key=key).first()
    if attempt is None:
        return None
    is_same_person = attempt.item == item and attempt.user_id == actor.user.user_id
    if not is_same_person or attempt.wish != wish:
        raise KeyReused
    return attempt


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
    is_closed = _closing(*fields).update_one(id=attempt.pk, **fields) is not None
    # The row may be gone with all that was known of the portal; the person still gets an answer.
    if not is_closed and Attempt.objects.filter(pk=attempt.pk).exists():
        attempt.refresh_from_db()
        return attempt
    for name, value in fields.items():
        setattr(attempt, name, value)
    _count(state)
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


def take_from_queue(attempt: Attempt, *, newest_id: int) -> bool:
    """Whether this queued click is ours to send now; one process alone ever hears yes."""
    settles_at = timezone.now() + _BEFORE_SENDING + portal_limit()
    with synced():
        is_ours = _move(
            attempt,
            Attempt.State.QUEUED,
            state=Attempt.State.SENDING,
            seen_max_id=max(newest_id, attempt.seen_max_id),
            settles_at=settles_at,
        )
    attempt.refresh_from_db(from_queryset=Attempt.objects.select_related("portal"))
    return is_ours


def drop_from_queue(attempt: Attempt) -> None:
    """Nobody waits for this queued click any more, so it is not sent."""
    ended = Attempt.State.NOT_ADDED
    if _move(attempt, Attempt.State.QUEUED, state=ended, closed_at=timezone.now()):
        _count(ended)
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
def _count(state: Attempt.State) -> None:
    _ended.labels(state.value).inc()
