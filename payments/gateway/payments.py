"""The words crm.item.payment.*: commands out, typed answers in.

Knows the portal's field names and forms and nothing of rows, requests or users of ours. Answers are
not trusted: whatever is not of the documented form raises UnreadableAnswer.
Sources: b24restdocs api-reference/crm/universal/payment/*.md and crm-item-get.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

from b24app.rest.client import Command
from b24app.rest.errors import ResultUnusable, UnreadableAnswer
from b24app.rest.responses import as_list
from payments.gateway.deal_fields import read_shown
from payments.limits import LARGEST_ID, MOST_PAYMENTS, NUMBER_LENGTH
from payments.parsing import amount, currency, identifier, read, short
from payments.types import Card, Item, Payment

ADD = "crm.item.payment.add"
GET = "crm.item.payment.get"
LIST = "crm.item.payment.list"


class Action(StrEnum):
    """What can be done to a payment that is there."""

    PAY = "pay"
    UNPAY = "unpay"
    DELETE = "delete"


def card_command(item: Item) -> Command:
    return Command("crm.item.get", {"entityTypeId": item.type_id, "id": item.id})


def list_command(item: Item, *, above_id: int = 0, is_newest_first: bool = False) -> Command:
    """All payments of the card in one answer: the method has no pages.

    A portal that cuts its list all the same gives the rest `above_id`, or the newest first.
    """
    params: dict[str, Any] = {"entityTypeId": item.type_id, "entityId": item.id}
    if above_id:
        params |= {"filter": {">id": above_id}, "order": {"id": "asc"}}
    if is_newest_first:
        params["order"] = {"id": "desc"}
    return Command(LIST, params)


def one_command(item: Item, payment_id: int) -> Command:
    """The list with one payment in it, which needs no right to the order."""
    params = {"entityTypeId": item.type_id, "entityId": item.id, "filter": {"id": payment_id}}
    return Command(LIST, params)


def add_command(item: Item, *, pay_system_id: int | None = None) -> Command:
    """Makes an empty payment; the method takes no amount, no rows, no idempotency key.

    The way to pay goes with it: changing it afterwards needs a right that salespeople seldom have.
    """
    params: dict[str, Any] = {"entityTypeId": item.type_id, "entityId": item.id}
    if pay_system_id is not None:
        params["fields"] = {"paySystemId": pay_system_id}
    return Command(ADD, params)


def get_command(payment_id: int | str) -> Command:
    """One payment; it needs the right to the order, as the actions do, and so tells of that right.

    In a batch the payment may be a reference that leads nowhere.
    """
    return Command(GET, {"id": payment_id}, may_lack=True)


def action_command(action: Action, payment_id: int) -> Command:
    return Command(f"crm.item.payment.{action}", {"id": payment_id})


def pay_system_command(pay_system_id: int, *, payment: int | str) -> Command:
    """Sets how a payment is to be paid; it needs the right to the order, unlike the add."""
    params = {"id": payment, "fields": {"paySystemId": pay_system_id}}
    return Command("crm.item.payment.update", params)


def newer_command(
    item: Item, *, above_id: int, made_by: int | None = None, is_named: bool = False
) -> Command:
    """Payments with a greater id, of one responsible person, or with any such person at all."""
    conditions: dict[str, int] = {">id": above_id}
    if made_by is not None:
        conditions["empResponsibleId"] = made_by
    if is_named:
        conditions[">empResponsibleId"] = 0
    params = {"entityTypeId": item.type_id, "entityId": item.id, "filter": conditions}
    return Command(LIST, params)


def read_new_id(result: Any) -> int:
    """The id of a payment just made; `{"result": 0}` is a possible failure: ResultUnusable."""
    if isinstance(result, bool) or not isinstance(result, int) or not 0 < result <= LARGEST_ID:
        raise ResultUnusable(text="no payment id")
    return result


def read_card(result: Any) -> Card:
    return read(lambda: _card(result["item"]))


def read_payments(result: Any) -> tuple[Payment, ...]:
    """The payments of a list that can be read, oldest first; `listed_ids` names them all.

    Of a longer list the newest MOST_PAYMENTS are read.
    """
    listed = as_list(result, of="payments")
    if len(listed) > MOST_PAYMENTS:
        listed = read(lambda: sorted(listed, key=lambda row: identifier(row["id"])))
    rows = [_readable(row) for row in listed[-MOST_PAYMENTS:]]
    return tuple(sorted((row for row in rows if row is not None), key=lambda p: p.id))


def listed_ids(result: Any) -> tuple[int, ...]:
    """The ids of a list in the order of the answer, which references in a batch follow."""
    rows = as_list(result, of="payments")
    return read(lambda: tuple(identifier(row["id"]) for row in rows))


def find_payment(result: Any, payment_id: int) -> Payment | None:
    """The payment of this id in a list, whatever else is there."""
    return next((each for each in read_payments(result) if each.id == payment_id), None)


def _card(item: Mapping[str, Any]) -> Card:
    return Card(
        title=short(item.get("title")),
        amount=amount(item.get("opportunity") or 0),
        currency=currency(item.get("currencyId")),
        shown=read_shown(item),
    )


def _readable(row: Any) -> Payment | None:
    """The payment of a row, or None: one odd row takes nothing from the others."""
    try:
        return read(lambda: _payment(row))
    except UnreadableAnswer:
        return None


def _payment(row: Mapping[str, Any]) -> Payment:
    paid_at, system_id = row.get("datePaid"), row.get("paySystemId")
    return Payment(
        id=identifier(row["id"]),
        number=short(row["accountNumber"], NUMBER_LENGTH),
        is_paid=row["paid"] == "Y",
        paid_at=datetime.fromisoformat(paid_at) if paid_at else None,
        amount=amount(row["sum"]),
        currency=currency(row["currency"]),
        pay_system=short(row.get("paySystemName")),
        pay_system_id=None if system_id in (None, "", 0, "0") else identifier(system_id),
    )
