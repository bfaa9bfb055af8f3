"""One look at a card: what it is, its payments, and what is left to bill, in one batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import RestError
from payments import gateway, row_gateway
from payments.types import Card, Entity, Payment, Row


@dataclass(frozen=True)
class Look:
    """A card as the portal shows it now; payments are oldest first.

    `rows` have something left to bill; `names` are those of all the card's rows, by id.
    `rows_error` is why the rows are not known, e.g. several orders behind one deal.
    """

    card: Card
    payments: tuple[Payment, ...]
    rows: tuple[Row, ...] = ()
    names: Mapping[int, str] = field(default_factory=dict)
    rows_error: RestError | None = None

    def payment(self, payment_id: int | None) -> Payment | None:
        return next((payment for payment in self.payments if payment.id == payment_id), None)


def look_commands(entity: Entity) -> dict[str, Command]:
    """The reads of a tab."""
    return {
        "card": gateway.card_command(entity),
        "payments": gateway.list_command(entity),
        "rows": row_gateway.unbilled_command(entity),
        "products": row_gateway.products_command(entity),
    }


def read_look(answer: BatchAnswer) -> Look:
    """The look in a batch with `look_commands`; raises RestError without card or payments."""
    card = gateway.read_card(answer.value("card"))
    payments = gateway.read_payments(answer.value("payments"))
    try:
        rows = row_gateway.read_unbilled(answer.value("rows"))
        names = row_gateway.read_names(answer.value("products"))
    except RestError as error:
        return Look(card, payments, rows_error=error)
    return Look(card, payments, rows, names)
