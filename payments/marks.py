"""Deals whose fields are to be looked at, marked before a payment changes and after.

The mark is committed before a click is sent, so that a process that dies on the way loses no
figures. A portal where the fields are not switched on has no marks, and this asks no database.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from b24app.models import Portal
from payments.types import DEAL, Item

log = logging.getLogger(__name__)
# What a portal keeps in its notes once its fields are there: the ids of the list's values.
FIELDS = "deal_fields"
# As long as a click, and the portal's work on it, may take.
_CLICK = timedelta(seconds=90)

_MARK = """
INSERT INTO payments_dealfigures (portal_id, deal_id, user_id, mark, due_at, tries, refused,
    refused_to, error_kind, error_code, error_text, is_told)
VALUES (%s, %s, %s, %s, %s, 0, '{}', '[]', '', '', '', false)
ON CONFLICT (portal_id, deal_id) DO UPDATE SET user_id = excluded.user_id, mark = excluded.mark,
    due_at = excluded.due_at, tries = 0
"""


def choices_of(portal: Portal) -> Mapping[str, int] | None:
    """The ids of the list's values where the fields are switched on; None elsewhere."""
    found: Mapping[str, int] | None = portal.notes.get(FIELDS)
    return found


def mark_click(portal: Portal, item: Item, user_id: int) -> None:
    """Something about to be sent may change the figures; somebody looks if nobody comes back."""
    if is_followed(portal, item):
        try:
            mark(portal.pk, item.id, user_id, after=_CLICK)
        except (DatabaseError, InterfaceError):
            # The click is worth more than the fields, and the next look finds them.
            log.exception("deal %s not marked", item.id)


def is_followed(portal: Portal, item: Item) -> bool:
    return item.type_id == DEAL and choices_of(portal) is not None


def mark(portal_id: int, deal_id: int, user_id: int, *, after: timedelta = timedelta()) -> None:
    """Have somebody look at a deal `after` a while, in one statement."""
    due_at = connection.ops.adapt_datetimefield_value(timezone.now() + after)
    with connection.cursor() as cursor:
        cursor.execute(_MARK, [portal_id, deal_id, user_id, secrets.token_hex(8), due_at])
