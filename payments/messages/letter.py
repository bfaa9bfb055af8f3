"""What the client reads, in a language of their own, and what the timeline says of it."""

from __future__ import annotations

from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext

from payments.formats import money
from payments.sending.channels import Channel, Letter

# What stands between these keeps its own direction (Unicode UAX #9).
_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def letter(*, number: str, amount: Decimal, currency: str, link: str, language: str) -> Letter:
    """The text for a client who reads this ISO language; the link has a line of its own."""
    with translation.override(language):
        said = _said(number, money(amount, currency))
        return Letter(
            subject=gettext("Payment %(number)s") % said,
            sentence=gettext("Payment %(number)s for %(amount)s: you can pay here.") % said,
            link=link,
        )


def entry(*, number: str, amount: Decimal, currency: str, channel: Channel) -> tuple[str, str]:
    """Title and text for the timeline, in the active language; nobody's number or address."""
    said = _said(number, money(amount, currency)) | {"channel": name_of(channel)}
    text = gettext("Payment %(number)s for %(amount)s. Opened for sending: %(channel)s.") % said
    return gettext("Payment link for the client"), text


def name_of(channel: Channel) -> str:
    """What people call it, in the active language."""
    names = {
        Channel.WHATSAPP: "WhatsApp",
        Channel.TELEGRAM: "Telegram",
        Channel.SMS: gettext("SMS"),
        Channel.EMAIL: gettext("E-mail"),
    }
    return names[channel]


def _said(number: str, amount: str) -> dict[str, str]:
    """One line each; where words go from right to left, neither draws its neighbours along."""
    said = {"number": " ".join(number.split()), "amount": amount}
    if not translation.get_language_bidi():
        return said
    return {name: f"{_ISOLATE}{text}{_END}" for name, text in said.items()}
