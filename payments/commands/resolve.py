"""What became of a click whose answer was lost: looked up in the portal, never repeated.

One new payment of this person is the click's own; several are shown, and the person decides. What a
portal cannot tell is neither adopted nor given up.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

from django.db import IntegrityError
from django.utils import timezone

from b24app.portals.actors import Actor
from b24app.rest.errors import OurFault, RestError
from payments.commands import attempts
from payments.commands.fill import read_back
from payments.commands.looking import finish_look, look_at
from payments.gateway import payments as gateway
from payments.gateway.card import Look, look_commands
from payments.gateway.composition import Composition
from payments.marks import mark_click
from payments.models import Attempt

log = logging.getLogger(__name__)
_STILL_SENDING = timedelta(seconds=15)


@dataclass(frozen=True)
class Outcome:
    """What is known of a click: the attempt, and the item if it was looked at on the way.

    `composition` says which of the wanted rows got into the payment, where rows were wanted.
    """

    attempt: Attempt
    look: Look | None = None
    error: RestError | None = None
    is_item_gone: bool = False
    composition: Composition | None = None


def find_payment(actor: Actor, attempt: Attempt) -> Outcome:
    """Look for the payment of an attempt that was sent; raises RestError."""
    is_being_sent = attempt.state == Attempt.State.SENDING
    if not attempt.is_open or (
        is_being_sent and timezone.now() - attempt.began_at < _STILL_SENDING
    ):
        return Outcome(attempt)
    is_settled = attempt.is_settled
    look, makers = _look_since(actor, attempt)
    mine, of_others = makers or (set(), set())
    newer = {payment_id for payment_id in look.ids if payment_id > attempt.seen_max_id} | mine
    taken = Attempt.objects.filter(portal=attempt.portal_id, payment_id__in=newer)
    free = newer - set(taken.values_list("payment_id", flat=True)) - set(attempt.declined)
    own, nobodys = free & mine, free - of_others
    if len(own) == 1:
        return _adopt(actor, attempt, own.pop(), look)
    candidates = sorted(own or (nobodys if is_settled or not makers else ()))
    if not candidates and is_settled and actor.portal.is_cloud:
        return Outcome(attempts.close(attempt, Attempt.State.NOT_ADDED), look)
    attempts.ask_about(attempt, candidates)
    return Outcome(attempt, look)


def choose_payment(
    *, actor: Actor, attempt: Attempt, payment_id: int | None, shown: Collection[int]
) -> Outcome:
    """The person says which of the candidates is theirs, or None: none of those `shown`.

    None means not these: while the portal may still be working, the look goes on. Afterwards one
    more look decides, because what came since the page was made is on no page; raises RestError.
    """
    is_choice = payment_id in attempt.candidates if payment_id else attempt.needs_word
    if not attempt.is_open or not is_choice:
        return Outcome(attempt)
    if payment_id is not None:
        return _adopt(actor, attempt, payment_id, None)
    attempts.decline_candidates(attempt, shown)
    if not attempt.is_settled and not attempt.candidates:
        return Outcome(attempt)
    outcome = find_payment(actor, attempt)
    is_last_word = outcome.attempt.needs_word and not (outcome.attempt.candidates or shown)
    if not is_last_word:
        return outcome
    return replace(outcome, attempt=attempts.close(attempt, Attempt.State.NOT_ADDED))


def look_after(actor: Actor, outcome: Outcome) -> Outcome:
    """The outcome of a closed attempt with the item as it is now, and what is in its payment.

    Unchanged where the portal does not tell.
    """
    attempt = outcome.attempt
    try:
        if attempt.state == Attempt.State.ADDED and attempt.wish.is_special:
            look, composition = read_back(actor, attempt)
            return replace(outcome, look=look, composition=composition)
        return replace(outcome, look=look_at(actor, attempt.item))
    except RestError:
        return outcome


def _adopt(actor: Actor, attempt: Attempt, payment_id: int, look: Look | None) -> Outcome:
    """The payment is this click's; what it holds is read back."""
    mark_click(actor.portal, attempt.item, actor.user.user_id)
    try:
        attempts.close(attempt, Attempt.State.ADDED, payment_id=payment_id)
    except IntegrityError:
        log.warning("payment of attempt %s was taken meanwhile", attempt.pk)
        return Outcome(attempt, look)
    if not attempt.wish.is_special:
        attempts.note_payment(attempt, look.payment(payment_id) if look else None)
        return Outcome(attempt, look)
    look, composition = read_back(actor, attempt)
    return Outcome(attempt, look, composition=composition)


def _look_since(actor: Actor, attempt: Attempt) -> tuple[Look, tuple[set[int], set[int]] | None]:
    """The item now, and of the payments after the click the person's own and those of others.

    None where the portal cannot tell whose they are: an older one has no such filter.
    """
    reads = look_commands(attempt.item, actor.portal.unbatchable)
    since = partial(gateway.newer_command, attempt.item, above_id=attempt.seen_max_id)
    answer = actor.ask(
        {**reads, "mine": since(made_by=attempt.user_id), "named": since(is_named=True)}
    )
    look = finish_look(actor, attempt.item, answer)
    try:
        mine, named = (set(gateway.listed_ids(answer.value(key))) for key in ("mine", "named"))
    except OurFault:
        return look, None
    return look, (mine, named - mine)
