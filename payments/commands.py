"""Adding a payment exactly once: claim, call, record; and finding out what became of a click.

`crm.item.payment.add` has no idempotency key and commits before it answers, so the click is written
down before the call, the call is sent once, and an open outcome is looked up, never repeated.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, IntegrityError, InterfaceError
from django.utils import timezone

from b24app.access import Actor
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import (
    AccessDenied,
    BatchForbidden,
    ItemNotFound,
    MethodRefused,
    OurFault,
    RestError,
    Unknown,
)
from payments import claims, gateway, row_gateway
from payments.composition import PORTIONS_PER_BATCH, Composition, compose_commands
from payments.filling import compose, read_back
from payments.look import Look, look_commands, read_look
from payments.models import Attempt
from payments.seen import Seen
from payments.types import Entity, Payment, Wish

log = logging.getLogger(__name__)
_STILL_SENDING = timedelta(seconds=15)


class SomebodyWasFaster(Exception):
    """A payment appeared on the card since the person looked; nothing was sent."""

    def __init__(self, payment: Payment) -> None:
        super().__init__(payment.number)
        self.payment = payment


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


def add_payment(*, actor: Actor, entity: Entity, key: UUID, seen: Seen, wish: Wish) -> Outcome:
    """One payment for `key` with the wished rows in it, or the outcome it already has.

    Raises KeyReused, NothingSent, SomebodyWasFaster; REST errors become part of the outcome.
    """
    if not seen.is_fresh:
        known = claims.find_attempt(actor, entity, key, wish)
        if known is not None:
            return Outcome(known)
        seen = _look_again(actor, entity, seen)
    attempt, is_ours = claims.claim(actor, entity, key, seen, wish)
    return _send(actor, attempt) if is_ours else Outcome(attempt)


def resolve_attempt(*, actor: Actor, attempt: Attempt) -> Outcome:
    """Look for the payment of an open attempt; raises RestError when the portal cannot be asked."""
    is_being_sent = attempt.state == Attempt.State.SENDING
    if not attempt.is_open or (
        is_being_sent and timezone.now() - attempt.created_at < _STILL_SENDING
    ):
        return Outcome(attempt)
    asked_at = timezone.now()
    look, mine = _look_since(actor, attempt)
    taken = set(
        Attempt.objects.filter(
            portal=attempt.portal_id, payment_id__in=[payment.id for payment in mine]
        ).values_list("payment_id", flat=True)
    )
    candidates = [payment.id for payment in mine if payment.id not in taken]
    if len(candidates) == 1:
        return _adopt(actor, attempt, candidates[0], look)
    if not candidates and asked_at >= attempt.settles_at:
        return Outcome(claims.close(attempt, Attempt.State.NOT_ADDED), look)
    if candidates != attempt.candidates:
        attempt.candidates = candidates
        Attempt.objects.filter(pk=attempt.pk, state__in=Attempt.OPEN).update(candidates=candidates)
    return Outcome(attempt, look)


def choose_payment(*, actor: Actor, attempt: Attempt, payment_id: int | None) -> Outcome:
    """The person says which of the candidates is theirs, or None: none of them."""
    if not attempt.is_open or (payment_id is not None and payment_id not in attempt.candidates):
        return Outcome(attempt)
    if payment_id is None:
        return Outcome(claims.close(attempt, Attempt.State.NOT_ADDED))
    return _adopt(actor, attempt, payment_id, None)


def _look_again(actor: Actor, entity: Entity, seen: Seen) -> Seen:
    """A mark of this moment; raises SomebodyWasFaster, RestError."""
    look = actor.ask({"payments": gateway.list_command(entity)})
    payments = gateway.read_payments(look.value("payments"))
    if payments and payments[-1].id > seen.max_id:
        raise SomebodyWasFaster(payments[-1])
    return Seen(seen.max_id, int(time.time()))


def _send(actor: Actor, attempt: Attempt) -> Outcome:
    """Call once and record what came of it."""
    try:
        payment_id, answer = _call(actor, attempt)
    except Unknown as error:
        settles_at = timezone.now() + (timedelta(0) if error.is_finished else claims.portal_limit())
        claims.record(attempt, state=Attempt.State.UNCLEAR, settles_at=settles_at, error=error)
        return _resolve_at_once(actor, attempt, error) if error.is_finished else Outcome(attempt)
    except RestError as error:
        claims.record(attempt, state=Attempt.State.REFUSED, error=error)
        is_gone = isinstance(error, AccessDenied | MethodRefused) and _is_card_gone(actor, attempt)
        return Outcome(attempt, error=error, is_card_gone=is_gone)
    claims.record(attempt, state=Attempt.State.ADDED, payment_id=payment_id)
    look, composition = compose(actor, attempt, answer)
    return Outcome(attempt, look, composition=composition)


def _call(actor: Actor, attempt: Attempt) -> tuple[int, BatchAnswer | None]:
    """The id of the new payment, and the answers to all that could go with it in one request.

    Nothing is halted by an error: after a refused add the rows have no payment to go into and are
    refused as well, and one refused row does not keep the others out.
    """
    wish, reads = attempt.wish, look_commands(attempt.entity)
    commands = {
        "add": gateway.add_command(attempt.entity),
        **compose_commands(
            wish.portions[:PORTIONS_PER_BATCH],
            pay_system_id=wish.pay_system_id,
            payment=row_gateway.NEW_PAYMENT,
        ),
        **reads,
    }
    if gateway.ADD in actor.portal.unbatchable:
        return gateway.read_new_id(actor.client.call(commands["add"])), None
    answer = actor.client.batch(commands, halt=False)
    if isinstance(answer.errors.get("add"), BatchForbidden):
        actor.learn_unbatchable(commands["add"])
        return gateway.read_new_id(actor.client.call(commands["add"])), None
    return gateway.read_new_id(answer.value("add")), answer


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
    if not attempt.wish.portions:
        claims.note_payment(attempt, look.payment(payment_id) if look else None)
        return Outcome(attempt, look)
    look, composition = read_back(actor, attempt)
    return Outcome(attempt, look, composition=composition)


def _is_card_gone(actor: Actor, attempt: Attempt) -> bool:
    """Whether a refusal is explained by the card not existing any more."""
    try:
        actor.ask({"card": gateway.card_command(attempt.entity)}).value("card")
    except ItemNotFound:
        return True
    except RestError:
        return False
    return False


def _look_since(actor: Actor, attempt: Attempt) -> tuple[Look, tuple[Payment, ...]]:
    """The card now, and the payments made on it by this person after the click."""
    newer = gateway.newer_command(
        attempt.entity, above_id=attempt.seen_max_id, made_by=attempt.user_id
    )
    answer = actor.ask({**look_commands(attempt.entity), "mine": newer})
    look = read_look(answer)
    try:
        return look, gateway.read_payments(answer.value("mine"))
    except OurFault:
        # An older portal that cannot filter by person: everybody's newer payments are candidates.
        return look, tuple(p for p in look.payments if p.id > attempt.seen_max_id)
