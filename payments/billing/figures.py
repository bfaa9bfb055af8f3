"""What a deal's own fields are to say of its payments. Pure.

Sums are those of payments in the deal's currency: a field of numbers has no currency of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from payments.types import Card, Figures, Payment, Settled, total


def figures_of(card: Card, payments: Sequence[Payment]) -> Figures | None:
    """What is paid and left to pay; None where the card's amount is not known.

    Left to pay is what the deal costs, or what is billed if that is more, without what is paid.
    """
    if card.amount is None:
        return None
    own = [payment for payment in payments if payment.currency == card.currency]
    paid = total(payment.amount for payment in own if payment.is_paid)
    whole = max(card.amount, total(payment.amount for payment in own))
    left = max(whole - paid, Decimal(0))
    days = [p.paid_at.date() for p in payments if p.is_paid and p.paid_at]
    is_any_paid = any(payment.is_paid and payment.amount for payment in payments)
    return Figures(paid, left, max(days, default=None), _settled(left, is_any_paid=is_any_paid))


def _settled(left: Decimal, *, is_any_paid: bool) -> Settled:
    if not is_any_paid:
        return Settled.NONE
    return Settled.PART if left >= Decimal("0.005") else Settled.ALL
