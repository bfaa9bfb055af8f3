"""The words of this app: what a card, a payment and a look at them are. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

DEAL = 2
INVOICE = 31


@dataclass(frozen=True)
class Entity:
    """The CRM item a payment hangs on: a deal (2) or a smart invoice (31)."""

    type_id: int
    id: int

    @property
    def is_invoice(self) -> bool:
        return self.type_id == INVOICE


@dataclass(frozen=True)
class Card:
    """The deal or invoice as its card shows it; `amount` in units of `currency`."""

    title: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Payment:
    """One payment as the portal lists it; `paid_at` may stay set after an unpay."""

    id: int
    number: str
    is_paid: bool
    paid_at: datetime | None
    amount: Decimal
    currency: str
    pay_system: str

    @property
    def is_empty(self) -> bool:
        return not self.amount


@dataclass(frozen=True)
class Row:
    """A product row of the card with the quantity that is in no payment yet."""

    id: int
    name: str
    price: Decimal
    left: Decimal
    measure: str

    @property
    def billable(self) -> int:
        """How much of it a payment can take: the portal cuts fractions off."""
        return int(self.left)

    @property
    def is_fractional(self) -> bool:
        return self.left != self.billable


@dataclass(frozen=True)
class Portion:
    """So much of a row is to go into a payment."""

    row_id: int
    quantity: int


@dataclass(frozen=True)
class Content:
    """Something in a payment; a portal that is behind with its synchronising names no row."""

    id: int
    row_id: int | None
    quantity: Decimal


@dataclass(frozen=True)
class PaySystem:
    """A way to pay that the portal offers for orders."""

    id: int
    name: str


@dataclass(frozen=True)
class Wish:
    """What a new payment is to hold; nothing at all is an empty payment."""

    portions: tuple[Portion, ...] = ()
    pay_system_id: int | None = None


@dataclass(frozen=True)
class Summary:
    """Totals in the card's currency; payments in other currencies are counted apart."""

    billed: Decimal
    paid: Decimal
    left: Decimal
    currency: str
    foreign_count: int

    @property
    def billed_percent(self) -> int:
        """How much of all that is billed or left to bill is billed."""
        return self._percent(self.billed)

    @property
    def paid_percent(self) -> int:
        return self._percent(self.paid)

    def _percent(self, part: Decimal) -> int:
        whole = self.billed + self.left
        return round(100 * part / whole) if whole > 0 else 0


def summarise(card: Card, payments: tuple[Payment, ...]) -> Summary:
    """What is billed, paid and left to bill on a card."""
    own = [payment for payment in payments if payment.currency == card.currency]
    billed = sum((payment.amount for payment in own), Decimal(0))
    paid = sum((payment.amount for payment in own if payment.is_paid), Decimal(0))
    left = max(card.amount - billed, Decimal(0))
    return Summary(billed, paid, left, card.currency, len(payments) - len(own))
