"""What the probes look at: one item read as a tab reads it, and three questions beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24app.operations.doctor.observation import Mark, Witness
from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import RestError
from payments.commands.attempts import attempts_with_payment
from payments.commands.looking import finish_look
from payments.gateway import payments as gateway
from payments.gateway import products as product_gateway
from payments.gateway.card import Look, look_commands
from payments.gateway.pay_systems import KEY, pay_systems_command
from payments.models import Attempt
from payments.types import Item

SEEN, OTHER, OPEN = Mark.SEEN, Mark.OTHER, Mark.OPEN
# What a probe says: whether it is as expected, what was seen, and what that means.
Said = tuple[Mark, str, str]
MINE, PARTS = "mine", "parts_0"
# No portal has come to it, and Bitrix24's own column holds it.
_NO_PAYMENT = 2**31 - 1
_MOST_ATTEMPTS = 200


@dataclass(frozen=True)
class Evidence:
    """What was read; `attempts` are the app's own on the item, by their payment.

    `order` and `nobody` are the errors of reading one payment and one that is not there, None for a
    result. `parts` are those of the first payment, asked for by its id. `batch_status` is None
    where no batch was sent, `code` the code of `nobody` as it came.
    """

    user_id: int
    look: Look
    answer: BatchAnswer
    attempts: Mapping[int, Attempt]
    batch_status: int | None
    first_id: int | None
    parts: Any
    order: RestError | None
    nobody: RestError | None
    code: Any


def gather(witness: Witness, item: Item) -> Evidence:
    """All of it; raises RestError where the item itself cannot be read."""
    actor, calls = witness.actor, witness.calls
    user_id = actor.user.user_id
    reads = {
        **look_commands(item, actor.portal.unbatchable),
        KEY: pay_systems_command(),
        MINE: gateway.newer_command(item, above_id=0, made_by=user_id),
    }
    answer = actor.ask(reads)
    batch_status = next((call.status for call in calls if call.method == "batch"), None)
    look = finish_look(actor, item, answer)
    first_id = next(iter(gateway.listed_ids(answer.value("payments"))), None)
    parts, order = None, None
    if first_id is not None:
        parts, _ = _asked(actor, product_gateway.parts_command(payment=first_id))
        _, order = _asked(actor, Command(gateway.GET, {"id": first_id}))
    _, nobody = _asked(actor, Command(gateway.GET, {"id": _NO_PAYMENT}))
    code = json.loads(calls[-1].answer or "{}").get("error") if nobody else None
    made = attempts_with_payment(actor.portal, item)[:_MOST_ATTEMPTS]
    attempts = {attempt.payment_id or 0: attempt for attempt in made}
    return Evidence(
        user_id, look, answer, attempts, batch_status, first_id, parts, order, nobody, code
    )


def _asked(actor: Actor, command: Command) -> tuple[Any, RestError | None]:
    try:
        return actor.client.call(command), None
    except RestError as error:
        return None, error
