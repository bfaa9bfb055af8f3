"""What an administrator sees and does, inside a frame and outside: journal, health, repair.

Knows forms, pages and the commands behind them; knows no bearer and no cookie.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.http import FileResponse

from b24app.installation.health import health_of
from b24app.installation.install import install, installer_reads_with_version
from b24app.messages.rest_errors import explain
from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import RestError
from payments.journal.export import write_journal
from payments.journal.fields import fields_panel, switch_fields
from payments.journal.queries import Filter, journal_page, people
from payments.limits import LARGEST_ID
from payments.messages.outcome import told_of_refusal
from payments.models import Attempt


class FilterForm(forms.Form):
    """Which clicks the journal shows."""

    user = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)
    state = forms.ChoiceField(required=False, choices=[("", ""), *Attempt.State.choices])
    since = forms.DateField(required=False)
    until = forms.DateField(required=False)
    page = forms.IntegerField(required=False, min_value=1, max_value=LARGEST_ID)


@dataclass(frozen=True)
class PageUrls:
    """Where the forms of a page lead, by the names of their addresses.

    `has_cookies`: a cookie says who sends them, so they carry a CSRF token instead of a bearer.
    """

    journal: str
    csv: str
    repair: str
    fields: str
    has_cookies: bool


@dataclass(frozen=True)
class JournalEntry:
    """A click in the journal: whose, and what the person was told if it was refused."""

    attempt: Attempt
    person: str
    told: str


def overview(actor: Actor, answer: BatchAnswer | RestError, urls: PageUrls) -> dict[str, object]:
    """Health, by the answers to the installer's reads, and the newest page of the journal."""
    told: dict[str, object] = {"health": None, "notice": None, "report": None, "is_mending": False}
    try:
        if isinstance(answer, RestError):
            raise answer
        told["health"] = health_of(actor.portal, answer)
    except RestError as error:
        told["notice"] = explain(error, is_admin=True)
    told["fields"] = fields_panel(actor.portal, answer)
    return {**told, **filtered_journal(actor, {}, urls)}


def filtered_journal(actor: Actor, form: Mapping[str, str], urls: PageUrls) -> dict[str, object]:
    """One page of the journal, as a form asks for it."""
    chosen, number = _asked(form)
    page = journal_page(actor.portal, chosen, number=number)
    names = people(actor.portal)
    return {
        "urls": urls,
        "origin": actor.portal.endpoint.origin,
        "page": page,
        "entries": [_entry(attempt, names) for attempt in page],
        "people": names,
        "states": Attempt.State.values,
        "chosen": chosen,
    }


def journal_file(actor: Actor, form: Mapping[str, str]) -> FileResponse:
    """The journal as a file, as a form asks for it; raises ServerBusy."""
    chosen, _ = _asked(form)
    return FileResponse(
        write_journal(actor.portal, chosen),
        as_attachment=True,
        filename="payments.csv",
        content_type="text/csv; charset=utf-8",
    )


def repaired(actor: Actor, urls: PageUrls) -> dict[str, object]:
    """Check and bind again with the person's own token, then the health; raises RestError."""
    report = install(actor, actor.ask(installer_reads_with_version()))
    health = health_of(actor.portal, report.answer)
    told = {"health": health, "notice": None, "report": report, "is_mending": False}
    return {**told, "urls": urls}


def fields_switched(actor: Actor, form: Mapping[str, str], urls: PageUrls) -> dict[str, object]:
    """Payments in lists, after a button of it was pressed."""
    panel = switch_fields(actor, form)
    return {"fields": panel, "urls": urls, "origin": actor.portal.endpoint.origin}


def _entry(attempt: Attempt, names: Mapping[int, str]) -> JournalEntry:
    person = names.get(attempt.user_id, str(attempt.user_id))
    return JournalEntry(attempt, person, told_of_refusal(attempt))


def _asked(given: Mapping[str, str]) -> tuple[Filter, int]:
    """The filter and the page of a form; a field that makes no sense does not narrow."""
    form = FilterForm(given)
    form.is_valid()
    data = form.cleaned_data
    chosen = Filter(
        user_id=data.get("user"),
        state=data.get("state") or "",
        since=data.get("since"),
        until=data.get("until"),
        zone=_zone(given.get("zone", "")),
    )
    return chosen, data.get("page") or 1


def _zone(name: str) -> tzinfo:
    """The time zone that a browser names, or UTC."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC
