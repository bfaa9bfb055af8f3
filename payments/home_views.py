"""The app's main page in a portal: one's own payments; journal and health for administrators."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST

from b24app.access import Actor
from b24app.doors import frame_launch, frame_session_required, let_frame
from b24app.frame_session import FrameSession, sign_session
from b24app.health import Health, health_of
from b24app.install import READS, install
from b24app.launch import Launch
from b24app.messages import explain
from b24app.notices import Notice
from b24app.repair import open_and_repair
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import AccessDenied, RestError
from payments.commands import Outcome
from payments.forms import FilterForm
from payments.journal import Filter, csv_lines, journal_page, people, recent_payments
from payments.models import Attempt
from payments.outcomes import notice_of
from payments.pay_systems import keep_pay_systems, pay_systems_command, read_pay_systems


@dataclass(frozen=True)
class Line:
    """A click in the journal: whose, and what the person was told if it was refused."""

    attempt: Attempt
    person: str
    told: str


@frame_launch
def home(request: HttpRequest, launch: Launch) -> HttpResponse:
    """Everybody's own payments; an administrator's visit also refreshes what the app knows."""
    frame, report = open_and_repair(launch, {**READS, "pay_systems": pay_systems_command()})
    actor = frame.actor
    context = {
        "user": actor.user,
        "origin": actor.portal.endpoint.origin,
        "recent": recent_payments(actor),
        "bearer": sign_session(frame.session),
    }
    if actor.user.is_admin:
        _keep_pay_systems(actor, frame.answer)
        context |= _for_administrator(actor, frame.answer)
        context["report"] = report if frame.was_blocked else None
    response = render(request, "payments/home.html", context)
    return let_frame(response, actor.portal.endpoint.origin)


@require_POST
@frame_session_required
def journal(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """The journal, filtered; for administrators."""
    _require_administrator(actor)
    chosen, number = _asked(request)
    context = _journal(actor, chosen, number=number)
    return render(request, "payments/_journal.html", context)


@require_POST
@frame_session_required
def journal_csv(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponseBase:
    """The journal as a file; for administrators."""
    _require_administrator(actor)
    chosen, _ = _asked(request)
    lines = csv_lines(actor.portal, chosen)
    headers = {"Content-Disposition": 'attachment; filename="payments.csv"'}
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@frame_session_required
def repair(request: HttpRequest, actor: Actor, session: FrameSession) -> HttpResponse:
    """Check and bind again, with the administrator's own token."""
    _require_administrator(actor)
    report = install(actor, actor.ask(READS))
    health = health_of(actor.portal, actor.ask(READS))
    return render(request, "payments/_health.html", {"health": health, "report": report})


def _for_administrator(actor: Actor, answer: BatchAnswer) -> dict[str, object]:
    health: Health | None = None
    problem: Notice | None = None
    try:
        health = health_of(actor.portal, answer)
    except RestError as error:
        problem = explain(error, is_admin=True)
    return {"health": health, "notice": problem, **_journal(actor, Filter(), number=1)}


def _journal(actor: Actor, chosen: Filter, *, number: int) -> dict[str, object]:
    page = journal_page(actor.portal, chosen, number=number)
    names = people(actor.portal)
    return {
        "origin": actor.portal.endpoint.origin,
        "page": page,
        "lines": list(_lines(page, names)),
        "people": names,
        "states": Attempt.State.values,
        "chosen": chosen,
    }


def _lines(attempts: Iterable[Attempt], names: dict[int, str]) -> Iterable[Line]:
    for attempt in attempts:
        is_refused = attempt.state == Attempt.State.REFUSED
        told = notice_of(Outcome(attempt), is_admin=True).text if is_refused else ""
        yield Line(attempt, names.get(attempt.user_id, str(attempt.user_id)), told)


def _asked(request: HttpRequest) -> tuple[Filter, int]:
    """The filter and the page of a form; a field that makes no sense does not narrow."""
    form = FilterForm(request.POST)
    form.is_valid()
    data = form.cleaned_data
    chosen = Filter(
        user_id=data.get("user"),
        state=data.get("state") or "",
        since=data.get("since"),
        until=data.get("until"),
        zone=_zone(request.POST.get("zone", "")),
    )
    return chosen, data.get("page") or 1


def _zone(name: str) -> tzinfo:
    """The time zone that a browser names, or UTC."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _keep_pay_systems(actor: Actor, answer: BatchAnswer) -> None:
    try:
        keep_pay_systems(actor.portal, read_pay_systems(answer.value("pay_systems")))
    except RestError:
        # Without the scope there is no choice to offer, and nothing to keep.
        return


def _require_administrator(actor: Actor) -> None:
    if not actor.user.is_admin:
        raise AccessDenied
