"""Looking at an item as a person: one batch, and a second one where that is not enough.

Knows the database for one thing: which row a part is of that the app put in itself.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from b24app.actors import Actor
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import RestError, UnreadableAnswer
from payments.claims import parts_put_in
from payments.gateway import list_command, read_payments
from payments.look import Look, look_commands, more_commands, read_look, with_more
from payments.types import Entity, Payment

log = logging.getLogger(__name__)
_MOST_PAGES = 100


def look_at(actor: Actor, entity: Entity) -> Look:
    """The item now; raises RestError."""
    return finish_look(actor, entity, actor.ask(look_commands(entity, actor.portal.unbatchable)))


def finish_look(
    actor: Actor, entity: Entity, answer: BatchAnswer, *, ledger: Mapping[int, int] | None = None
) -> Look:
    """The look in an answer, with what else has to be known of it; raises RestError.

    `ledger` is what a page knew of the parts that the app put in; else the database is asked.
    """
    look = read_look(entity, answer)
    if "payments" in answer.unfinished:
        look = replace(look, payments=_all_payments(actor, look))
    if ledger is None and look.parts.lacks_rows():
        ledger = parts_put_in(actor.portal, entity)
    look = replace(look, ledger=ledger or {})
    forbidden = actor.portal.unbatchable
    commands = {k: c for k, c in more_commands(look).items() if c.method not in forbidden}
    if not commands:
        return look
    try:
        return with_more(look, actor.ask(commands))
    except RestError as error:
        log.warning("item not looked at to the end: %s", error)
        return replace(look, rows_error=error) if look.has_more_products else look


def _all_payments(actor: Actor, look: Look) -> tuple[Payment, ...]:
    """The payments with those that a portal cut off; raises RestError."""
    payments = look.payments
    for _ in range(_MOST_PAGES):
        newest = max(payment.id for payment in payments)
        command = list_command(look.entity, above_id=newest)
        more = read_payments(actor.client.call(command))
        if not more:
            return payments
        payments += more
    raise UnreadableAnswer(text="a list of payments without an end")
