"""The errors that only methods for payments can give."""

from __future__ import annotations

from b24app.rest.errors import Refused
from b24app.rest.remedy import Audience


class ItemTypeUnsupported(Refused, kind="item_type_unsupported"):
    """Payments exist on deals and invoices only."""


class PaymentPaid(Refused, kind="payment_paid"):
    """A paid payment cannot be deleted."""


class OrderCancelled(Refused, kind="order_cancelled"):
    """The order behind the deal is cancelled."""


class FieldTaken(Refused, kind="field_taken", audience=Audience.ADMINISTRATOR):
    """A field has the name of ours and is of another kind. `text`: its name."""


class FieldHidden(Refused, kind="field_hidden", audience=Audience.ADMINISTRATOR):
    """The portal shows a field to this person no more: hidden from the role, or deleted."""


class FieldNotKept(Refused, kind="field_not_kept", audience=Audience.ADMINISTRATOR):
    """The portal took a value and keeps another one."""
