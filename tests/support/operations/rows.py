"""Rows as the app leaves them, for tests that need many or old ones."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from b24app.models import EventReceipt, Portal
from payments.models import Attempt


def add_portal(**fields: Any) -> Portal:
    member_id = secrets.token_hex(16)
    return Portal.objects.create(
        member_id=member_id,
        client_endpoint=f"https://p{member_id[:8]}.bitrix24.com/rest/",
        oauth_server="https://oauth.bitrix.info",
        state=Portal.State.ACTIVE,
        **fields,
    )


def add_attempt(portal: Portal, **fields: Any) -> Attempt:
    now = timezone.now()
    given = {"user_id": 7, "entity_type": 2, "entity_id": secrets.randbelow(2**40), **fields}
    given.setdefault("created_at", now)
    return Attempt.objects.create(
        portal=portal,
        key=uuid4(),
        seen_max_id=0,
        settles_at=given["created_at"] + timedelta(minutes=1),
        **given,
    )


def add_event(portal: Portal, *, received_at: Any = None, **fields: Any) -> EventReceipt:
    """A receipt; `body` is sealed already."""
    now = timezone.now()
    given = {"name": "ONAPPUPDATE", "body": "", "at": now, "is_proven": True, **fields}
    receipt = EventReceipt.objects.create(
        digest=secrets.token_hex(32), member_id=portal.member_id, **given
    )
    EventReceipt.objects.filter(pk=receipt.pk).update(received_at=received_at or now)
    return receipt
