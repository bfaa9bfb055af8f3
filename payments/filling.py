"""Filling a payment that is there: the rest of the rows, and what is in it after all.

A row put in twice would bill it twice, so what is missing is always worked out from what the
portal lists, one process at a time, and never from what was sent.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

from b24app.actors import Actor
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import MethodRefused, RestError
from payments import claims, row_gateway
from payments.composition import (
    PORTIONS_PER_BATCH,
    Composition,
    compose_commands,
    read_composition,
)
from payments.look import Look, look_commands, read_look
from payments.models import Attempt
from payments.types import Portion, Wish

log = logging.getLogger(__name__)
_SETTLING_SECONDS = 1.0


class AnotherIsFilling(Exception):
    """Somebody is putting the rest into this payment at the moment."""


def compose(
    actor: Actor, attempt: Attempt, answer: BatchAnswer | None
) -> tuple[Look | None, Composition | None]:
    """Put in what the adding batch did not, and read back; `answer` is that batch's, if there was.

    A failure here never looks like a failure of the add.
    """
    wish = attempt.wish
    try:
        if answer is None:
            answer = _put(actor, attempt, wish.portions[:PORTIONS_PER_BATCH], wish.pay_system_id)
        for start in range(PORTIONS_PER_BATCH, len(wish.portions), PORTIONS_PER_BATCH):
            portions = wish.portions[start : start + PORTIONS_PER_BATCH]
            later = _put(actor, attempt, portions, None)
            answer = BatchAnswer(
                {**answer.results, **later.results}, {**answer.errors, **later.errors}
            )
        answer = actor.complete(look_commands(attempt.entity), answer)
        look, composition = _read(attempt, wish, answer)
        if composition and _is_worth_another_try(composition):
            time.sleep(_SETTLING_SECONDS)
            answer = _put(actor, attempt, wish.portions[:PORTIONS_PER_BATCH], None)
            look, composition = _read(attempt, wish, answer)
    except RestError as error:
        log.warning("payment not composed: %s", error)
        unknown = Composition(len(wish.portions), is_known=False) if wish.portions else None
        return None, unknown
    return look, composition


def read_back(actor: Actor, attempt: Attempt) -> tuple[Look | None, Composition | None]:
    """What is in the payment of an attempt now."""
    return compose_rest(actor, attempt, ())


def add_the_rest(*, actor: Actor, attempt: Attempt) -> tuple[Look | None, Composition | None]:
    """Put in what is still missing and still unbilled; raises AnotherIsFilling, RestError."""
    if not claims.take_turn(attempt):
        raise AnotherIsFilling
    try:
        look, before = read_back(actor, attempt)
        if before is None or not before.can_go_on:
            return look, before
        portions = [
            Portion(missing.portion.row_id, missing.addable)
            for missing in before.missing
            if missing.addable
        ]
        return compose_rest(actor, attempt, portions)
    finally:
        claims.end_turn(attempt)


def compose_rest(
    actor: Actor, attempt: Attempt, portions: Sequence[Portion]
) -> tuple[Look | None, Composition | None]:
    """Put `portions` in and read back everything that the click wanted; raises RestError."""
    answer = _put(actor, attempt, portions[:PORTIONS_PER_BATCH], None)
    return _read(attempt, attempt.wish, answer)


def _put(
    actor: Actor, attempt: Attempt, portions: Sequence[Portion], pay_system_id: int | None
) -> BatchAnswer:
    payment = attempt.payment_id or 0
    commands = compose_commands(portions, pay_system_id=pay_system_id, payment=payment)
    commands["contents"] = row_gateway.contents_command(payment=payment)
    return actor.ask({**commands, **look_commands(attempt.entity)})


def _read(
    attempt: Attempt, wish: Wish, answer: BatchAnswer
) -> tuple[Look | None, Composition | None]:
    try:
        look = read_look(answer)
    except RestError as error:
        log.warning("card not read after an add: %s", error)
        look = None
    if look:
        claims.note_payment(attempt, look.payment(attempt.payment_id))
    is_wished = wish.portions or wish.pay_system_id is not None
    return look, read_composition(wish, answer, look) if is_wished else None


def _is_worth_another_try(composition: Composition) -> bool:
    """Right after the add a portal may not find its own payment yet: every row is refused then."""
    is_total = len(composition.missing) == composition.wanted > 0
    return is_total and all(
        isinstance(missing.error, MethodRefused) and missing.addable == missing.portion.quantity
        for missing in composition.missing
    )
