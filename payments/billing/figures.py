"""What is paid of a deal and left to pay, for its own fields and for every list. Pure.

Sums are those of payments in the deal's currency: a field of numbers has no currency of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from payments.billing.money import is_dust
from payments.types import Card, Figures, Payment, Settled, total


def figures_of(card: Card, payments: Sequence[Payment]) -> Figures | None:
    """What is paid and left to pay; None where the card's amount is not known."""
    if card.amount is None:
        return None
    own = [payment for payment in payments if payment.currency == card.currency]
    paid = total(payment.amount for payment in own if payment.is_paid)
    billed = total(payment.amount for payment in own)
    left = left_to_pay(card.amount, billed=billed, paid=paid, currency=card.currency)
    days = [p.paid_at.date() for p in payments if p.is_paid and p.paid_at]
    is_any_paid = any(payment.is_paid and payment.amount for payment in payments)
    return Figures(paid, left, max(days, default=None), _settled(left, is_any_paid=is_any_paid))


def left_to_pay(amount: Decimal, *, billed: Decimal, paid: Decimal, currency: str) -> Decimal:
    """What a deal costs, or what is billed if that is more, without what is paid; never below zero.

    A part of the smallest coin is dust from a portal's adding up, and is not owed.
    """
    left = max(amount, billed) - paid
    return Decimal(0) if left < 0 or is_dust(left, currency) else left


def _settled(left: Decimal, *, is_any_paid: bool) -> Settled:
    if not is_any_paid:
        return Settled.NONE
    return Settled.PART if left else Settled.ALL
