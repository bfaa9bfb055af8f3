"""salescenter.payment.getPublicUrl: the page where a client pays.

b24restdocs: …/payment/salescenter-payment-get-public-url.md. The page needs a site, which the first
call makes; and within one request the link of an order's first payment answers for all of them.
"""

from __future__ import annotations

from typing import Any

from tests.portal.errors import RestError
from tests.portal.methods.base import Invocation, Method
from tests.portal.params import whole_number

ONE_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)

NOT_AVAILABLE = "Public url is not available"


def get_public_url(inv: Invocation) -> dict[str, Any]:
    """The link, or another shape with HTTP 200 while the portal is not verified."""
    if "id" not in inv.params:
        raise RestError("100", "Could not find value for parameter {id}")
    payment_id = whole_number(inv.params["id"])
    if payment_id is None:
        raise RestError("0", "Parameter id must be integer")
    if "sale" not in inv.portal.switches.modules:
        raise RestError("0", 'module "sale" is not installed.')
    if payment_id not in inv.portal.payments:
        raise RestError("200640400001", "payment is not exists")
    page = inv.portal.switches.payment_page
    if page == "unverified" or not inv.portal.switches.phone_confirmed:
        return {"connectedSiteId": 3, "isPhoneConfirmed": False}
    if page == "refused":
        raise RestError("0", NOT_AVAILABLE)
    if page == "no_site":
        inv.portal.switches.payment_page = "ready"
        raise RestError("0", NOT_AVAILABLE)
    payment_id = _told_in_this_request(inv, payment_id)
    url = f"{inv.portal.origin}/pub/payment/?id={payment_id}"
    short = f"{inv.portal.origin}/~{payment_id}"
    return {"payment": {"url": url, "shortUrl": short, "qr": ONE_PIXEL}}


def _told_in_this_request(inv: Invocation, payment_id: int) -> int:
    """The payment whose link this request has told for the order already, or this one."""
    request, told = inv.portal.links_told
    if request != inv.call.n:
        told = {}
        inv.portal.links_told = (inv.call.n, told)
    return told.setdefault(inv.portal.payments[payment_id].order.id, payment_id)


METHODS = {
    "salescenter.payment.getpublicurl": Method(get_public_url, ("salescenter",), is_controller=True)
}
