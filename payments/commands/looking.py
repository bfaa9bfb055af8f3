"""Looking at an item as a person: one batch, and a second one where that is not enough.

Knows the database for one thing: which row a part is of that the app put in itself.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import replace

from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import RestError, UnreadableAnswer
from payments.commands.attempts import parts_put_in
from payments.gateway.card import Look, look_commands, more_commands, read_look, with_more
from payments.gateway.payments import card_command, list_command, listed_ids, read_payments
from payments.limits import MOST_PAYMENTS
from payments.types import Item

log = logging.getLogger(__name__)
_MOST_PAGES, _PAGES_SECONDS = 100, 30.0


def look_at(actor: Actor, item: Item) -> Look:
    """The item now; raises RestError."""
    return finish_look(actor, item, actor.ask(look_commands(item, actor.portal.unbatchable)))


def look_at_payments(actor: Actor, item: Item) -> Look:
    """The item with its payments, and nothing of what is in them; raises RestError."""
    answer = actor.ask({"card": card_command(item), "payments": list_command(item)})
    look = read_look(item, answer)
    return _with_all_payments(actor, look) if "payments" in answer.unfinished else look


def finish_look(
    actor: Actor, item: Item, answer: BatchAnswer, *, ledger: Mapping[int, int] | None = None
) -> Look:
    """The look in an answer, with what else has to be known of it; raises RestError.

    `ledger` is what a page knew of the parts that the app put in; else the database is asked.
    """
    look = read_look(item, answer)
    if "payments" in answer.unfinished:
        look = _with_all_payments(actor, look)
    if ledger is None and any(p.row_id is None for parts in look.parts.values() for p in parts):
        ledger = parts_put_in(actor.portal, item)
    look = replace(look, ledger=ledger or {})
    forbidden = actor.portal.unbatchable
    commands = {k: c for k, c in more_commands(look).items() if c.method not in forbidden}
    if not commands:
        return look
    try:
        return with_more(look, actor.ask(commands))
    except RestError as error:
        log.warning("item not looked at to the end: %s", error)
        return replace(look, has_all_products=not look.has_more_products)


def _with_all_payments(actor: Actor, look: Look) -> Look:
    """The look with the payments that a portal cut off; raises RestError."""
    until = time.monotonic() + _PAGES_SECONDS
    for _ in range(_MOST_PAGES):
        if len(look.ids) > MOST_PAYMENTS or time.monotonic() > until:
            break
        result = actor.client.call(list_command(look.item, above_id=look.newest_id))
        ids = listed_ids(result)
        if not ids:
            return look
        look = replace(look, payments=look.payments + read_payments(result), listed=look.ids + ids)
    raise UnreadableAnswer(text="a list of payments without an end")
