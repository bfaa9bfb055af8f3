"""The subscription: an event about it is a mark on the portal, whose own word decides.

The documentation shows the event without the application token, so anybody may send it. One look a
minute comes of it, whoever sends how many.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django_tasks import task

from b24app.models import Portal
from b24app.portals.actors import SessionEnded, actor_of
from b24app.portals.registry import block_portal, unblock_portal
from b24app.rest.client import Command
from b24app.rest.errors import AppUnpaid, RestError, UnreadableAnswer

log = logging.getLogger(__name__)
_PAUSE = timedelta(minutes=1)
_IN_THREADS = "threads"


def mark_subscription(portal: Portal) -> None:
    """Have somebody look whether the subscription runs: now, or a minute after the last look.

    A look that began since `portal` was read is later than the hint, and serves it.
    """
    now = timezone.now()
    seen = portal.subscription_seen_at
    due_at = max(now, seen + _PAUSE) if seen else now
    unmarked = portal.current().filter(subscription_due_at=None, subscription_seen_at=seen)
    if portal.change(unmarked, subscription_due_at=due_at) and due_at == now:
        look_at_subscription.using(backend=_IN_THREADS).enqueue(portal.pk)


def due_subscriptions() -> list[int]:
    """The portals whose subscription somebody should look at now."""
    rows = Portal.objects.filter(subscription_due_at__lte=timezone.now())
    return list(rows.values_list("pk", flat=True))


@task()
def look_at_subscription(portal_id: int) -> None:
    """Ask a marked portal, also one that is blocked; what cannot be asked the next call tells.

    The mark is taken down first, so that a hint which comes meanwhile makes a new one.
    """
    now = timezone.now()
    marked = Portal.objects.filter(pk=portal_id, subscription_due_at__lte=now)
    if not marked.update(subscription_due_at=None, subscription_seen_at=now):
        return
    portal = Portal.objects.get(pk=portal_id)
    try:
        _look(portal)
    except Portal.DoesNotExist:
        log.info("the portal of a hint is gone")
    except (SessionEnded, RestError) as error:
        log.warning("subscription of %s not seen: %s", portal, error or "nobody there can act")


def _look(portal: Portal) -> None:
    try:
        info = actor_of(portal.pk, portal.installer_id or 0).client.call(Command("app.info"))
        trouble = AppUnpaid() if _is_expired(info) else None
    except AppUnpaid as error:
        trouble = error
    portal.refresh_from_db()
    if trouble is not None:
        block_portal(portal, trouble)
    elif portal.state == Portal.State.BLOCKED and portal.trouble == AppUnpaid.kind:
        unblock_portal(portal)


def _is_expired(info: Any) -> bool:
    if not isinstance(info, dict) or "PAYMENT_EXPIRED" not in info:
        raise UnreadableAnswer(text="not app.info")
    return str(info["PAYMENT_EXPIRED"]) == "Y"
