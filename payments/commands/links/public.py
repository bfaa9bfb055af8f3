"""The client's link to the page where a payment is paid."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from b24app.portals.actors import Actor
from b24app.rest.client import Command
from b24app.rest.errors import MethodRefused, UnreadableAnswer
from payments.limits import ADDRESS_LENGTH
from payments.parsing import read, whole

# How long Bitrix24 is given to set up a payment page that it did not have.
SET_UP_SECONDS = 3.0


@dataclass(frozen=True)
class Link:
    """Where the client pays: the page, a short address, and its QR code as base64 PNG if given."""

    url: str
    short_url: str
    qr: str

    @property
    def shown(self) -> str:
        """The address that people pass on."""
        return self.short_url or self.url


def public_link(*, actor: Actor, payment_id: int) -> Link | None:
    """The client's link, or None where the portal must be verified first; raises RestError.

    Two of them never go in one batch: there all payments of an order get the link of the first.
    (b24restdocs: salescenter/salescenter-payment-get-public-url.md; Bitrix24's module salescenter:
    lib/integration/landingmanager.php)
    """
    command = link_command(payment_id)
    try:
        return read_link(actor.client.call(command))
    except MethodRefused:
        return ask_again(actor, command)


def link_command(payment_id: int) -> Command:
    return Command("salescenter.payment.getPublicUrl", {"id": payment_id})


def ask_again(actor: Actor, command: Command) -> Link | None:
    """The second question: the first may have set the payment page up and been refused."""
    # Whoever waits here holds one of the portal's own places.
    moment = actor.client.reserve(command)
    later = replace(moment, at=moment.at + SET_UP_SECONDS)
    return read_link(actor.client.call(command, at=later))


def read_link(result: Any) -> Link | None:
    """The link in an answer; an unverified portal answers with another form."""
    if not isinstance(result, dict):
        raise UnreadableAnswer(text="not a link")
    if "payment" not in result:
        return None
    payment = result["payment"]
    return read(
        lambda: Link(
            url=whole(payment["url"], ADDRESS_LENGTH),
            short_url=whole(payment.get("shortUrl"), ADDRESS_LENGTH),
            qr=str(payment.get("qr") or "")[:200_000],
        )
    )
