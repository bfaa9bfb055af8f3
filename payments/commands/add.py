"""Adding a payment exactly once: claim, call, record; and asking again about an open click.

`crm.item.payment.add` has no idempotency key and commits before it answers, so the click is written
down before the call, the call is sent once, and an open outcome is looked up, never repeated. A
click that the portal's rate limit does not let through yet waits in a queue, unsent: it has its
moment there, and whoever asks about it then sends it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.db import DatabaseError, InterfaceError
from django.utils import timezone

from b24app.db.connections import release_connection
from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.concurrency import Moment
from b24app.rest.errors import (
    AccessDenied,
    ItemNotFound,
    MethodRefused,
    NotExecuted,
    PortalBusy,
    QueueTooLong,
    RateLimited,
    RestError,
    Unknown,
)
from payments.commands import attempts, claims
from payments.commands.fill import PORTIONS_PER_BATCH, compose
from payments.commands.looking import look_at
from payments.commands.others import NotAlone, SomebodyWasFaster, maker_of, note_gone
from payments.commands.resolve import Outcome, find_payment
from payments.commands.watermark import FRESH_SECONDS, Watermark
from payments.gateway import payments as gateway
from payments.gateway import products as product_gateway
from payments.gateway.card import look_commands
from payments.gateway.composition import put_in
from payments.marks import mark_click
from payments.models import Attempt, portal_limit
from payments.types import Item, Payment, Wish

log = logging.getLogger(__name__)
# A click waits so long within its request, and so long in the queue; a portal that lets nothing
# through is given up in the end.
_A_MOMENT_SECONDS = 3.0
_QUEUE_SECONDS = 300.0
_LONGEST_WAIT = timedelta(minutes=10)


def add_payment(
    *,
    actor: Actor,
    item: Item,
    key: UUID,
    watermark: Watermark,
    wish: Wish,
    ledger: Mapping[int, int] | None = None,
) -> Outcome:
    """One payment for `key` with the wished products in it, or the outcome it already has.

    `ledger` is what the page knows of the parts that the app put into earlier payments.

    Raises KeyReused, NothingSent, SomebodyWasFaster, and RestError where a look before the click
    fails; later REST errors become part of the outcome.
    """
    try:
        if not watermark.is_fresh:
            known = claims.find_attempt(actor, item, key, wish)
            if known is not None and not known.is_held_back:
                return Outcome(known)
            watermark = _look_again(actor, item, watermark)
        attempt, is_ours = _claim(actor, item, key, watermark, wish)
    except SomebodyWasFaster:
        # The same click may have come twice, and been sent as soon as nobody was in its way.
        attempt, is_ours = claims.hold_back(actor, item, key, watermark, wish), False
        if attempt.is_held_back:
            raise
    if not is_ours:
        return Outcome(attempt)
    return _send_or_queue(actor, attempt, may_send=watermark.is_fresh, ledger=ledger)


def resolve_attempt(*, actor: Actor, attempt: Attempt) -> Outcome:
    """Look for the payment of an open attempt, or send a queued one when its moment has come.

    Raises RestError when the portal cannot be asked.
    """
    if attempt.state == Attempt.State.QUEUED:
        return _send_queued(actor, attempt)
    return find_payment(actor, attempt)


def _claim(
    actor: Actor, item: Item, key: UUID, watermark: Watermark, wish: Wish
) -> tuple[Attempt, bool]:
    """As `claims.claim`, but for payments that the portal shows no more: those are passed over.

    Raises RestError too.
    """
    while True:
        try:
            return claims.claim(actor, item, key, watermark, wish)
        except NotAlone as found:
            other = found.other
        look = look_at(actor, item)
        if other.payment_id is None or other.payment_id in look.ids:
            raise SomebodyWasFaster(other, look)
        note_gone(actor.portal, other.payment_id)


def _look_again(actor: Actor, item: Item, watermark: Watermark) -> Watermark:
    """A watermark of this moment; raises SomebodyWasFaster, RestError.

    In a crowd it stays the old one: the click then waits, and gets a new one at its moment.
    """
    command = gateway.list_command(item, is_newest_first=True)
    try:
        moment = actor.client.reserve(command, seconds=_A_MOMENT_SECONDS)
    except QueueTooLong:
        return watermark
    result = actor.client.call(command, at=moment)
    newest = max(gateway.listed_ids(result), default=0)
    if newest > watermark.max_id:
        payment = gateway.find_payment(result, newest)
        number = payment.number if payment else str(newest)
        raise SomebodyWasFaster(maker_of(actor, newest, number=number), look_at(actor, item))
    return replace(watermark, at=int(time.time()))


def _send_or_queue(
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
    commands = _commands_of(actor, attempt)
    try:
        if timezone.now() - attempt.created_at > _LONGEST_WAIT:
            raise QueueTooLong
        moment = actor.client.reserve(*commands.values(), seconds=_QUEUE_SECONDS)
    except NotExecuted as error:
        attempts.record(attempt, state=Attempt.State.REFUSED, error=error)
        return Outcome(attempt, error=error)
    if may_send and moment.at - time.time() <= _A_MOMENT_SECONDS:
        return _send(actor, attempt, commands, moment, ledger=ledger)
    attempts.queue(attempt, at=moment.at)
    return Outcome(attempt)


def _send_queued(actor: Actor, attempt: Attempt) -> Outcome:
    """Send a queued click if its moment has come or is near; exactly one caller gets to send it."""
    wait = (attempt.began_at - timezone.now()).total_seconds()
    if wait > _A_MOMENT_SECONDS:
        return Outcome(attempt)
    if attempt.is_unwanted:
        attempts.drop_from_queue(attempt)
        return Outcome(attempt)
    newest_id = _newest_id(actor, attempt)
    release_connection()
    time.sleep(max(0.0, wait))
    if not claims.take_from_queue(attempt, newest_id=newest_id):
        return Outcome(attempt)
    commands = _commands_of(actor, attempt)
    return _send(actor, attempt, commands, Moment(time.time()))


def _newest_id(actor: Actor, attempt: Attempt) -> int:
    """A payment id of this minute, which that of this click's payment exceeds; raises RestError.

    Ids grow across all items of a portal, so another click's payment serves as well.
    """
    newest = attempts.newest_payment(actor.portal)
    if newest and newest[1] > timezone.now() - timedelta(seconds=FRESH_SECONDS):
        return newest[0]
    command = gateway.list_command(attempt.item, is_newest_first=True)
    return max(gateway.listed_ids(actor.client.call(command)), default=0)


def _commands_of(actor: Actor, attempt: Attempt) -> dict[str, Command]:
    """The add and all that can go with it in one request.

    Nothing is halted by an error: after a refused add the rows have no payment to go into and are
    refused as well, and one refused row does not keep the others out.
    """
    wish = attempt.wish
    together = [portion for portion in wish.portions if not portion.is_twin]
    new = product_gateway.NEW_PAYMENT
    return {
        "add": gateway.add_command(attempt.item, pay_system_id=wish.pay_system_id),
        **product_gateway.put_commands(together[:PORTIONS_PER_BATCH], payment=new),
        **({"contents": product_gateway.parts_command(payment=new)} if wish.portions else {}),
        **look_commands(attempt.item, actor.portal.unbatchable),
    }


def _send(
    actor: Actor,
    attempt: Attempt,
    commands: Mapping[str, Command],
    moment: Moment,
    *,
    ledger: Mapping[int, int] | None = None,
) -> Outcome:
    """Call once and record what came of it; what the limits kept from being sent is queued."""
    mark_click(actor.portal, attempt.item, actor.user.user_id)
    try:
        answer = actor.send("add", commands, at=moment, not_after=attempt.last_moment)
        payment_id = gateway.read_new_id(answer.value("add"))
    except Unknown as error:
        settles_at = timezone.now() + (timedelta(0) if error.is_finished else portal_limit())
        attempts.record(attempt, state=Attempt.State.UNCLEAR, settles_at=settles_at, error=error)
        return _resolve_at_once(actor, attempt, error) if error.is_finished else Outcome(attempt)
    except (PortalBusy, RateLimited):
        return _send_or_queue(actor, attempt, may_send=False)
    except RestError as error:
        attempts.record(attempt, state=Attempt.State.REFUSED, error=error)
        is_gone = isinstance(error, AccessDenied | MethodRefused) and _is_item_gone(actor, attempt)
        return Outcome(attempt, error=error, is_item_gone=is_gone)
    portions = attempt.wish.portions
    attempts.record(
        attempt,
        state=Attempt.State.ADDED,
        payment_id=payment_id,
        payment=_shown_in(answer, payment_id),
        put_in=put_in(portions, answer) if portions else None,
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


def _shown_in(answer: BatchAnswer, payment_id: int) -> Payment | None:
    """The new payment as the list after the add shows it."""
    try:
        return gateway.find_payment(answer.value("payments"), payment_id)
    except RestError:
        return None


def _is_item_gone(actor: Actor, attempt: Attempt) -> bool:
    """Whether a refusal is explained by the item not existing any more."""
    try:
        answer = actor.ask({"card": gateway.card_command(attempt.item)})
    except RestError:
        return False
    return isinstance(answer.errors.get("card"), ItemNotFound)
