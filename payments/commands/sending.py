"""What a click sends: the add with all that can go with it, and what the answer holds."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.concurrency import Moment
from b24app.rest.errors import BatchForbidden, ItemNotFound, RestError
from payments.commands.fill import PORTIONS_PER_BATCH
from payments.gateway import payments as gateway
from payments.gateway import products as product_gateway
from payments.gateway.card import look_commands
from payments.gateway.composition import put_in
from payments.models import Attempt
from payments.types import Payment, PutIn


def commands_of(attempt: Attempt, unbatchable: Collection[str] = ()) -> dict[str, Command]:
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
        **look_commands(attempt.item, unbatchable),
    }


def call_add(
    actor: Actor, commands: Mapping[str, Command], moment: Moment
) -> tuple[int, BatchAnswer | None]:
    """The id of the new payment, and the answers to all that could go with it in one request."""
    if gateway.ADD in actor.portal.unbatchable:
        return gateway.read_new_id(actor.client.call(commands["add"], at=moment)), None
    answer = actor.client.batch(commands, halt=False, at=moment)
    if isinstance(answer.errors.get("add"), BatchForbidden):
        actor.learn_unbatchable(commands["add"])
        return gateway.read_new_id(actor.client.call(commands["add"])), None
    return gateway.read_new_id(answer.value("add")), answer


def put_in_with(attempt: Attempt, answer: BatchAnswer | None) -> PutIn | None:
    """What came of the products that went with the add."""
    portions = attempt.wish.portions
    return put_in(portions, answer) if answer and portions else None


def shown_in(answer: BatchAnswer | None, payment_id: int) -> Payment | None:
    """The new payment as the list after the add shows it."""
    try:
        return gateway.find_payment(answer.value("payments"), payment_id) if answer else None
    except RestError:
        return None


def is_item_gone(actor: Actor, attempt: Attempt) -> bool:
    """Whether a refusal is explained by the card not existing any more."""
    try:
        actor.ask({"card": gateway.card_command(attempt.item)}).value("card")
    except ItemNotFound:
        return True
    except RestError:
        return False
    return False
