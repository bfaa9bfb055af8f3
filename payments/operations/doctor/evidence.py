"""What the probes look at: one item read as a tab reads it, and three questions beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from b24app.operations.doctor.observation import Witness
from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import RestError
from payments.commands.looking import finish_look
from payments.gateway import payments as gateway
from payments.gateway import products as product_gateway
from payments.gateway.card import Look, look_commands
from payments.gateway.pay_systems import KEY, pay_systems_command
from payments.models import Attempt
from payments.types import Item

MINE, PARTS, RIGHT = "mine", "parts_0", "right"
# No portal has come to it, and Bitrix24's own column holds it.
_NO_PAYMENT = 2**31 - 1
_MOST_CLICKS = 200


@dataclass(frozen=True)
class Evidence:
    """What was read; `order` and `nobody` are the errors of reading one payment and one that is
    not there, None for a result. `parts` are those of the first payment, asked for by its id.

    `batch_status` is None where no batch was sent, `code` the code of `nobody` as it came.
    """

    user_id: int
    look: Look
    answer: BatchAnswer
    attempts: Mapping[int, Attempt]
    batch_status: int | None
    first_id: int | None
    parts: Any = None
    order: RestError | None = None
    nobody: RestError | None = None
    code: Any = None


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
    told = json.loads(calls[-1].answer or "{}") if nobody else {}
    return Evidence(
        user_id=user_id,
        look=look,
        answer=answer,
        attempts=_attempts(actor, item),
        batch_status=batch_status,
        first_id=first_id,
        parts=parts,
        order=order,
        nobody=nobody,
        code=told.get("error"),
    )


def newest_item(witness: Witness) -> Item | None:
    """The item of the newest click that made a payment in this portal."""
    rows = Attempt.objects.filter(portal=witness.actor.portal, payment_id__isnull=False)
    newest = rows.order_by("-pk").first()
    return newest.item if newest else None


def _asked(actor: Actor, command: Command) -> tuple[Any, RestError | None]:
    try:
        return actor.client.call(command), None
    except RestError as error:
        return None, error


def _attempts(actor: Actor, item: Item) -> Mapping[int, Attempt]:
    """The app's own attempts on the item, by their payment."""
    rows = Attempt.objects.filter(
        portal=actor.portal,
        entity_type=item.type_id,
        entity_id=item.id,
        payment_id__isnull=False,
    )
    return {attempt.payment_id or 0: attempt for attempt in rows.order_by("-pk")[:_MOST_CLICKS]}
