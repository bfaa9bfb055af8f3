"""What is in the payments of an item, as far as the portal lets us know.

Pure. Bitrix24 names the basket item of a part and seldom its row
(b24restdocs: products-in-payment/crm-item-payment-product-list.md), so rows are found in this
order: by what the app itself put in, by the row that the portal names, by the basket item that is
one row's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from payments.types import Part, Product


@dataclass(frozen=True)
class Contents:
    """The parts of an item's payments; `row_id` is None where nobody knows it.

    `is_complete`: the parts of every payment were read.
    """

    parts: tuple[Part, ...] = ()
    is_complete: bool = True

    def of_row(self, row_id: int) -> Decimal:
        """How much of a row is billed, as far as it is known."""
        return _total(part for part in self.parts if part.row_id == row_id)

    def unknown(self) -> Decimal:
        """How much is billed of nobody knows which row."""
        return _total(part for part in self.parts if part.row_id is None)

    def total(self) -> Decimal:
        return _total(self.parts)

    def of_payment(self, payment_id: int) -> tuple[Part, ...]:
        return tuple(part for part in self.parts if part.payment_id == payment_id)


@dataclass(frozen=True)
class PartsRead:
    """The parts that a look brought, by payment; payments that were not read are not in it."""

    by_payment: Mapping[int, tuple[Part, ...]] = field(default_factory=dict)

    def contents(
        self, payment_ids: Iterable[int], products: Iterable[Product], ledger: Mapping[int, int]
    ) -> Contents:
        """The contents of these payments; `ledger` says of which row a part of ours is."""
        wanted = tuple(payment_ids)
        own = {p.basket_id: p.id for p in products if p.basket_id is not None}
        parts = tuple(
            _named(part, own, ledger) for i in wanted for part in self.by_payment.get(i, ())
        )
        return Contents(parts, all(i in self.by_payment for i in wanted))

    def lacks_rows(self) -> bool:
        """Whether the portal left the row of any part unsaid."""
        return any(part.row_id is None for parts in self.by_payment.values() for part in parts)


def _named(part: Part, own: Mapping[int, int], ledger: Mapping[int, int]) -> Part:
    row_id = ledger.get(part.id) or part.row_id or own.get(part.basket_id or 0)
    return replace(part, row_id=row_id)


def _total(parts: Iterable[Part]) -> Decimal:
    return sum((part.quantity for part in parts), Decimal(0))
