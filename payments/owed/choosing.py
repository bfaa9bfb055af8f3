"""Which deals a person asks for: the fields of the form, and what a page has shown of them so far.

What was shown travels in the page, signed: the next deals come after the last one, and the sums go
on. It is good for the portal, the person and the client of the frame that it was made in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.core import signing

from b24app.frame.session import FrameSession
from payments.billing.owed import Client, Debt, Sums, total_sums
from payments.gateway.deals import COMPANY, CONTACT, Choice, Stage
from payments.limits import LARGEST_ID

CLIENTS = (CONTACT, COMPANY)
_SALT = "payments.owed"
_STAGES = {stage.value: (stage,) for stage in Stage}
_CLIENT = r"\A[34]:[1-9][0-9]{0,18}\Z"
_EARLIEST_YEAR, _LATEST_YEAR = 1970, 2999


class SeenInvalid(Exception):
    """Not what a page of ours has shown, or that of another frame."""


class ChoiceForm(forms.Form):
    """Whose deals, at which stages, of which client, from when to when; and those settled too.

    `only` is a client that a button names, or all of them; it goes before `client`.
    """

    mine = forms.BooleanField(required=False)
    stage = forms.ChoiceField(required=False, choices=[("", ""), *((s, s) for s in _STAGES)])
    client = forms.RegexField(_CLIENT, required=False)
    only = forms.RegexField(rf"{_CLIENT}|\Aall\Z", required=False)
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    settled = forms.BooleanField(required=False)
    zone = forms.CharField(required=False, max_length=64)


@dataclass(frozen=True)
class Asked:
    """A choice as it was typed, as text by field; a field that makes no sense is left out."""

    typed: Mapping[str, str] = field(default_factory=dict)

    @property
    def shows_settled(self) -> bool:
        return "settled" in self.typed

    @property
    def client(self) -> Client | None:
        """The client that was chosen in the form."""
        type_id, _, client_id = self.typed.get("client", "").partition(":")
        return Client(int(type_id), int(client_id)) if client_id else None

    def choice(self, *, of_card: Client | None, user_id: int) -> Choice:
        """What is asked of the portal. In a client's card it is that client, whatever was typed."""
        days = {name: self.typed.get(name) for name in ("since", "until")}
        since, until = (date.fromisoformat(day) if day else None for day in days.values())
        return Choice(
            zone=_zone(self.typed.get("zone", "")),
            stages=_STAGES.get(self.typed.get("stage", ""), (Stage.IN_WORK, Stage.WON)),
            assigned_to=user_id if "mine" in self.typed else None,
            client=of_card or self.client,
            since=since,
            until=until,
        )


@dataclass(frozen=True)
class Seen:
    """What a page has shown: how many deals up to which id, and their sums.

    `settled` were left out because they owe nothing, `unread` are those without sums.
    """

    asked: Asked
    last_id: int = 0
    shown: int = 0
    settled: int = 0
    unread: int = 0
    sums: Mapping[str, Sums] = field(default_factory=dict)
    months: Mapping[str, Mapping[str, Sums]] = field(default_factory=dict)

    def with_debts(self, debts: Iterable[Debt]) -> Seen:
        """The same with further deals."""
        found = list(debts)
        shown = [debt for debt in found if self.shows(debt)]
        months = dict(self.months)
        for debt in shown:
            for month, sums in debt.months.items():
                months[month] = total_sums([months.get(month, {}), sums])
        return Seen(
            asked=self.asked,
            last_id=max([self.last_id, *(debt.deal.id for debt in found)]),
            shown=self.shown + len(shown),
            settled=self.settled + len(found) - len(shown),
            unread=self.unread + sum(not debt.is_read for debt in shown),
            sums=total_sums([self.sums, *(debt.sums for debt in shown)]),
            months=months,
        )

    def shows(self, debt: Debt) -> bool:
        return self.asked.shows_settled or not debt.is_settled


def asked_in(form: Mapping[str, str]) -> Asked:
    """What a form asks for."""
    given = ChoiceForm(form)
    given.is_valid()
    data = given.cleaned_data
    client = data.pop("only", "") or data.get("client", "")
    typed = {name: "on" if value is True else str(value) for name, value in data.items() if value}
    typed["client"] = client if _is_client(client) else ""
    is_ours = {name: _is_of_our_time(data.get(name)) for name in ("since", "until")}
    return Asked({name: text for name, text in typed.items() if text and is_ours.get(name, True)})


def client_of(session: FrameSession) -> Client | None:
    """The client in whose card the frame stands."""
    has_client = session.entity_type in CLIENTS and session.entity_id
    return Client(session.entity_type, session.entity_id) if has_client else None


def sign_seen(seen: Seen, session: FrameSession) -> str:
    counts = [seen.last_id, seen.shown, seen.settled, seen.unread]
    sums, months = _plain(seen.sums), {month: _plain(each) for month, each in seen.months.items()}
    signed = [dict(seen.asked.typed), counts, sums, months, _binding(session)]
    return signing.dumps(signed, salt=_SALT, compress=True)


def read_seen(text: str, session: FrameSession) -> Seen:
    """What was shown; raises SeenInvalid."""
    try:
        typed, counts, sums, months, binding = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise SeenInvalid from error
    if binding != _binding(session):
        raise SeenInvalid
    last_id, shown, settled, unread = counts
    return Seen(
        Asked(typed),
        last_id=last_id,
        shown=shown,
        settled=settled,
        unread=unread,
        sums=_sums(sums),
        months={month: _sums(each) for month, each in months.items()},
    )


def _binding(session: FrameSession) -> list[int]:
    return [session.portal_id, session.user_id, session.entity_type, session.entity_id]


def _plain(sums: Mapping[str, Sums]) -> dict[str, list[Any]]:
    return {
        currency: [str(each.open), str(each.paid), str(each.left), each.unsure]
        for currency, each in sums.items()
    }


def _sums(plain: Mapping[str, list[Any]]) -> dict[str, Sums]:
    return {
        currency: Sums(Decimal(opened), Decimal(paid), Decimal(left), unsure)
        for currency, (opened, paid, left, unsure) in plain.items()
    }


def _is_client(text: str) -> bool:
    number = text.partition(":")[2]
    return bool(number) and int(number) <= LARGEST_ID


def _is_of_our_time(day: date | None) -> bool:
    """Whether no zone and no next day leads out of the calendar."""
    return day is not None and _EARLIEST_YEAR <= day.year <= _LATEST_YEAR


def _zone(name: str) -> tzinfo:
    """The time zone that a browser names, or UTC."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
