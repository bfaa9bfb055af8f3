"""The words of this app: what a card, a payment and a look at them are. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

DEAL = 2
INVOICE = 31


@dataclass(frozen=True)
class Item:
    """The CRM item a payment hangs on: a deal (2) or a smart invoice (31)."""

    type_id: int
    id: int

    @property
    def is_invoice(self) -> bool:
        return self.type_id == INVOICE


class Figure(StrEnum):
    """What a deal's own fields can say of its payments."""

    PAID = "paid"
    LEFT = "left"
    LAST = "last"
    STATE = "state"


class Settled(StrEnum):
    """How much of a deal is paid: the values of the field for it."""

    NONE = "none"
    PART = "part"
    ALL = "all"


@dataclass(frozen=True)
class Figures:
    """What the payments of a deal come to, in its currency; `last` is the day of the last one."""

    paid: Decimal
    left: Decimal
    last: date | None
    settled: Settled


@dataclass(frozen=True)
class Card:
    """The deal or invoice as its card shows it; `amount` in units of `currency`, None: not read.

    `shown` is what the deal's own fields for its figures hold, as far as the reader sees them.
    """

    title: str
    amount: Decimal | None
    currency: str
    shown: Mapping[Figure, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Payment:
    """One payment as the portal lists it; `paid_at` may stay set after an unpay."""

    id: int
    number: str
    is_paid: bool
    paid_at: datetime | None
    amount: Decimal
    currency: str
    pay_system: str
    pay_system_id: int | None = None

    @property
    def is_empty(self) -> bool:
        return not self.amount


@dataclass(frozen=True)
class Product:
    """A product row of the item; `price` has the tax in it, `net_price` has not.

    `product_id` is the catalogue's, 0 for a row that was typed in freely. `basket_id` is the row's
    own basket item in the order, where Bitrix24 has given it one (payments of several rows of one
    product are kept apart by it alone). One that is not `is_readable` has no price or quantity.
    """

    id: int
    product_id: int
    name: str
    price: Decimal
    net_price: Decimal
    tax_rate: Decimal | None
    is_tax_included: bool
    quantity: Decimal
    measure: str = ""
    basket_id: int | None = None
    sort: int = 0
    is_readable: bool = True

    @property
    def key(self) -> int:
        """What Bitrix24 tells products apart by: 0 for all that are of no catalogue."""
        return max(self.product_id, 0)

    @property
    def unit(self) -> Decimal:
        """What Bitrix24 bills for one piece: a tax on top is never billed."""
        return self.price if self.is_tax_included else self.net_price

    @property
    def has_tax_on_top(self) -> bool:
        return not self.is_tax_included and self.price != self.net_price


@dataclass(frozen=True)
class Part:
    """So much of a product in a payment. Bitrix24 names the basket item, seldom the row."""

    id: int
    payment_id: int
    quantity: Decimal
    row_id: int | None = None
    basket_id: int | None = None


@dataclass(frozen=True)
class Portion:
    """So much of a product is to go into a payment, at `unit` a piece; None: it was not said.

    One that `is_twin` shares its product with another and goes in by a call of its own.
    """

    row_id: int
    quantity: int
    unit: Decimal | None = None
    is_twin: bool = False

    @property
    def promised(self) -> Decimal | None:
        return None if self.unit is None else self.unit * self.quantity


@dataclass(frozen=True)
class Client:
    """Whom an item is for, a contact or a company; phones and e-mail addresses as typed."""

    name: str
    phones: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()


@dataclass(frozen=True)
class PaySystem:
    """A way to pay that the portal offers for orders."""

    id: int
    name: str


@dataclass(frozen=True)
class Wish:
    """What a new payment is to hold, in the order in which it goes in; nothing is an empty payment.

    `saves_rows`: the rows of the deal are saved first, so that each gets a basket item of its own.
    """

    portions: tuple[Portion, ...] = ()
    pay_system_id: int | None = None
    currency: str = ""
    saves_rows: bool = False

    @property
    def is_special(self) -> bool:
        """Whether more is wished than an empty payment, so that it has to be read back."""
        return bool(self.portions) or self.pay_system_id is not None


@dataclass(frozen=True)
class PutIn:
    """What came of putting products in: the part of each row, and rows that will never get in.

    `same` were answered with null (the payment holds a part of the same product), `wordless` were
    refused without a reason; asking again is no use for either.
    """

    parts: Mapping[int, int]
    same: frozenset[int] = frozenset()
    wordless: frozenset[int] = frozenset()
    is_unsaved: bool = False

    def joined(self, other: PutIn) -> PutIn:
        return PutIn(
            {**self.parts, **other.parts},
            self.same | other.same,
            self.wordless | other.wordless,
            self.is_unsaved or other.is_unsaved,
        )


@dataclass(frozen=True)
class Summary:
    """Totals in the card's currency; payments in other currencies are counted apart.

    `excess` is what is billed beyond the card's amount; without that amount nobody knows `left`.
    """

    billed: Decimal
    paid: Decimal
    left: Decimal | None
    currency: str
    foreign_count: int
    excess: Decimal = Decimal(0)

    @property
    def billed_percent(self) -> int:
        """How much of all that is billed or left to bill is billed."""
        return self._percent(self.billed)

    @property
    def paid_percent(self) -> int:
        return self._percent(self.paid)

    def _percent(self, part: Decimal) -> int:
        whole = self.billed + (self.left or 0)
        return round(100 * part / whole) if whole > 0 else 0


def summarise(card: Card, payments: tuple[Payment, ...]) -> Summary:
    """What is billed, paid and left to bill on a card."""
    own = [payment for payment in payments if payment.currency == card.currency]
    billed = total(payment.amount for payment in own)
    paid = total(payment.amount for payment in own if payment.is_paid)
    if card.amount is None:
        return Summary(billed, paid, None, card.currency, len(payments) - len(own))
    rest = card.amount - billed
    left, excess = max(rest, Decimal(0)), max(-rest, Decimal(0))
    return Summary(billed, paid, left, card.currency, len(payments) - len(own), excess)


def total(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))
