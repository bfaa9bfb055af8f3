"""Some deals with what they owe, read as their reader: the list, then the payments of each.

Two round trips for 45 deals. A portal that gives payments one deal at a time costs a call a deal,
so that few are read at once, and for a few seconds only.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import BatchForbidden, RestError
from payments.billing.owed import Client, Deal, Debt, debt_of
from payments.gateway import payments as gateway
from payments.gateway.deals import (
    Choice,
    deals_command,
    names_commands,
    read_deals,
    read_names,
)
from payments.types import DEAL, Item

# Beside them stand the names of clients, and a batch takes 50.
MOST_AT_ONCE = 45
MOST_ALONE, _ALONE_SECONDS = 10, 15.0
_DEALS = "deals"


@dataclass(frozen=True)
class Found:
    """Deals with their debts, oldest first, and whether there are more after the last of them.

    `errors` says of a deal why its payments could not be read. `is_slow`: the portal gave the
    payments of one deal at a time.
    """

    debts: tuple[Debt, ...]
    has_more: bool
    errors: Mapping[int, RestError] = field(default_factory=dict)
    names: Mapping[Client, str] = field(default_factory=dict)
    is_slow: bool = False


def first_reads(choice: Choice, *, after_id: int = 0) -> dict[str, Command]:
    """What has to be asked first: the list."""
    return {_DEALS: deals_command(choice, after_id=after_id)}


def read_some(actor: Actor, choice: Choice, *, after_id: int = 0) -> Found:
    """The next deals of a choice; raises RestError when the list is refused, or all is."""
    answer = actor.ask(first_reads(choice, after_id=after_id))
    return read_debts(actor, choice, answer, after_id=after_id)


def read_debts(actor: Actor, choice: Choice, answer: BatchAnswer, *, after_id: int = 0) -> Found:
    """The debts of the deals in an answer to `first_reads`; raises RestError likewise."""
    deals = [deal for deal in read_deals(answer.value(_DEALS)) if deal.id > after_id]
    clients = {deal.client for deal in deals[:MOST_AT_ONCE] if deal.client}
    names = names_commands(clients | ({choice.client} if choice.client else set()))
    answers: dict[int, BatchAnswer] = {}
    if gateway.LIST not in actor.portal.unbatchable and deals:
        answer = _together(actor, deals[:MOST_AT_ONCE], names)
        answers = {deal.id: answer for deal in deals[:MOST_AT_ONCE]}
    elif names:
        answer = actor.ask(names)
    is_slow = gateway.LIST in actor.portal.unbatchable
    if is_slow:
        answers = {deal.id: alone for deal, alone in _one_by_one(actor, deals, answer)}
    read = [deal for deal in deals if deal.id in answers]
    debts, errors = [], {}
    for deal in read:
        try:
            debts.append(_debt(deal, answers[deal.id]))
        except RestError as error:
            debts.append(Debt(deal, is_read=False))
            errors[deal.id] = error
    return Found(
        debts=tuple(debts),
        has_more=len(deals) > len(read),
        errors=errors,
        names=read_names(answer.results),
        is_slow=is_slow and bool(deals),
    )


def _together(actor: Actor, deals: list[Deal], names: Mapping[str, Command]) -> BatchAnswer:
    """One batch; what it may not hold is learnt, and of payments left to `_one_by_one`."""
    payments = {_key(deal): _command(deal) for deal in deals}
    answer = actor.client.batch({**payments, **names}, halt=False)
    refused = [key for key in payments if isinstance(answer.errors.get(key), BatchForbidden)]
    if refused:
        return actor.complete({refused[0]: payments[refused[0]], **names}, answer)
    return actor.complete(names, answer)


def _one_by_one(
    actor: Actor, deals: list[Deal], known: BatchAnswer
) -> Iterator[tuple[Deal, BatchAnswer]]:
    """The payments of some deals; those that are `known` already are not asked for again."""
    until = time.monotonic() + _ALONE_SECONDS
    for deal in deals[:MOST_ALONE]:
        key = _key(deal)
        yield deal, known if key in known.results else actor.ask({key: _command(deal)})
        if time.monotonic() > until:
            return


def _debt(deal: Deal, answer: BatchAnswer) -> Debt:
    """What a deal owes by the list of its payments; raises RestError."""
    listed = answer.value(_key(deal))
    payments = gateway.read_payments(listed)
    is_cut = _key(deal) in answer.unfinished
    return debt_of(
        deal, payments, has_unread=is_cut or len(payments) < len(gateway.listed_ids(listed))
    )


def _key(deal: Deal) -> str:
    return f"deal_{deal.id}"


def _command(deal: Deal) -> Command:
    return gateway.list_command(Item(DEAL, deal.id))
