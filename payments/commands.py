"""Adding a payment exactly once: claim, call, record; and finding out what became of a click.

`crm.item.payment.add` has no idempotency key and commits before it answers, so the click is written
down before the call, the call is sent once, and an open outcome is looked up, never repeated. A
click that the portal's rate limit does not let through yet waits in a queue, unsent: it has its
moment there, and whoever asks about it then sends it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db import DatabaseError, IntegrityError, InterfaceError
from django.utils import timezone

from b24app.actors import Actor
from b24app.rest.errors import (
    AccessDenied,
    MethodRefused,
    NotExecuted,
    OurFault,
    PortalBusy,
    QueueTooLong,
    RateLimited,
    RestError,
    Unknown,
)
from b24app.rest.limits import Moment
from payments import claims, gateway
from payments.composition import Composition
from payments.filling import compose, read_back
from payments.look import Look, look_commands
from payments.looking import finish_look
from payments.models import Attempt
from payments.seen import FRESH_SECONDS, Seen
from payments.sending import call_add, commands_of, is_card_gone, put_in_with, shown_in
from payments.types import Entity, Wish

log = logging.getLogger(__name__)
_STILL_SENDING = timedelta(seconds=15)
# A click waits so long within its request, and so long in the queue; when its moment has passed by
# so much, nobody is there any more. A portal that lets nothing through is given up in the end.
_A_MOMENT_SECONDS = 3.0
_QUEUE_SECONDS = 300.0
_UNWANTED_SECONDS = 180.0
_LONGEST_WAIT = timedelta(minutes=10)


class SomebodyWasFaster(Exception):
    """A payment appeared on the card since the person looked; nothing was sent."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


@dataclass(frozen=True)
class Outcome:
    """What is known of a click: the attempt, and the card if it was looked at on the way.

    `composition` says which of the wanted rows got into the payment, where rows were wanted.
    """

    attempt: Attempt
    look: Look | None = None
    error: RestError | None = None
    is_card_gone: bool = False
    composition: Composition | None = None


def add_payment(
    *,
    actor: Actor,
    entity: Entity,
    key: UUID,
    seen: Seen,
    wish: Wish,
    ledger: Mapping[int, int] | None = None,
) -> Outcome:
    """One payment for `key` with the wished products in it, or the outcome it already has.

    `ledger` is what the page knows of the parts that the app put into earlier payments.

    Raises KeyReused, NothingSent, SomebodyWasFaster; REST errors become part of the outcome.
    """
    if not seen.is_fresh:
        known = claims.find_attempt(actor, entity, key, wish)
        if known is not None:
            return Outcome(known)
        seen = _look_again(actor, entity, seen)
    attempt, is_ours = claims.claim(actor, entity, key, seen, wish)
    if not is_ours:
        return Outcome(attempt)
    return _send_in_turn(actor, attempt, may_send=seen.is_fresh, ledger=ledger)


def resolve_attempt(*, actor: Actor, attempt: Attempt) -> Outcome:
    """Look for the payment of an open attempt, or send a queued one when its moment has come.

    Raises RestError when the portal cannot be asked.
    """
    if attempt.state == Attempt.State.QUEUED:
        return _send_queued(actor, attempt)
    is_being_sent = attempt.state == Attempt.State.SENDING
    if not attempt.is_open or (
        is_being_sent and timezone.now() - attempt.began_at < _STILL_SENDING
    ):
        return Outcome(attempt)
    is_settled = attempt.is_settled
    look, mine = _look_since(actor, attempt)
    newer = {payment_id for payment_id in look.ids if payment_id > attempt.seen_max_id}
    newer |= mine.own if mine else set()
    taken = Attempt.objects.filter(portal=attempt.portal_id, payment_id__in=newer)
    free = newer - set(taken.values_list("payment_id", flat=True)) - set(attempt.declined)
    own = free & mine.own if mine else set()
    nobodys = free - mine.of_others if mine else free
    if len(own) == 1:
        return _adopt(actor, attempt, own.pop(), look)
    candidates = sorted(own or (nobodys if is_settled or not mine else ()))
    if not candidates and is_settled and actor.portal.is_cloud:
        return Outcome(claims.close(attempt, Attempt.State.NOT_ADDED), look)
    claims.ask_about(attempt, candidates)
    return Outcome(attempt, look)


def choose_payment(*, actor: Actor, attempt: Attempt, payment_id: int | None) -> Outcome:
    """The person says which of the candidates is theirs, or None: none of them.

    None means not these: while the portal may still be working, the look goes on.
    """
    is_choice = payment_id in attempt.candidates if payment_id else attempt.needs_word
    if not attempt.is_open or not is_choice:
        return Outcome(attempt)
    if payment_id is not None:
        return _adopt(actor, attempt, payment_id, None)
    if attempt.is_settled:
        return Outcome(claims.close(attempt, Attempt.State.NOT_ADDED))
    claims.decline_candidates(attempt)
    return Outcome(attempt)


def _look_again(actor: Actor, entity: Entity, seen: Seen) -> Seen:
    """A mark of this moment; raises SomebodyWasFaster, RestError.

    In a crowd it stays the old one: the click then waits, and its mark is renewed at its turn.
    """
    command = gateway.list_command(entity, is_newest_first=True)
    try:
        moment = actor.client.reserve(command, seconds=_A_MOMENT_SECONDS)
    except QueueTooLong:
        return seen
    result = actor.client.call(command, at=moment)
    newest = max(gateway.listed_ids(result), default=0)
    if newest > seen.max_id:
        payment = gateway.find_payment(result, newest)
        raise SomebodyWasFaster(payment.number if payment else str(newest))
    return Seen(seen.max_id, int(time.time()))


