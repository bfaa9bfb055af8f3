"""Who may send a click, or put what is missing into its payment: one request alone, ever.

The database decides, by its unique keys and by statements that look and write at once. Nothing is
sent from here.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, IntegrityError, InterfaceError
from django.db.models import Q
from django.utils import timezone

from b24app.db.durability import synced
from b24app.db.prepared import insert
from b24app.portals.actors import Actor
from payments.commands.attempts import count_ended, open_attempt
from payments.commands.others import NotAlone, find_other, store_alone
from payments.commands.watermark import Watermark
from payments.models import Attempt, portal_limit
from payments.types import Item, Wish

log = logging.getLogger(__name__)
# A claimed click may take so long until it is sent (a refresh, pauses, a busy portal), no longer.
_BEFORE_SENDING = timedelta(seconds=40)
# Longer than thirty single calls take, each with its wait for the rate limit: two who put in the
# same rest would bill it twice. Only a process that died leaves it behind.
_LOCK = timedelta(minutes=15)


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
    attempt = _new_attempt(actor, item, key, watermark, wish)
    try:
        with suppress(IntegrityError), synced():
            if store_alone(attempt, watermark):
                log.info("attempt %s on %s/%s begins", key, item.type_id, item.id)
                return attempt, True
        known = find_attempt(actor, item, key, wish) or open_attempt(actor, item)
        is_told = known is None or known.is_held_back
        other = find_other(actor, item, watermark) if is_told else None
    except (DatabaseError, InterfaceError) as error:
        log.exception("the click could not be recorded")
        raise NothingSent from error
    if other is not None:
        raise NotAlone(other)
    if known is None:
        # The other click ended between our insert and our look: this one may try again.
        raise NothingSent
    return known, False


def hold_back(actor: Actor, item: Item, key: UUID, watermark: Watermark, wish: Wish) -> Attempt:
    """The attempt for this click, which is not sent; or the one that its key has already.

    Raises KeyReused, NothingSent.
    """
    attempt = _new_attempt(actor, item, key, watermark, wish)
    attempt.state, attempt.error_kind = Attempt.State.NOT_ADDED, Attempt.HELD_BACK
    attempt.closed_at = attempt.created_at
    try:
        with suppress(IntegrityError), synced():
            insert(attempt)
            count_ended(attempt.state)
            return attempt
        known = find_attempt(actor, item, key, wish)
    except (DatabaseError, InterfaceError) as error:
        log.exception("the click could not be held back")
        raise NothingSent from error
    if known is None:
        raise NothingSent
    return known


def _new_attempt(actor: Actor, item: Item, key: UUID, watermark: Watermark, wish: Wish) -> Attempt:
    now = timezone.now()
    return Attempt(
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


def find_attempt(actor: Actor, item: Item, key: UUID, wish: Wish) -> Attempt | None:
    """The attempt of this key, if any; raises KeyReused when it asked for something else."""
    attempt = Attempt.objects.filter(portal=actor.portal, key=key).first()
    if attempt is None:
        return None
    is_same_person = attempt.item == item and attempt.user_id == actor.user.user_id
    if not is_same_person or attempt.wish != wish:
        raise KeyReused
    return attempt


def take_from_queue(attempt: Attempt, *, newest_id: int) -> bool:
    """Whether this queued click is ours to send now; one process alone ever hears yes."""
    settles_at = timezone.now() + _BEFORE_SENDING + portal_limit()
    with synced():
        is_ours = Attempt.objects.filter(pk=attempt.pk, state=Attempt.State.QUEUED).update(
            state=Attempt.State.SENDING,
            seen_max_id=max(newest_id, attempt.seen_max_id),
            settles_at=settles_at,
        )
    attempt.refresh_from_db(from_queryset=Attempt.objects.select_related("portal"))
    return bool(is_ours)


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
