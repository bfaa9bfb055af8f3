"""The inbox: events kept before anything is done about them, each with one worker at a time.

Bitrix24 sends nothing twice (b24restdocs: settings/performance/index.md), so a receipt stays until
it is handled, refused, or has failed too often. Knows receipts, not what an event means.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from b24app.models import EventReceipt
from b24app.protocol.events import PAYMENT, UNINSTALL, PortalEvent

State = EventReceipt.State
LEASE = timedelta(minutes=3)
MOST_TRIES = 8
MOST_UNPROVEN = 500
_MOST_UNPROVEN_OF_ONE = 5
MOST_OF_A_PORTAL = 20
_FIRST_PAUSE = timedelta(seconds=15)
_HINT_PAUSE = timedelta(minutes=1)
_LEFT_BEHIND = timedelta(minutes=1)


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

    The last place is kept for a removal.
    """
    waiting = EventReceipt.objects.filter(
        member_id=event.member_id, state=State.WAITING, is_proven=True
    )
    return waiting.count() < MOST_OF_A_PORTAL - (event.name != UNINSTALL)


def has_room(event: PortalEvent) -> bool:
    """Whether an event without proof may wait: strangers must not fill the database.

    A payment event is but a hint to look, so that one a minute is enough for a portal.
    """
    is_waiting = Q(state=State.WAITING)
    is_of_this_kind = Q(member_id=event.member_id, name=event.name)
    is_recent = Q(received_at__gt=timezone.now() - _HINT_PAUSE)
    is_hint = event.name == PAYMENT
    counted = EventReceipt.objects.filter(
        is_waiting | is_of_this_kind & is_recent if is_hint else is_waiting, is_proven=False
    ).aggregate(
        all=Count("pk", filter=is_waiting),
        of_this_kind=Count("pk", filter=is_of_this_kind),
    )
    most = 1 if is_hint else _MOST_UNPROVEN_OF_ONE
    return bool(counted["all"] < MOST_UNPROVEN and counted["of_this_kind"] < most)


def due(*, left_behind: bool = False, most: int = 500) -> list[int]:
    """Receipts that somebody should handle now, oldest first.

    Those `left_behind` are so old that whoever was told of them has not done it.
    """
    rows = EventReceipt.objects.filter(_is_due(), tries__lt=MOST_TRIES)
    if left_behind:
        rows = rows.filter(received_at__lt=timezone.now() - _LEFT_BEHIND)
    return list(rows.order_by("received_at").values_list("pk", flat=True)[:most])


def claim(receipt_id: int) -> EventReceipt | None:
    """The receipt for this worker alone until its lease ends; None when it is not to be had."""
    rows = EventReceipt.objects.filter(_is_due(), pk=receipt_id, tries__lt=MOST_TRIES)
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
    if receipt.is_proven or receipt.name == PAYMENT:
        _close(receipt, State.REFUSED, reason)
    else:
        _held(receipt).delete()


def postpone(receipt: EventReceipt, reason: str) -> None:
    """The event is tried again after a pause that doubles, or has failed for good."""
    if receipt.tries >= MOST_TRIES:
        _close(receipt, State.FAILED, reason)
    else:
        pause = _FIRST_PAUSE * 2 ** (receipt.tries - 1)
        _held(receipt).update(claimed_until=timezone.now() + pause, outcome=reason)


def give_up() -> int:
    """End the receipts whose every worker died; answers how many."""
    rows = EventReceipt.objects.filter(_is_due(), tries__gte=MOST_TRIES)
    return rows.update(state=State.FAILED, outcome="every worker died", body="")


def count_waiting() -> int:
    return EventReceipt.objects.filter(state=State.WAITING).count()


def _close(receipt: EventReceipt, state: str, outcome: str) -> None:
    now = timezone.now()
    _held(receipt).update(state=state, outcome=outcome[:200], body="", handled_at=now)
    if receipt.name == PAYMENT and not receipt.is_proven:
        # One closed hint a portal is enough to count the minute.
        same = EventReceipt.objects.filter(member_id=receipt.member_id, name=receipt.name)
        older = same.filter(is_proven=False).exclude(state=State.WAITING).exclude(pk=receipt.pk)
        older.delete()


def _held(receipt: EventReceipt) -> QuerySet[EventReceipt]:
    """The row, unless its lease ended and somebody else has it."""
    return EventReceipt.objects.filter(pk=receipt.pk, tries=receipt.tries, state=State.WAITING)


def _is_due() -> Q:
    is_free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    return is_free & Q(state=State.WAITING)


def _time_of(event: PortalEvent) -> datetime:
    """The event's own time; one in the future, or none, is now."""
    now = timezone.now()
    return datetime.fromtimestamp(event.ts, UTC) if 0 < event.ts < now.timestamp() else now


def body_aad(event: PortalEvent | EventReceipt) -> str:
    """What an event's body is sealed to."""
    return f"eventreceipt:{event.digest}:body"
