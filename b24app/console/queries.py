"""What the console shows: portals found, figures, and the facts of one portal.

Every query here has an index to walk along and an end, however many portals there are: lists go on
from the last row seen instead of counting pages, counts stop at a limit.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from b24app.console.parts import Figure, counted
from b24app.db.beginnings import begins
from b24app.installation.health import failed_calls, told_of, trouble_of
from b24app.messages.notice import Notice
from b24app.models import EventReceipt, Portal, PortalUser, RestCall
from b24app.portals.calls import words_of
from b24app.protocol.addresses import HostRefused, normalise_host
from b24app.spec import app_spec

PER_PAGE = 25
_SHOWN = 20
# Whoever looks for one of more namesakes than this types more of the name.
_MOST_PEOPLE = 1000


@dataclass(frozen=True)
class PortalPage:
    """Portals, each with words for its trouble; `older` is where the next page begins, if any."""

    portals: tuple[tuple[Portal, Notice | None], ...]
    older: int | None


@dataclass(frozen=True)
class Facts:
    """What is known of a portal; no token among it. A call comes with the portal's words on it."""

    trouble: Notice | None
    placements: tuple[str, ...]
    users: tuple[PortalUser, ...]
    installer: PortalUser | None
    calls: tuple[tuple[RestCall, tuple[str, ...]], ...]
    failed: tuple[tuple[RestCall, Notice], ...]
    events: tuple[EventReceipt, ...]
    history: tuple[LogEntry, ...]


def find_portals(*, sought: str, state: str, before: int | None) -> PortalPage:
    """Portals whose member id, host or a person's name begins so; the newest first."""
    rows = Portal.objects.all()
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    if sought:
        # A union, because no index serves an OR across tables.
        hits = [rows.filter(condition).values("pk") for condition in _conditions(sought)]
        found = hits[0].union(*hits[1:]).order_by("-pk")[: PER_PAGE + 1]
        rows = Portal.objects.filter(pk__in=[row["pk"] for row in found])
    portals = list(rows.order_by("-pk")[: PER_PAGE + 1])
    shown = tuple((each, trouble_of(each)) for each in portals[:PER_PAGE])
    return PortalPage(shown, portals[PER_PAGE - 1].pk if len(portals) > PER_PAGE else None)


def figures() -> list[Figure]:
    """Portals by state, events and tasks that wait or failed."""
    waiting = EventReceipt.objects.filter(state=EventReceipt.State.WAITING)
    first = waiting.order_by("received_at").values_list("received_at", flat=True).first()
    failed = counted(EventReceipt.objects.filter(state=EventReceipt.State.FAILED))
    failed_tasks = counted(DBTaskResult.objects.failed())
    portals, events = reverse("console:portals"), reverse("admin:b24app_eventreceipt_changelist")
    return [
        *(
            Figure(s.label, counted(Portal.objects.filter(state=s)), link=f"{portals}?state={s}")
            for s in Portal.State
        ),
        Figure("Events waiting", counted(waiting), oldest=first, link=f"{events}?state=waiting"),
        Figure("Events failed", failed, failed != "0", link=f"{events}?state=failed"),
        Figure("Tasks waiting", counted(DBTaskResult.objects.ready())),
        Figure("Tasks failed", failed_tasks, failed_tasks != "0"),
    ]


def last_errors() -> list[tuple[RestCall, Notice]]:
    """The latest calls that failed, in words."""
    calls = failed_calls(RestCall.objects.select_related("portal"))
    return [(call, told_of(call)) for call in calls[:_SHOWN]]


def facts_of(portal: Portal) -> Facts:
    """The facts of one portal, the latest of each kind."""
    users = PortalUser.objects.filter(portal=portal)
    calls = RestCall.objects.filter(portal=portal)
    events = EventReceipt.objects.filter(member_id=portal.member_id).order_by("-received_at")
    return Facts(
        trouble=trouble_of(portal),
        placements=tuple(each.code for each in app_spec().placements),
        users=tuple(users.order_by("-seen_at")[:_SHOWN]),
        installer=users.filter(user_id=portal.installer_id or 0).first(),
        calls=tuple((call, words_of(call)) for call in calls.order_by("-at")[:_SHOWN]),
        failed=tuple((call, told_of(call)) for call in failed_calls(calls)[:3]),
        events=tuple(events.defer("body")[:_SHOWN]),
        history=tuple(history_of(portal).select_related("user").order_by("-action_time")[:_SHOWN]),
    )


def history_of(portal: Portal) -> QuerySet[LogEntry]:
    """What operators have done to a portal."""
    kind = ContentType.objects.get_for_model(Portal)
    return LogEntry.objects.filter(content_type=kind, object_id=str(portal.pk))


def _conditions(sought: str) -> list[Q]:
    host = sought.lower()
    with suppress(HostRefused):
        # The beginning of a name in another script has no other form, a whole one has.
        host = host if host.isascii() else normalise_host(host)
    # By the database's own rules, as `name_key` is.
    name = begins("name_key", sought, lambda text: Lower(Value(text)))
    people = PortalUser.objects.filter(name).order_by("name_key")
    schemes = ["https://", "http://"] if settings.B24_ALLOW_INSECURE_PORTALS else ["https://"]
    return [
        begins("member_id", host),
        *(begins("client_endpoint", scheme + host) for scheme in schemes),
        Q(pk__in=people.values("portal_id")[:_MOST_PEOPLE]),
    ]
