# ruff: noqa: RUF002
"""Items of a portal in the words of the worked cases, as a look at them would bring them.

Rows are lines such as "Desk 71 500x2" and become r1, r2…; a payment is (sum, "r1×2 B9×1"): parts of
a row in a basket item of that row, or of nobody knows which row in basket item 9.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from payments.billing.offer import Offer
from payments.gateway.card import Look
from payments.types import DEAL, Card, Item, Part, Payment, Product
from tests.standin.tests.worked.cases import row_values

ITEM = Item(DEAL, 101)
_PART = re.compile(r"(?:r(?P<row>\d+))?(?:B(?P<basket>\d+))?×(?P<quantity>[\d.]+)")


def products_of(rows: str, *, own: str = "") -> tuple[Product, ...]:
    """The rows; those named in `own` ("r1 r2") have basket items of their own, 501, 502…"""
    marked = {int(name[1:]) for name in own.split()}
    found = []
    for number, values in enumerate(row_values(rows), 1):
        rate = values.get("tax_rate")
        price = Decimal(str(values["price"]))
        net = price / (1 + Decimal(str(rate)) / 100) if rate else price
        found.append(
            Product(
                id=number,
                product_id=values["product_id"],
                name=values["name"],
                price=price,
                net_price=Decimal(str(values.get("price_exclusive", net))),
                tax_rate=None if rate is None else Decimal(str(rate)),
                is_tax_included=values["tax_included"],
                quantity=Decimal(str(values["quantity"])),
                basket_id=500 + number if number in marked else None,
                sort=number * 10,
            )
        )
    return tuple(found)


def look_at(
    rows: str,
    offered: str,
    *billed: tuple[float, str],
    own: str = "",
    unread: Sequence[int] = (),
    currency: str = "EUR",
    item: Item = ITEM,
) -> Look:
    """An item with these rows, offers and payments; those of numbers in `unread` were not read."""
    products = products_of(rows, own=own)
    payments, parts, ids = [], {}, iter(range(201, 1000))
    for number, (amount, held) in enumerate(billed, 1):
        payments.append(payment(number, amount, currency=currency))
        if number not in unread:
            parts[number] = tuple(_parts(held, number, ids))
    worth = sum((p.price * p.quantity for p in products), Decimal(0))
    return Look(
        item,
        Card("A deal", worth, "EUR"),
        tuple(payments),
        products=products,
        offered={row: quantity for row, _, quantity in _read(offered) if row},
        parts=parts,
    )


def payment(number: int, amount: float, *, currency: str = "EUR", system: int = 2) -> Payment:
    return Payment(
        number, f"1/{number}", False, None, Decimal(str(amount)), currency, "Cash", system
    )


def numbers(*values: Decimal | int | None) -> tuple[float | None, ...]:
    """Exact numbers to be compared with those of a table."""
    return tuple(None if value is None else float(value) for value in values)


def limits(offer: Offer) -> str:
    """ "r1×2 r2×4": the most of each row, or "[]"."""
    found = [f"r{line.product.id}×{line.limit}" for line in offer.lines if line.limit]
    return " ".join(found) or "[]"


def proposal(offer: Offer) -> str:
    found = [f"r{line.product.id}×{line.proposed}" for line in offer.lines if line.proposed]
    return " ".join(found) or "[]"


def reasons(offer: Offer) -> dict[str, str]:
    """Why not more, by the name of the product."""
    return {line.product.name: str(line.reason) for line in offer.lines if line.reason}


def doubts(offer: Offer) -> str:
    return ", ".join(offer.doubts)


def _parts(text: str, payment_id: int, ids: Iterator[int]) -> Iterator[Part]:
    for row, basket, quantity in _read(text):
        yield Part(next(ids), payment_id, quantity, row, basket or (row and 600 + row))


def _read(text: str) -> Iterator[tuple[int | None, int | None, Decimal]]:
    for each in [] if text == "[]" else text.split():
        match = _PART.fullmatch(each)
        assert match is not None, each
        row, basket, quantity = match.group("row", "basket", "quantity")
        yield (int(row) if row else None, int(basket) if basket else None, Decimal(quantity))
