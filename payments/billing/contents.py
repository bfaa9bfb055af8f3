"""What is in the payments of an item, as far as the portal lets us know.

Pure. Bitrix24 names the basket item of a part and seldom its row
(b24restdocs: products-in-payment/crm-item-payment-product-list.md), so rows are found in this
order: by what the app itself put in, by the row that the portal names, by the basket item that is
one row's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from payments.types import Part, Product, total


@dataclass(frozen=True)
class Contents:
    """The parts of an item's payments; `row_id` is None where nobody knows it.

    `is_complete`: the parts of every payment were read.
    """

    parts: tuple[Part, ...] = ()
    is_complete: bool = True

    def of_row(self, row_id: int) -> Decimal:
        """How much of a row is billed, as far as it is known."""
        return total(part.quantity for part in self.parts if part.row_id == row_id)

    def unknown(self) -> Decimal:
        """How much is billed of nobody knows which row."""
        return total(part.quantity for part in self.parts if part.row_id is None)

    def total(self) -> Decimal:
        return total(part.quantity for part in self.parts)

    def of_payment(self, payment_id: int) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.payment_id == payment_id)


def contents_from(
    read: Mapping[int, Sequence[Part]],
    payment_ids: Sequence[int],
    products: Iterable[Product],
    ledger: Mapping[int, int],
) -> Contents:
    """The contents of these payments, whose parts were `read` as far as they are in it.

    `ledger` says of which row a part is that the app put in.
    """
    own = {p.basket_id: p.id for p in products if p.basket_id is not None}
    parts = tuple(
        replace(part, row_id=ledger.get(part.id) or part.row_id or own.get(part.basket_id or 0))
        for payment_id in payment_ids
        for part in read.get(payment_id, ())
    )
    return Contents(parts, all(payment_id in read for payment_id in payment_ids))
