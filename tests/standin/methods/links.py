"""salescenter.payment.getPublicUrl: the page where a client pays.

b24restdocs: …/payment/salescenter-payment-get-public-url.md. The page needs a site, which the first
call makes; and within one request the link of an order's first payment answers for all of them.
"""

from __future__ import annotations

from typing import Any

from tests.standin.methods.base import Invocation, Method
from tests.standin.rest.errors import RestError
from tests.standin.rest.params import whole_number

ONE_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII="
)

NOT_AVAILABLE = "Public url is not available"


# Their portals are never asked to be verified, they only get no link.
SILENT_ZONES = ("ru", "by", "kz")


def get_public_url(inv: Invocation) -> dict[str, Any]:
    """The link, made once per order and request; a page that is not there yet is set up by asking.

    Another shape with HTTP 200 while the portal is not verified (Bitrix24's module salescenter:
    lib/controller/payment.php, lib/integration/landingmanager.php).
    """
    if "id" not in inv.params:
        raise RestError("100", "Could not find value for parameter {id}")
    payment_id = whole_number(inv.params["id"])
    if payment_id is None:
        raise RestError("0", "Parameter id must be integer")
    if "sale" not in inv.portal.switches.modules:
        raise RestError("0", 'module "sale" is not installed.')
    payment = inv.portal.payments.get(payment_id)
    if payment is None:
        raise RestError("200640400001", "payment is not exists")
    links = inv.call.links
    if payment.order.id not in links:
        links[payment.order.id] = _page(inv, payment_id)
    page: dict[str, Any] = links[payment.order.id]
    return page


def _page(inv: Invocation, payment_id: int) -> dict[str, Any]:
    portal, switches = inv.portal, inv.portal.switches
    if switches.payment_page == "unverified" and switches.zone not in SILENT_ZONES:
        return {"connectedSiteId": 3, "isPhoneConfirmed": False}
    if switches.payment_page == "unverified" or not _has_site(inv):
        raise RestError("0", NOT_AVAILABLE)
    url = f"{portal.origin}/pub/payment/?id={payment_id}"
    short = f"{portal.origin}/~{payment_id}"
    return {"payment": {"url": url, "shortUrl": short, "qr": ONE_PIXEL}}


def _has_site(inv: Invocation) -> bool:
    portal, now = inv.portal, inv.world.now()
    if portal.switches.payment_page != "no_site":
        return portal.switches.payment_page == "ready"
    if portal.site_ready_at is None:
        portal.site_ready_at = now + portal.switches.site_seconds
        return False
    return now >= portal.site_ready_at


METHODS = {
    "salescenter.payment.getpublicurl": Method(get_public_url, ("salescenter",), is_controller=True)
}
