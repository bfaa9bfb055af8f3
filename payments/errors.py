"""The errors that only methods for payments can give."""

from __future__ import annotations

from b24app.rest.errors import Refused


class ItemTypeUnsupported(Refused, kind="item_type_unsupported"):
    """Payments exist on deals and invoices only."""


class PaymentPaid(Refused, kind="payment_paid"):
    """A paid payment cannot be deleted."""


class OrderCancelled(Refused, kind="order_cancelled"):
    """The order behind the deal is cancelled."""