def _send_in_turn(
    actor: Actor,
    attempt: Attempt,
    *,
    may_send: bool,
    ledger: Mapping[int, int] | None = None,
) -> Outcome:
    """Send when the portal's rate limit allows: now, or else later, out of the queue.

    A click that must not be sent now waits for its moment anyway; a portal that lets nothing
    through for long ends it.
    """
    try:
        if timezone.now() - attempt.created_at > _LONGEST_WAIT:
            raise QueueTooLong
        moment = actor.client.reserve(
            *commands_of(attempt, actor.portal.unbatchable).values(), seconds=_QUEUE_SECONDS
        )
    except NotExecuted as error:
        claims.record(attempt, state=Attempt.State.REFUSED, error=error)
        return Outcome(attempt, error=error)
    if may_send and moment.at - time.time() <= _A_MOMENT_SECONDS:
        return _send(actor, attempt, moment, ledger=ledger)
    claims.queue(attempt, at=moment.at)
    return Outcome(attempt)


def _send_queued(actor: Actor, attempt: Attempt) -> Outcome:
    """Send a queued click if its moment has come or is near; exactly one caller gets to send it."""
    wait = (attempt.began_at - timezone.now()).total_seconds()
    if wait > _A_MOMENT_SECONDS:
        return Outcome(attempt)
    if -wait > _UNWANTED_SECONDS:
        claims.drop_from_queue(attempt)
        return Outcome(attempt)
    seen_max_id = _fresh_mark(actor, attempt)
    actor.client.before_waiting()
    time.sleep(max(0.0, wait))
    if not claims.take_from_queue(attempt, seen_max_id=seen_max_id):
        return Outcome(attempt)
    return _send(actor, attempt, Moment(time.time()))


def _fresh_mark(actor: Actor, attempt: Attempt) -> int:
    """A payment id that is older than this click's payment can be; raises RestError.

    Ids grow across all cards of a portal, so another click's payment serves as well.
    """
    newest = claims.newest_payment(actor.portal)
    if newest and newest[1] > timezone.now() - timedelta(seconds=FRESH_SECONDS):
        return newest[0]
    command = gateway.list_command(attempt.entity, is_newest_first=True)
    return max(gateway.listed_ids(actor.client.call(command)), default=0)


def _send(
    actor: Actor,
    attempt: Attempt,
    moment: Moment,
    *,
    ledger: Mapping[int, int] | None = None,
) -> Outcome:
    """Call once and record what came of it; what the limits kept from being sent is queued."""
    try:
        payment_id, answer = call_add(actor, attempt, moment)
    except Unknown as error:
        settles_at = timezone.now() + (timedelta(0) if error.is_finished else claims.portal_limit())
        claims.record(attempt, state=Attempt.State.UNCLEAR, settles_at=settles_at, error=error)
        return _resolve_at_once(actor, attempt, error) if error.is_finished else Outcome(attempt)
    except (PortalBusy, RateLimited):
        return _send_in_turn(actor, attempt, may_send=False)
    except RestError as error:
        claims.record(attempt, state=Attempt.State.REFUSED, error=error)
        is_gone = isinstance(error, AccessDenied | MethodRefused) and is_card_gone(actor, attempt)
        return Outcome(attempt, error=error, is_card_gone=is_gone)
    payment = shown_in(answer, payment_id)
    claims.record(
        attempt,
        state=Attempt.State.ADDED,
        payment_id=payment_id,
        payment=payment,
        put_in=put_in_with(attempt, answer),
    )
    look, composition = compose(actor, attempt, answer, ledger=ledger)
    return Outcome(attempt, look, composition=composition)


def _resolve_at_once(actor: Actor, attempt: Attempt, error: RestError) -> Outcome:
    """The portal has stopped working on the call, so one look decides, if it can be had."""
    try:
        outcome = resolve_attempt(actor=actor, attempt=attempt)
    except (RestError, DatabaseError, InterfaceError) as failure:
        log.warning("attempt not resolved at once: %s", failure)
        return Outcome(attempt, error=error)
    return replace(outcome, error=error)


def _adopt(actor: Actor, attempt: Attempt, payment_id: int, look: Look | None) -> Outcome:
    """The payment is this click's; what it holds is read back."""
    try:
        claims.close(attempt, Attempt.State.ADDED, payment_id=payment_id)
    except IntegrityError:
        log.warning("payment of attempt %s was taken meanwhile", attempt.pk)
        return Outcome(attempt, look)
    if not attempt.wish.is_special:
        claims.note_payment(attempt, look.payment(payment_id) if look else None)
        return Outcome(attempt, look)
    look, composition = read_back(actor, attempt)
    return Outcome(attempt, look, composition=composition)


@dataclass(frozen=True)
class _Newer:
    """Ids of payments that came after a click: the person's own, and those of others by name."""

    own: frozenset[int]
    of_others: frozenset[int]


def _look_since(actor: Actor, attempt: Attempt) -> tuple[Look, _Newer | None]:
    """The card now, and whose the payments are that came after the click.

    None where the portal cannot tell: an older one has no such filter.
    """
    reads = look_commands(attempt.entity, actor.portal.unbatchable)
    since = partial(gateway.newer_command, attempt.entity, above_id=attempt.seen_max_id)
    answer = actor.ask(
        {**reads, "mine": since(made_by=attempt.user_id), "named": since(is_named=True)}
    )
    look = finish_look(actor, attempt.entity, answer)
    try:
        own, named = (frozenset(gateway.listed_ids(answer.value(k))) for k in ("mine", "named"))
    except OurFault:
        return look, None
    return look, _Newer(own, named - own)
