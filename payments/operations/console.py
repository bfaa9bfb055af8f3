"""What the operator's console shows of payments: attempts, those that are open, and resolving them.

Named in payments/spec.py; the console itself knows nothing of payments.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from b24app.console.actions import explained, telling
from b24app.console.parts import Figure, OperatorAction, Part, Section, Told, counted
from b24app.console.tables import TableToRead
from b24app.models import Portal, PortalUser
from payments.commands.resolve import Outcome
from payments.commands.sweep import resolve_open
from payments.messages.outcome import notice_of_outcome, told_of_refusal
from payments.models import Attempt

_SHOWN = 20
_MOST_RESOLVED = 20
_STATES: Mapping[str, str] = {
    Attempt.State.QUEUED: "waiting for its turn",
    Attempt.State.SENDING: "being sent",
    Attempt.State.ADDED: "payment made",
    Attempt.State.REFUSED: "refused",
    Attempt.State.UNCLEAR: "unclear",
    Attempt.State.NOT_ADDED: "not made",
    Attempt.State.UNKNOWN: "could not be found out",
}


class AttemptTable(TableToRead):
    list_display = ("created_at", "portal", "entity_type", "entity_id", "user_id", "state")
    list_filter = ("state",)
    list_select_related = ("portal",)
    search_fields = ("portal__member_id__exact",)


@dataclass(frozen=True)
class AttemptEntry:
    """An attempt as an operator reads it; `told` is what the person was told of a refusal."""

    attempt: Attempt
    person: str
    state: str
    told: str


def figures() -> list[Figure]:
    rows = Attempt.objects.filter(state__in=Attempt.OPEN)
    first = rows.order_by("created_at").values_list("created_at", flat=True).first()
    unclear = counted(rows)
    address = reverse("admin:payments_attempt_changelist")
    return [Figure("Open attempts", unclear, oldest=first, link=f"{address}?state=unclear")]


def overview() -> Section:
    """The attempts that have been open for longest."""
    rows = Attempt.objects.filter(state__in=Attempt.OPEN).select_related("portal")
    entries = [_entry(attempt, {}) for attempt in rows.order_by("created_at")[:_SHOWN]]
    return Section("payments/_console_open.html", {"entries": entries, "now": timezone.now()})


def section(portal: Portal) -> Section:
    """The latest attempts of a portal."""
    attempts = list(Attempt.objects.filter(portal=portal).order_by("-created_at")[:_SHOWN])
    people = PortalUser.objects.filter(
        portal=portal, user_id__in={attempt.user_id for attempt in attempts}
    )
    names = {row.user_id: row.name for row in people}
    entries = [_entry(attempt, names) for attempt in attempts]
    return Section("payments/_console_attempts.html", {"entries": entries})


@telling
def resolve(portal: Portal) -> Told:
    """Look for the payments of the portal's open attempts, the oldest first."""
    rows = Attempt.objects.filter(portal=portal)
    oldest = rows.filter(state__in=Attempt.OPEN).order_by("created_at")[:_MOST_RESOLVED]
    outcomes = list(resolve_open(rows.filter(pk__in=[attempt.pk for attempt in oldest])))
    if not outcomes:
        return Told("No attempt of this portal is open.", is_good=True)
    is_good = not any(outcome.attempt.is_open for outcome in outcomes)
    return Told(" ".join(_told(outcome) for outcome in outcomes), is_good=is_good)


def _told(outcome: Outcome) -> str:
    attempt = outcome.attempt
    if attempt.is_open and outcome.error:
        text = explained(outcome.error)
    elif attempt.is_open and not attempt.candidates:
        text = "still open: the portal may still be working on it, or could not be asked."
    else:
        text = notice_of_outcome(outcome, is_admin=True).text
    return f"{'Invoice' if attempt.item.is_invoice else 'Deal'} {attempt.entity_id}: {text}"


def _entry(attempt: Attempt, names: Mapping[int, str]) -> AttemptEntry:
    person = names.get(attempt.user_id) or f"user {attempt.user_id}"
    return AttemptEntry(attempt, person, _STATES[attempt.state], told_of_refusal(attempt))


PART = Part(
    figures=figures,
    overview=overview,
    portal=section,
    actions=(
        OperatorAction(
            "resolve", "Resolve now", "Looks for the payments of open attempts.", resolve
        ),
    ),
    admins={Attempt: AttemptTable},
)
