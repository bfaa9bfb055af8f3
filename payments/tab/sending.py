"""The menu below a payment: the text for the client, and where each way of sending it leads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import get_language_info

from b24app.frame.session import FrameSession
from b24app.messages.notice import Notice
from b24app.protocol.languages import ISO_CODES
from payments.commands.links.invitation import Invitation, sign_invitation
from payments.messages.letter import letter, name_of
from payments.messages.sending import no_country_code, not_reachable
from payments.sending.channels import Channel, Letter, is_email, to_anybody, to_email, to_phone
from payments.sending.phones import read_phone
from payments.types import Client


@dataclass(frozen=True)
class Way:
    """One link of the menu: what it is called and where it leads."""

    channel: Channel
    name: str
    address: str


@dataclass(frozen=True)
class Recipient:
    """A phone or an e-mail address, as it would be used, and the ways to it."""

    name: str
    shown: str
    ways: tuple[Way, ...]
    note: str = ""


@dataclass(frozen=True)
class Wish:
    """What the person has chosen: the text's language, to see the client, an own recipient."""

    language: str
    has_clients: bool = False
    other: str = ""


@dataclass(frozen=True)
class Menu:
    """All that the page shows of it. `notice` is about the client, `fault` about `wish.other`."""

    invitation: Invitation
    session: FrameSession
    wish: Wish
    clients: tuple[Client, ...] = ()
    notice: Notice | None = None

    @property
    def letter(self) -> Letter:
        asked = self.invitation
        return letter(
            number=asked.number,
            amount=asked.amount,
            currency=asked.currency,
            link=asked.url,
            language=self.wish.language,
        )

    @property
    def signed(self) -> str:
        return sign_invitation(self.invitation, self.session)

    @property
    def is_right_to_left(self) -> bool:
        return bool(get_language_info(self.wish.language)["bidi"])

    @property
    def languages(self) -> list[tuple[str, str]]:
        """Codes and names of all languages, by name."""
        names = {code: get_language_info(code)["name_local"] for code in ISO_CODES.values()}
        return sorted(
            ((code, name[:1].upper() + name[1:]) for code, name in names.items()),
            key=lambda pair: pair[1].casefold(),
        )

    @property
    def ways(self) -> tuple[Way, ...]:
        """Those that ask for a recipient themselves."""
        return _ways(to_anybody(self.letter))

    @property
    def recipients(self) -> tuple[Recipient, ...]:
        """Whom the person has entered, then the client's own phones and addresses."""
        return (*self._others(), *(each for client in self.clients for each in self._of(client)))

    @property
    def fault(self) -> str:
        return not_reachable() if self.wish.other and not list(self._others()) else ""

    def _others(self) -> Iterator[Recipient]:
        typed = self.wish.other.strip()
        if found := self._email("", typed) if "@" in typed else self._phone("", typed):
            yield found

    def _of(self, client: Client) -> Iterator[Recipient]:
        for text in client.phones:
            yield self._phone(client.name, text) or _unreachable(client.name, text)
        for text in client.emails:
            yield self._email(client.name, text) or _unreachable(client.name, text)

    def _phone(self, name: str, text: str) -> Recipient | None:
        phone = read_phone(text)
        if phone is None:
            return None
        note = "" if phone.has_country_code else no_country_code()
        return Recipient(name, phone.dialled, _ways(to_phone(self.letter, phone)), note)

    def _email(self, name: str, text: str) -> Recipient | None:
        if not is_email(text):
            return None
        return Recipient(name, text, _ways(to_email(self.letter, text)))


def _unreachable(name: str, text: str) -> Recipient:
    return Recipient(name, text, (), not_reachable())


def _ways(addresses: Mapping[Channel, str]) -> tuple[Way, ...]:
    return tuple(Way(channel, name_of(channel), to) for channel, to in addresses.items())
