"""The inbox: events kept before anything is done about them, each with one worker at a time.

Bitrix24 sends nothing twice (b24restdocs: settings/performance/index.md), so a receipt stays until
it is handled, refused, or has failed too often. Knows receipts, not what an event means.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Min, Q, QuerySet
from django.utils import timezone

from b24app.models import EventReceipt
from b24app.protocol.events import UNINSTALL, PortalEvent

State = EventReceipt.State
LEASE = timedelta(minutes=3)
MOST_TRIES = 8
MOST_UNPROVEN = 500
_MOST_UNPROVEN_OF_ONE = 5
MOST_OF_A_PORTAL = 20
_FIRST_PAUSE = timedelta(seconds=15)
_LEFT_BEHIND = timedelta(minutes=1)
# Nobody tells of a removal again, so it goes on being tried, by fits.
_REST = timedelta(hours=1)
_LONGEST = timedelta(days=7)


def store(event: PortalEvent, *, is_proven: bool) -> EventReceipt:
    """The event's receipt; raises IntegrityError for a replay."""
    return EventReceipt.objects.create(
        digest=event.digest,
        member_id=event.member_id,
        name=event.name,
        body=settings.VAULT.seal(event.to_text(), aad=body_aad(event)),
        is_proven=is_proven,
        at=_time_of(event),
    )


def is_known(event: PortalEvent) -> bool:
    """Whether this very event has come before."""
    return EventReceipt.objects.filter(digest=event.digest).exists()


def has_room_of_portal(event: PortalEvent) -> bool:
    """Whether one more event of a portal may wait: all its people can send what its secret proves.

    The last place is kept for a removal, and a removal takes that of an older one: the newest
    decides as well as any, so that none is ever refused for lack of room.
    """
    waiting = EventReceipt.objects.filter(
        member_id=event.member_id, state=State.WAITING, is_proven=True
    )
    count = waiting.count()
    if event.name != UNINSTALL:
        return count < MOST_OF_A_PORTAL - 1
    if count >= MOST_OF_A_PORTAL:
        oldest = waiting.filter(name=UNINSTALL).order_by("pk").values("pk")[:1]
        waiting.filter(pk__in=list(oldest.values_list("pk", flat=True))).delete()
    return True


def has_room(event: PortalEvent) -> bool:
    """Whether an event without proof may wait: strangers must not fill the database."""
    is_of_this_kind = Q(member_id=event.member_id, name=event.name)
    waiting = EventReceipt.objects.filter(state=State.WAITING, is_proven=False)
    counted = waiting.aggregate(all=Count("pk"), of_this_kind=Count("pk", filter=is_of_this_kind))
    is_one_more = counted["of_this_kind"] < _MOST_UNPROVEN_OF_ONE
    return bool(counted["all"] < MOST_UNPROVEN and is_one_more)


def members_due(*, left_behind: bool = False, most: int = 500) -> list[str]:
    """The portals of which events should be handled now, those with the oldest first.

    Those `left_behind` are so old that whoever was told of them has not done it.
    """
    rows = _due()
    if left_behind:
        rows = rows.filter(received_at__lt=timezone.now() - _LEFT_BEHIND)
    oldest = rows.values("member_id").annotate(oldest=Min("received_at")).order_by("oldest")
    return list(oldest.values_list("member_id", flat=True)[:most])


def next_due(member_id: str) -> int | None:
    """The oldest event of a portal that should be handled now."""
    rows = _due().filter(member_id=member_id).order_by("received_at", "pk")
    return rows.values_list("pk", flat=True).first()


def member_of(receipt_id: int) -> str | None:
    """Whose event it is, if it is there."""
    rows = EventReceipt.objects.filter(pk=receipt_id)
    return rows.values_list("member_id", flat=True).first()


def claim(receipt_id: int) -> EventReceipt | None:
    """The receipt for this worker alone until its lease ends; None when it is not to be had."""
    rows = _due().filter(pk=receipt_id)
    if not rows.update(tries=F("tries") + 1, claimed_until=timezone.now() + LEASE):
        return None
    return EventReceipt.objects.filter(pk=receipt_id).first()


def event_of(receipt: EventReceipt) -> PortalEvent:
    """The event as it came; raises SealBroken."""
    body = settings.VAULT.open(receipt.body, aad=body_aad(receipt))
    return PortalEvent.from_text(body)


def finish(receipt: EventReceipt, outcome: str) -> None:
    """The event is handled; its secrets go, and what came of it stays."""
    _close(receipt, State.HANDLED, outcome)


def refuse(receipt: EventReceipt, reason: str) -> None:
    """The event is not to be acted on; what a stranger invented leaves no row at all."""
    if receipt.is_proven:
        _close(receipt, State.REFUSED, reason)
    else:
        _held(receipt).delete()


def wait(receipt: EventReceipt, reason: str, *, until: datetime) -> None:
    """Nothing failed: the event cannot be decided before then, and all its tries are left."""
    _held(receipt).update(claimed_until=until, outcome=reason, tries=0)


def postpone(receipt: EventReceipt, reason: str) -> None:
    """The event is tried again after a pause that doubles, or has failed for good."""
    now = timezone.now()
    if receipt.tries < MOST_TRIES:
        pause = _FIRST_PAUSE * 2 ** (receipt.tries - 1)
        _held(receipt).update(claimed_until=now + pause, outcome=reason)
    elif receipt.name == UNINSTALL and now - receipt.received_at < _LONGEST:
        wait(receipt, reason, until=now + _REST)
    else:
        _close(receipt, State.FAILED, reason)


def give_up() -> int:
    """End the receipts whose every worker died; answers how many."""
    rows = EventReceipt.objects.filter(_is_free(), tries__gte=MOST_TRIES)
    young = timezone.now() - _LONGEST
    rows.filter(name=UNINSTALL, received_at__gt=young).update(tries=0)
    return rows.update(state=State.FAILED, outcome="every worker died", body="")


def count_waiting() -> int:
    return EventReceipt.objects.filter(state=State.WAITING).count()


def _close(receipt: EventReceipt, state: str, outcome: str) -> None:
    now = timezone.now()
    _held(receipt).update(state=state, outcome=outcome[:200], body="", handled_at=now)


def _held(receipt: EventReceipt) -> QuerySet[EventReceipt]:
    """The row, unless its lease ended and somebody else has it."""
    return EventReceipt.objects.filter(pk=receipt.pk, tries=receipt.tries, state=State.WAITING)


def _due() -> QuerySet[EventReceipt]:
    return EventReceipt.objects.filter(_is_free(), tries__lt=MOST_TRIES)


def _is_free() -> Q:
    is_free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    return is_free & Q(state=State.WAITING)


def _time_of(event: PortalEvent) -> datetime:
    """The event's own time; one in the future, or none, is now."""
    now = timezone.now()
    return datetime.fromtimestamp(event.ts, UTC) if 0 < event.ts < now.timestamp() else now


def body_aad(event: PortalEvent | EventReceipt) -> str:
    """What an event's body is sealed to."""
    return f"eventreceipt:{event.digest}:body"
