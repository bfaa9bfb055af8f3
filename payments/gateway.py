"""The words crm.item.payment.*: commands out, typed answers in.

Knows the portal's field names and forms and nothing of rows, requests or users of ours. Answers are
not trusted: whatever is not of the documented form raises UnreadableAnswer.
Sources: b24restdocs api-reference/crm/universal/payment/*.md and crm-item-get.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import ResultUnusable, UnreadableAnswer
from payments.types import Card, Entity, Payment

ADD = "crm.item.payment.add"
LIST = "crm.item.payment.list"
_LONGEST_TEXT = 1000
_ID_LIMIT = 2**63
_LARGEST_EXPONENT = 20
T = TypeVar("T")


@dataclass(frozen=True)
class Look:
    """A fresh look at a card: what it is and its payments, oldest first."""

    card: Card
    payments: tuple[Payment, ...]


def look_commands(entity: Entity) -> dict[str, Command]:
    """The reads of a tab."""
    return {"card": card_command(entity), "payments": list_command(entity)}


def card_command(entity: Entity) -> Command:
    return Command("crm.item.get", {"entityTypeId": entity.type_id, "id": entity.id})


def list_command(entity: Entity) -> Command:
    """All payments of the card in one answer: the method has no pages."""
    return Command(LIST, {"entityTypeId": entity.type_id, "entityId": entity.id})


def add_command(entity: Entity) -> Command:
    """Makes an empty payment; the method takes no amount, no rows, no idempotency key."""
    return Command(ADD, {"entityTypeId": entity.type_id, "entityId": entity.id})


def newer_command(entity: Entity, *, above_id: int, made_by: int | None) -> Command:
    """Payments with a greater id, of one responsible person where the portal can tell."""
    conditions: dict[str, int] = {">id": above_id}
    if made_by is not None:
        conditions["empResponsibleId"] = made_by
    params = {"entityTypeId": entity.type_id, "entityId": entity.id, "filter": conditions}
    return Command(LIST, params)


def read_look(answer: BatchAnswer) -> Look:
    """The look in a batch with `look_commands`; raises RestError."""
    return Look(read_card(answer.value("card")), read_payments(answer.value("payments")))


def read_new_id(result: Any) -> int:
    """The id of a payment just made; `{"result": 0}` is a possible failure: ResultUnusable."""
    if isinstance(result, bool) or not isinstance(result, int) or not 0 < result < _ID_LIMIT:
        raise ResultUnusable(text="no payment id")
    return result


def read_card(result: Any) -> Card:
    def read(item: Mapping[str, Any]) -> Card:
        return Card(
            title=str(item.get("title") or "")[:_LONGEST_TEXT],
            amount=_amount(item.get("opportunity") or 0),
            currency=str(item.get("currencyId") or "")[:3],
        )

    return _read(lambda: read(result["item"]))


def read_payments(result: Any) -> tuple[Payment, ...]:
    """The payments of a list, oldest first; its result is a bare array."""
    if not isinstance(result, list):
        raise UnreadableAnswer(text="not a list of payments")
    return tuple(sorted(_read(lambda: [_payment(row) for row in result]), key=lambda p: p.id))


def _payment(row: Mapping[str, Any]) -> Payment:
    paid_at = row.get("datePaid")
    return Payment(
        id=_payment_id(row["id"]),
        number=str(row["accountNumber"])[:_LONGEST_TEXT],
        is_paid=row["paid"] == "Y",
        paid_at=datetime.fromisoformat(paid_at) if paid_at else None,
        amount=_amount(row["sum"]),
        currency=str(row["currency"])[:3],
        pay_system=str(row.get("paySystemName") or "")[:_LONGEST_TEXT],
    )


def _payment_id(value: Any) -> int:
    number = int(str(value))
    if not 0 < number < _ID_LIMIT:
        raise ValueError("not an id")
    return number


def _amount(value: Any) -> Decimal:
    amount = Decimal(str(value))
    if not amount.is_finite() or amount.adjusted() > _LARGEST_EXPONENT:
        raise ValueError("not an amount")
    return amount


def _read(reader: Callable[[], T]) -> T:
    try:
        return reader()
    except (AttributeError, KeyError, TypeError, ValueError, InvalidOperation) as error:
        raise UnreadableAnswer(text="not of the documented form") from error
