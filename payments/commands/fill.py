"""Filling a payment that is there: putting products in, and reading back what is in it after all.

A product put in twice would be billed twice, so what is missing is always worked out from what the
portal lists, one process at a time, and never from what was sent. Different products go in
together; twins one by one, each read back, and the first difference stops them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import BatchForbidden, MethodRefused, RestError
from payments.commands import attempts
from payments.commands.claims import lock_payment, unlock_payment
from payments.commands.fill_twins import may_save_rows, put_twins, save_rows
from payments.commands.looking import finish_look
from payments.gateway import payments as gateway
from payments.gateway import products as product_gateway
from payments.gateway.card import Look, look_commands
from payments.gateway.composition import Composition, Why, put_in, read_composition
from payments.models import Attempt
from payments.types import Portion, PutIn, Wish

log = logging.getLogger(__name__)
PORTIONS_PER_BATCH = 30
_SETTLING_SECONDS = 1.0


class AnotherIsFilling(Exception):
    """Somebody is putting the rest into this payment at the moment."""


@dataclass(frozen=True)
class _Filled:
    """What the commands gave so far; `answer` is the last one with a look in it."""

    answer: BatchAnswer
    put: PutIn
    errors: Mapping[str, RestError] = field(default_factory=dict)


def compose(
    actor: Actor, attempt: Attempt, answer: BatchAnswer, *, ledger: Mapping[int, int] | None
) -> tuple[Look | None, Composition | None]:
    """Put in what did not go with the add, and read back; `answer` is that of the add.

    A failure here never looks like a failure of the add.
    """
    wish = attempt.wish
    try:
        filled = _fill_together(actor, attempt, answer)
        look, composition = _read(actor, attempt, filled, ledger=ledger)
        if _is_worth_another_try(wish, composition, filled):
            time.sleep(_SETTLING_SECONDS)
            filled = _put(actor, attempt, _together(wish.portions)[:PORTIONS_PER_BATCH])
            look, composition = _read(actor, attempt, filled, ledger=ledger)
        twins = [portion for portion in wish.portions if portion.is_twin]
        if twins and composition and not composition.differs:
            filled = _fill_twins(actor, attempt, look, twins, filled)
            look, composition = _read(actor, attempt, filled, ledger=ledger)
        if composition and composition.has_other_pay_system and look.may_edit_orders:
            look, composition = _set_pay_system(actor, attempt, filled, ledger)
    except RestError as error:
        log.warning("payment not composed: %s", error)
        unknown = Composition(len(wish.portions), is_known=False)
        return None, unknown if wish.is_special else None
    return look, composition


def read_back(actor: Actor, attempt: Attempt) -> tuple[Look, Composition | None]:
    """What is in the payment of an attempt now; raises RestError."""
    return _read(actor, attempt, _put(actor, attempt, ()), ledger=None)


def add_the_rest(*, actor: Actor, attempt: Attempt) -> tuple[Look | None, Composition | None]:
    """Put in what is still missing and still unbilled; raises AnotherIsFilling, RestError."""
    if not lock_payment(attempt):
        raise AnotherIsFilling
    try:
        look, before = read_back(actor, attempt)
        if before is None or not before.can_go_on:
            return look, before
        rest = [replace(m.portion, quantity=m.addable) for m in before.missing if m.addable]
        filled = _put(actor, attempt, _together(rest)[:PORTIONS_PER_BATCH])
        look, composition = _read(actor, attempt, filled, ledger=None)
        twins = [portion for portion in rest if portion.is_twin]
        if twins and composition and not composition.differs:
            filled = _fill_twins(actor, attempt, look, twins, filled)
            look, composition = _read(actor, attempt, filled, ledger=None)
        return look, composition
    finally:
        unlock_payment(attempt)


def _together(portions: Sequence[Portion]) -> list[Portion]:
    return [portion for portion in portions if not portion.is_twin]


def _fill_together(actor: Actor, attempt: Attempt, answer: BatchAnswer) -> _Filled:
    """All different products, in as few requests as the portal allows."""
    portions = _together(attempt.wish.portions)
    # The answer decides: what was learnt of the portal may be too old, and by it alone a product
    # that is in already would be sent again.
    is_unsent = any(isinstance(e, BatchForbidden) for e in _refusals(portions, answer.errors))
    if is_unsent or gateway.ADD in actor.portal.unbatchable:
        filled = _put(actor, attempt, portions[:PORTIONS_PER_BATCH])
    else:
        reads = look_commands(attempt.item, actor.portal.unbatchable)
        if attempt.wish.portions:
            reads["contents"] = product_gateway.parts_command(payment=attempt.payment_id or 0)
        answer = actor.complete(reads, answer)
        filled = _Filled(answer, put_in(portions, answer), answer.errors)
    for start in range(PORTIONS_PER_BATCH, len(portions), PORTIONS_PER_BATCH):
        later = _put(actor, attempt, portions[start : start + PORTIONS_PER_BATCH])
        filled = _Filled(
            later.answer, filled.put.joined(later.put), {**filled.errors, **later.errors}
        )
    return filled


def _put(actor: Actor, attempt: Attempt, portions: Sequence[Portion]) -> _Filled:
    """Put `portions` in, and look; what goes in by calls of its own is looked at after them."""
    payment = attempt.payment_id or 0
    puts = product_gateway.put_commands(portions, payment=payment)
    reads = {
        "contents": product_gateway.parts_command(payment=payment),
        **look_commands(attempt.item, actor.portal.unbatchable),
    }
    is_known = product_gateway.PUT in actor.portal.unbatchable
    answer = actor.ask(puts if puts and is_known else {**puts, **reads})
    if puts and product_gateway.PUT in actor.portal.unbatchable:
        answer = answer.followed_by(actor.ask(reads))
    return _Filled(answer, attempt.put_in.joined(put_in(portions, answer)), answer.errors)


def _fill_twins(
    actor: Actor, attempt: Attempt, look: Look, twins: Sequence[Portion], filled: _Filled
) -> _Filled:
    """Twins one by one, where each has a basket item of its own, or after the rows were saved."""
    put = filled.put
    if attempt.wish.saves_rows and not put.is_unsaved:
        if not may_save_rows(look, twins):
            return filled
        saved = save_rows(actor, look, twins)
        if saved is None:
            put = put.joined(PutIn({}, is_unsaved=True))
            return _Filled(_put(actor, attempt, ()).answer, put, filled.errors)
        look = saved
    payment = look.payment(attempt.payment_id)
    if payment is not None:
        put = put.joined(put_twins(actor, look, payment, twins))
        attempts.note_put_in(attempt, put)
    return _Filled(_put(actor, attempt, ()).answer, put, filled.errors)


def _read(
    actor: Actor, attempt: Attempt, filled: _Filled, *, ledger: Mapping[int, int] | None
) -> tuple[Look, Composition | None]:
    """The item and the payment as they are; raises RestError when they cannot be looked at."""
    if ledger is not None:
        ledger = {**ledger, **filled.put.parts}
    look = finish_look(actor, attempt.item, filled.answer, ledger=ledger)
    try:
        parts = product_gateway.read_parts(filled.answer.value("contents"))
        look = replace(look, parts={**look.parts, attempt.payment_id or 0: parts})
    except RestError:
        parts = None
    payment = look.payment(attempt.payment_id)
    attempts.note_payment(attempt, payment)
    wish = attempt.wish
    if not wish.is_special:
        return look, None
    composition, rows = read_composition(
        wish, payment=payment, parts=parts, put=filled.put, errors=filled.errors, look=look
    )
    attempts.note_put_in(attempt, filled.put.joined(PutIn(rows)))
    return look, composition


def _set_pay_system(
    actor: Actor, attempt: Attempt, filled: _Filled, ledger: Mapping[int, int] | None
) -> tuple[Look, Composition | None]:
    """Change what the add did not take, for those who may, and read it back."""
    wanted = attempt.wish.pay_system_id or 0
    command = gateway.pay_system_command(wanted, payment=attempt.payment_id or 0)
    actor.write("pay_system", command, then={})
    again = _put(actor, attempt, ())
    return _read(actor, attempt, _Filled(again.answer, filled.put, filled.errors), ledger=ledger)


def _is_worth_another_try(wish: Wish, composition: Composition | None, filled: _Filled) -> bool:
    """Right after the add a portal may not find its own payment yet: it refuses all of it then."""
    together = _together(wish.portions)
    refusals = _refusals(together, filled.errors)
    if composition is None or not all(isinstance(each, MethodRefused) for each in refusals):
        return False
    if not composition.is_known:
        return bool(together) and isinstance(filled.errors.get("contents"), MethodRefused)
    whys = [missing.why for missing in composition.missing if not missing.portion.is_twin]
    return bool(together) and whys == [Why.OPEN] * len(together)


def _refusals(
    portions: Sequence[Portion], errors: Mapping[str, RestError]
) -> list[RestError | None]:
    return [errors.get(product_gateway.row_key(portion.row_id)) for portion in portions]
