"""The words crm.item.payment.product.* and crm.item.productrow.*: what a payment is made of.

The method that makes a payment takes no products; they are put in afterwards, one call a row, which
may stand in the same batch. Quantities are whole: the portal cuts fractions off.
Sources: b24restdocs api-reference/crm/universal/payment/products-in-payment/*.md,
api-reference/crm/universal/product-rows/*.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from b24app.rest.client import Command
from b24app.rest.errors import UnreadableAnswer
from payments.reading import amount, identifier, read, short
from payments.types import Content, Entity, Portion, Row

NEW_PAYMENT = "$result[add]"
_OWNER_TYPES = {2: "D", 31: "SI"}


def unbilled_command(entity: Entity) -> Command:
    """The rows of a card with the quantity that is in no payment yet."""
    owner = {"ownerId": entity.id, "ownerType": _OWNER_TYPES[entity.type_id]}
    return Command("crm.item.productrow.getAvailableForPayment", owner)


def products_command(entity: Entity) -> Command:
    """The product rows of a card at all; the count is not asked for."""
    owner = {"=ownerType": _OWNER_TYPES[entity.type_id], "=ownerId": entity.id}
    return Command("crm.item.productrow.list", {"filter": owner, "start": -1})


def put_commands(portions: Iterable[Portion], *, payment: int | str) -> dict[str, Command]:
    """One command a portion, by `row_<id>`; `payment` is an id or NEW_PAYMENT in a batch."""
    return {
        row_key(portion.row_id): Command(
            "crm.item.payment.product.add",
            {"paymentId": payment, "rowId": portion.row_id, "quantity": portion.quantity},
        )
        for portion in portions
    }


def row_key(row_id: int) -> str:
    return f"row_{row_id}"


def contents_command(*, payment: int | str) -> Command:
    return Command("crm.item.payment.product.list", {"paymentId": payment})


def read_unbilled(result: Any) -> tuple[Row, ...]:
    """Rows with something left to bill, in the card's order."""
    return read(lambda: tuple(_row(row) for row in result["productRows"]))


def read_names(result: Any) -> dict[int, str]:
    """The names of a card's rows, by id."""
    rows = read(lambda: list(result["productRows"]))
    return read(lambda: {identifier(row["id"]): short(row.get("productName")) for row in rows})


def read_contents(result: Any) -> tuple[Content, ...]:
    """What is in a payment, oldest first; a portal that is behind names no row."""
    if not isinstance(result, list):
        raise UnreadableAnswer(text="not a list of products")
    return tuple(sorted(read(lambda: [_content(item) for item in result]), key=lambda c: c.id))


def _row(row: Mapping[str, Any]) -> Row:
    return Row(
        id=identifier(row["id"]),
        name=short(row.get("productName")),
        price=amount(row["price"]),
        left=amount(row["quantity"]),
        measure=short(row.get("measureName")),
    )


def _content(item: Mapping[str, Any]) -> Content:
    row_id = item.get("rowId")
    return Content(
        id=identifier(item["id"]),
        row_id=identifier(row_id) if row_id is not None else None,
        quantity=amount(item["quantity"]),
    )
