"""What a client is asked to pay and where, signed, so that a page can hold it between requests.

The portal is then not asked again for another language or for what is noted in the timeline.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from decimal import Decimal

from django.core import signing

from b24app.frame.session import FrameSession
from payments.commands.watermark import binding_of

_SALT = "payments.invitation"


@dataclass(frozen=True)
class Invitation:
    """A payment that is not paid yet, and the address where it can be paid."""

    payment_id: int
    number: str
    amount: Decimal
    currency: str
    url: str


class InvitationInvalid(Exception):
    """Not an invitation of ours, or one of another payment, item or person."""


def sign_invitation(invitation: Invitation, session: FrameSession) -> str:
    payment_id, number, amount, currency, url = astuple(invitation)
    fields = [payment_id, number, str(amount), currency, url]
    return signing.dumps([*fields, *binding_of(session)], salt=_SALT, compress=True)


def read_invitation(text: str, session: FrameSession, payment_id: int) -> Invitation:
    """The invitation to pay this payment in `text`; raises InvitationInvalid."""
    try:
        named, number, amount, currency, url, *binding = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise InvitationInvalid from error
    if (named, binding) != (payment_id, binding_of(session)):
        raise InvitationInvalid
    return Invitation(named, number, Decimal(amount), currency, url)
