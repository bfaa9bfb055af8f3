"""Doing something to a payment that is there: pay, unpay, delete, another way to pay.

These may be repeated without harm (a paid payment paid again stays paid), so after a lost answer
one look tells whether it was done. Rights are those of the order, not of the deal.
"""

from __future__ import annotations

from dataclasses import dataclass

from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import RestError, Unknown, UnreadableAnswer
from payments.commands.looking import finish_look
from payments.commands.others import note_gone
from payments.gateway import payments as gateway
from payments.gateway.card import Look, look_commands
from payments.gateway.payments import Action
from payments.marks import mark_click
from payments.types import Item, Payment


@dataclass(frozen=True)
class Done:
    """What came of an action: the item now, the payment before and after, and why not, if not."""

    look: Look | None
    payment: Payment | None
    error: RestError | None = None


def act_on_payment(*, actor: Actor, item: Item, payment_id: int, action: Action) -> Done:
    """Pay, unpay or delete; REST errors become part of the answer."""
    return _do(actor, item, payment_id, gateway.action_command(action, payment_id), action)


def set_pay_system(*, actor: Actor, item: Item, payment_id: int, pay_system_id: int) -> Done:
    command = gateway.pay_system_command(pay_system_id, payment=payment_id)
    return _do(actor, item, payment_id, command, None)


def _do(actor: Actor, item: Item, payment_id: int, command: Command, action: Action | None) -> Done:
    reads = look_commands(item, actor.portal.unbatchable)
    mark_click(actor.portal, item, actor.user.user_id)
    try:
        answer = actor.write("act", command, then=reads)
        error = answer.error("act")
    except Unknown as unknown:
        answer, error = actor.ask(reads), unknown
    look = _look(actor, item, answer)
    payment = look.payment(payment_id) if look else None
    if look and action and (error is None or isinstance(error, Unknown)):
        # The list decides, whatever the portal said of the action.
        is_done = _is_as_wanted(action, look, payment_id)
        error = None if is_done else error or UnreadableAnswer(text="not to be seen in the list")
        if is_done and action is Action.DELETE:
            note_gone(actor.portal, payment_id)
    return Done(look, payment, error)


def _look(actor: Actor, item: Item, answer: BatchAnswer) -> Look | None:
    try:
        return finish_look(actor, item, answer)
    except RestError:
        return None


def _is_as_wanted(action: Action, look: Look, payment_id: int) -> bool:
    if action is Action.DELETE:
        return payment_id not in look.ids
    payment = look.payment(payment_id)
    return payment is not None and payment.is_paid == (action is Action.PAY)
