"""Doing something to a payment that is there: pay, unpay, delete, another way to pay, its link.

These may be repeated without harm (a paid payment paid again stays paid), so after a lost answer
one look tells whether it was done. Rights are those of the order, not of the deal.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import MethodRefused, RestError, Unknown, UnreadableAnswer
from payments.commands.looking import finish_look
from payments.commands.others import note_gone
from payments.gateway import payments as gateway
from payments.gateway.card import Look, look_commands
from payments.gateway.payments import Action
from payments.limits import ADDRESS_LENGTH
from payments.marks import mark_click
from payments.parsing import read, whole
from payments.types import Item, Payment

# How long Bitrix24 is given to set up a payment page that it did not have.
SET_UP_SECONDS = 3.0


@dataclass(frozen=True)
class Done:
    """What came of an action: the item now, the payment before and after, and why not, if not."""

    look: Look | None
    payment: Payment | None
    error: RestError | None = None


@dataclass(frozen=True)
class Link:
    """Where the client pays: the page, a short address, and its QR code as base64 PNG if given."""

    url: str
    short_url: str
    qr: str


def act_on_payment(*, actor: Actor, item: Item, payment_id: int, action: Action) -> Done:
    """Pay, unpay or delete; REST errors become part of the answer."""
    return _do(actor, item, payment_id, gateway.action_command(action, payment_id), action)


def set_pay_system(*, actor: Actor, item: Item, payment_id: int, pay_system_id: int) -> Done:
    command = gateway.pay_system_command(pay_system_id, payment=payment_id)
    return _do(actor, item, payment_id, command, None)


def public_link(*, actor: Actor, payment_id: int) -> Link | None:
    """The client's link, or None where the portal must be verified first; raises RestError.

    The first question may set the payment page up and be refused, so it is asked twice. Never in a
    batch: there all payments of an order get the link of the first.
    (b24restdocs: salescenter/salescenter-payment-get-public-url.md; Bitrix24's module salescenter:
    lib/integration/landingmanager.php)
    """
    command = Command("salescenter.payment.getPublicUrl", {"id": payment_id})
    try:
        result = actor.client.call(command)
    except MethodRefused:
        # Whoever waits here holds one of the portal's own places.
        moment = actor.client.reserve(command)
        result = actor.client.call(command, at=replace(moment, at=moment.at + SET_UP_SECONDS))
    if not isinstance(result, dict):
        raise UnreadableAnswer(text="not a link")
    if "payment" not in result:
        return None
    payment = result["payment"]
    return read(
        lambda: Link(
            url=whole(payment["url"], ADDRESS_LENGTH),
            short_url=whole(payment.get("shortUrl"), ADDRESS_LENGTH),
            qr=str(payment.get("qr") or "")[:200_000],
        )
    )


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
