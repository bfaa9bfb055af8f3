"""Where the buttons of a payment lead: an address is good on the card alone that shows the payment.

A bearer says who acts and on which card, not on which payment. Without the seal in the address one
that was stolen on a deal would act on every payment that its person may change.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.urls import reverse

from b24app.frame.session import FrameSession
from payments.gateway.payments import Action

SEAL = "card"
_PURPOSE = b"payments.action"
# 64 bits, of which each guess costs a request.
_BYTES = 8


def sealer(session: FrameSession, key: str = "") -> Callable[[int], str]:
    """Makes the seal of a payment on the session's card, in a microsecond: a list has fifty."""
    begun = hashlib.blake2b(
        f"{session.portal_id}:{session.entity_type}:{session.entity_id}:".encode(),
        key=_shortened(key or settings.SECRET_KEY),
        person=_PURPOSE,
        digest_size=_BYTES,
    )

    def seal(payment_id: int) -> str:
        whole = begun.copy()
        whole.update(b"%d" % payment_id)
        return whole.hexdigest()

    return seal


def is_sealed(seal: str, payment_id: int, session: FrameSession) -> bool:
    """Whether an address was made on the session's card, also under a key that was."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = [sealer(session, key)(payment_id) for key in keys]
    return any([hmac.compare_digest(each.encode(), seal.encode()) for each in made])


def address_of(name: str, payment_id: int, session: FrameSession) -> str:
    """The address of one button: an action, "link", "send", "sent" or "pay_system"."""
    gaps = (payment_id, sealer(session)(payment_id))
    return (addresses() | _beside_rows())[name] % gaps


@cache
def addresses() -> dict[str, str]:
    """Addresses by button of a row, with gaps for the id and its seal."""
    found: dict[str, str] = {
        "link": reverse("payments:link", args=(0,)),
        "send": reverse("payments:send", args=(0,)),
        "pay_system": reverse("payments:pay_system", args=(0,)),
        **{action: reverse("payments:act", args=(0, action)) for action in Action},
    }
    return {name: _with_gaps(address) for name, address in found.items()}


@cache
def _beside_rows() -> dict[str, str]:
    """Those of buttons that no row has."""
    return {"sent": _with_gaps(reverse("payments:sent", args=(0,)))}


def _with_gaps(address: str) -> str:
    return f"{address.replace('0', '%d', 1)}?{SEAL}=%s"


@cache
def _shortened(key: str) -> bytes:
    """A key of any length as one that blake2b takes."""
    return hashlib.blake2b(key.encode()).digest()
