"""Where a click leads that sends a text: addresses of WhatsApp, Telegram, SMS and e-mail. Pure.

Whatever stands in a text, a number or an address stays a value: all but letters, digits and `-._~`
is encoded, a number is digits alone, and an e-mail address that could be more than one is none.
Sources: faq.whatsapp.com (click to chat), core.telegram.org/widgets/share, RFC 5724, RFC 6068.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import quote

from payments.sending.phones import Phone

# Neither two addresses nor a further header line.
_PART = r"[^\s\x00-\x20\x7f@<>()\[\],;:\"\\]"
_EMAIL = re.compile(f"{_PART}{{1,64}}@{_PART}{{1,253}}")


class Channel(StrEnum):
    """By what a text is sent."""

    WHATSAPP = "whatsapp"
    TELEGRAM = "telegram"
    SMS = "sms"
    EMAIL = "email"


@dataclass(frozen=True)
class Letter:
    """What the client reads: a sentence and, on a line of its own, the link."""

    subject: str
    sentence: str
    link: str

    @property
    def text(self) -> str:
        return f"{self.sentence}\n{self.link}"


def to_anybody(letter: Letter) -> Mapping[Channel, str]:
    """Addresses without a recipient: the app that opens asks for one."""
    return {
        Channel.WHATSAPP: _whatsapp(letter),
        Channel.TELEGRAM: _telegram(letter),
        Channel.SMS: _sms(letter),
        Channel.EMAIL: _mail(letter),
    }


def to_phone(letter: Letter, phone: Phone) -> Mapping[Channel, str]:
    """WhatsApp knows numbers with a country's code alone; Telegram cannot be given any."""
    sms = {Channel.SMS: _sms(letter, phone.dialled)}
    if not phone.has_country_code:
        return sms
    return {Channel.WHATSAPP: _whatsapp(letter, phone.digits), **sms}


def to_email(letter: Letter, address: str) -> Mapping[Channel, str]:
    """Nothing for a text that is not one e-mail address."""
    return {Channel.EMAIL: _mail(letter, address)} if is_email(address) else {}


def is_email(text: str) -> bool:
    return _EMAIL.fullmatch(text) is not None


def _whatsapp(letter: Letter, digits: str = "") -> str:
    return f"https://wa.me/{digits}?text={_value(letter.text)}"


def _telegram(letter: Letter) -> str:
    return f"https://t.me/share/url?url={_value(letter.link)}&text={_value(letter.sentence)}"


def _sms(letter: Letter, number: str = "") -> str:
    # iPhones look for "&body=", everything else for "?body="; this is read by both.
    return f"sms:{number}?&body={_value(letter.text)}"


def _mail(letter: Letter, address: str = "") -> str:
    body = letter.text.replace("\n", "\r\n")
    return f"mailto:{quote(address, safe='@')}?subject={_value(letter.subject)}&body={_value(body)}"


def _value(text: str) -> str:
    return quote(text, safe="")
