"""What deals owe: open, paid and left, in each currency for itself. Pure.

Open is what is added and not paid. Left is what `left_to_pay` says of a deal's own currency; nobody
knows it where the amount or a payment could not be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from payments.billing.figures import left_to_pay
from payments.billing.money import is_dust
from payments.types import Payment

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Client:
    """A contact (3) or a company (4)."""

    type_id: int
    id: int


@dataclass(frozen=True)
class Deal:
    """A deal as a list shows it; `amount` None: it could not be read."""

    id: int
    title: str
    amount: Decimal | None
    currency: str
    created_at: datetime | None
    client: Client | None = None


class Doubt(StrEnum):
    """Why a deal's figures are not the whole truth."""

    AMOUNT_UNKNOWN = "amount unknown"
    NO_AMOUNT = "no amount"
    UNREAD = "payments unread"
    FOREIGN = "other currencies"
    OVERPAID = "overpaid"


@dataclass(frozen=True)
class Sums:
    """Sums of one currency. `left` is of deals where it is known; `unsure` counts the others."""

    open: Decimal = NOTHING
    paid: Decimal = NOTHING
    left: Decimal = NOTHING
    unsure: int = 0

    def plus(self, other: Sums) -> Sums:
        return Sums(
            self.open + other.open,
            self.paid + other.paid,
            self.left + other.left,
            self.unsure + other.unsure,
        )


@dataclass(frozen=True)
class Debt:
    """What one deal owes: its sums by currency, its own first, and what is doubtful about them.

    `months` has what was paid by the month of payment, and what is open by the month of the deal.
    Without `is_read` the payments are not known, and neither is anything else.
    """

    deal: Deal
    sums: Mapping[str, Sums] = field(default_factory=dict)
    months: Mapping[str, Mapping[str, Sums]] = field(default_factory=dict)
    doubts: frozenset[Doubt] = frozenset()
    is_read: bool = True

    @property
    def is_settled(self) -> bool:
        """Whether nothing is owed, for sure."""
        is_sure = self.is_read and not self.doubts & {Doubt.UNREAD, Doubt.AMOUNT_UNKNOWN}
        return is_sure and not any(each.open or each.left for each in self.sums.values())

    def left(self, currency: str) -> Decimal | None:
        """What is left in a currency; None where nobody knows, or where the deal has another."""
        sums = self.sums.get(currency)
        is_known = sums is not None and not sums.unsure and currency == self.deal.currency
        return sums.left if sums is not None and is_known else None


def debt_of(deal: Deal, payments: Sequence[Payment], *, has_unread: bool = False) -> Debt:
    """What a deal owes by its payments; `has_unread`: there are more that could not be read."""
    sums: dict[str, Sums] = {deal.currency: Sums()}
    months: dict[str, dict[str, Sums]] = {}
    for payment in payments:
        paid = payment.amount if payment.is_paid else NOTHING
        part = Sums(open=payment.amount - paid, paid=paid)
        sums[payment.currency] = sums.get(payment.currency, Sums()).plus(part)
        if payment.amount:
            at = payment.paid_at if payment.is_paid and payment.paid_at else deal.created_at
            month = months.setdefault(month_of(at), {})
            month[payment.currency] = month.get(payment.currency, Sums()).plus(part)
    own, amount = sums[deal.currency], deal.amount or NOTHING
    doubts = _doubts(deal, payments, amount - own.paid, has_unread=has_unread)
    is_unsure = bool(doubts & {Doubt.AMOUNT_UNKNOWN, Doubt.UNREAD})
    billed = own.open + own.paid
    left = left_to_pay(amount, billed=billed, paid=own.paid, currency=deal.currency)
    left = NOTHING if is_unsure else left
    sums[deal.currency] = sums[deal.currency].plus(Sums(left=left, unsure=int(is_unsure)))
    return Debt(deal, sums, months, doubts)


def total_sums(found: Iterable[Mapping[str, Sums]]) -> dict[str, Sums]:
    """Sums by currency, added up; no two currencies are."""
    totals: dict[str, Sums] = {}
    for sums in found:
        for currency, each in sums.items():
            totals[currency] = totals.get(currency, Sums()).plus(each)
    return totals


def month_of(at: datetime | None) -> str:
    """`2026-03`; empty where it is not known."""
    return f"{at:%Y-%m}" if at else ""


def _doubts(
    deal: Deal, payments: Sequence[Payment], rest: Decimal, *, has_unread: bool
) -> frozenset[Doubt]:
    found = {
        Doubt.AMOUNT_UNKNOWN: deal.amount is None,
        Doubt.NO_AMOUNT: deal.amount is not None and deal.amount <= 0,
        Doubt.UNREAD: has_unread,
        Doubt.FOREIGN: any(each.amount and each.currency != deal.currency for each in payments),
        Doubt.OVERPAID: bool(deal.amount) and rest < 0 and not is_dust(rest, deal.currency),
    }
    return frozenset(doubt for doubt, is_so in found.items() if is_so)
