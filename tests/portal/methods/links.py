"""salescenter.payment.getPublicUrl: the page where a client pays.

b24restdocs: …/payment/salescenter-payment-get-public-url.md.
"""

from __future__ import annotations

from typing import Any

from tests.portal.errors import RestError
from tests.portal.methods.base import Invocation, Method
from tests.portal.params import whole_number

ONE_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)


def get_public_url(inv: Invocation) -> dict[str, Any]:
    """The link, or another shape with HTTP 200 while the portal's phone is not confirmed."""
    if "id" not in inv.params:
        raise RestError("100", "Could not find value for parameter {id}")
    payment_id = whole_number(inv.params["id"])
    if payment_id is None:
        raise RestError("0", "Parameter id must be integer")
    if "sale" not in inv.portal.switches.modules:
        raise RestError("0", 'module "sale" is not installed.')
    if payment_id not in inv.portal.payments:
        raise RestError("200640400001", "payment is not exists")
    if not inv.portal.switches.phone_confirmed:
        return {"connectedSiteId": 3, "isPhoneConfirmed": False}
    url = f"{inv.portal.origin}/pub/payment/?id={payment_id}"
    short = f"{inv.portal.origin}/~{payment_id}"
    return {"payment": {"url": url, "shortUrl": short, "qr": ONE_PIXEL}}


METHODS = {
    "salescenter.payment.getpublicurl": Method(get_public_url, ("salescenter",), is_controller=True)
}
