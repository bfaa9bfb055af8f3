"""Other people at work on the same item: their clicks of the last minutes, as the journal has them.

The journal knows of them before the portal's list does, and without a round trip.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from b24app.db.prepared import Given, PreparedInsert
from b24app.models import Portal
from b24app.portals.actors import Actor
from payments.commands.watermark import Watermark
from payments.gateway.card import Look
from payments.models import Attempt
from payments.types import Item

# As long as a click may wait in the queue and be sent.
RECENT = timedelta(minutes=10)
_OPEN = Q(state__in=Attempt.OPEN)


@dataclass(frozen=True)
class Other:
    """A payment that the person has not seen: whose and since when, as far as the journal knows.

    Without a `payment_id` it is being added; `click` is what a watermark holds as told.
    """

    payment_id: int | None
    number: str = ""
    name: str = ""
    at: datetime | None = None
    click: int = 0


class NotAlone(Exception):
    """The journal knows of somebody else's payment that the person has not seen."""

    def __init__(self, other: Other) -> None:
        super().__init__(other.number)
        self.other = other


class SomebodyWasFaster(NotAlone):
    """Such a payment is on the item, as the look shows, or is about to be."""

    def __init__(self, other: Other, look: Look) -> None:
        super().__init__(other)
        self.look = look


def store_alone(attempt: Attempt, watermark: Watermark) -> bool:
    """Store the click, unless somebody else's has to be told first; raises IntegrityError."""
    return _ALONE.insert_one(
        attempt,
        portal=attempt.portal_id,
        entity_type=attempt.entity_type,
        entity_id=attempt.entity_id,
        user_id=attempt.user_id,
        id=watermark.told,
        payment_id=watermark.max_id,
        created_at=attempt.created_at - RECENT,
    )


def find_other(actor: Actor, item: Item, watermark: Watermark) -> Other | None:
    """The newest click of somebody else that the person does not know of."""
    rows = Attempt.objects.filter(
        _OPEN | Q(payment_id__gt=watermark.max_id, is_gone=False),
        portal=actor.portal,
        entity_type=item.type_id,
        entity_id=item.id,
        pk__gt=watermark.told,
        created_at__gt=timezone.now() - RECENT,
    )
    newest = rows.exclude(user_id=actor.user.user_id).order_by("-pk").first()
    return _other(actor.portal, newest) if newest else None


def maker_of(actor: Actor, payment_id: int, *, number: str) -> Other:
    """What the journal knows of a payment that the portal lists."""
    rows = Attempt.objects.filter(portal=actor.portal, payment_id=payment_id)
    made = rows.exclude(user_id=actor.user.user_id).first()
    return _other(actor.portal, made) if made else Other(payment_id, number)


def note_gone(portal: Portal, payment_id: int) -> None:
    """This payment was deleted, so nobody has to be told of it; the journal keeps the click."""
    Attempt.objects.filter(portal=portal, payment_id=payment_id).update(is_gone=True)


def _other(portal: Portal, attempt: Attempt) -> Other:
    names = portal.users.filter(user_id=attempt.user_id).values_list("name", flat=True)
    return Other(
        payment_id=attempt.payment_id,
        number=attempt.number or str(attempt.payment_id or ""),
        name=names.first() or "",
        at=attempt.closed_at,
        click=attempt.pk,
    )


def _unknown() -> QuerySet[Attempt]:
    rows = Attempt.objects.filter(
        _OPEN | Q(payment_id__gt=Given("payment_id"), is_gone=False),
        portal=Given("portal"),
        entity_type=Given("entity_type"),
        entity_id=Given("entity_id"),
        id__gt=Given("id"),
        created_at__gt=Given("created_at"),
    )
    return rows.exclude(user_id=Given("user_id")).only("pk")


_ALONE = PreparedInsert(_unknown)
