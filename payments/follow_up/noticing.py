"""After a look or a click: are the deal's fields right, and does the person have to hear of it?

Where the fields are not switched on this asks nobody; where they show what the payments say, no
database either.
"""

from __future__ import annotations

import logging

from django.db import DatabaseError, InterfaceError

from b24app.portals.actors import Actor
from b24app.rest.errors import RestError
from payments.follow_up import rows
from payments.follow_up.runner import hand_over
from payments.follow_up.writing import missing_in
from payments.gateway.card import Look
from payments.marks import is_followed
from payments.types import Item

log = logging.getLogger(__name__)


def follow(actor: Actor, item: Item, look: Look | None, *, has_changed: bool) -> RestError | None:
    """Have the fields brought up to date; the reason why they cannot be, told once."""
    if not is_followed(actor.portal, item):
        return None
    try:
        return _follow(actor, item, look, has_changed=has_changed)
    except (DatabaseError, InterfaceError):
        # The answer to a click is worth more than the fields.
        log.exception("figures of deal %s not followed", item.id)
        return None


def _follow(actor: Actor, item: Item, look: Look | None, *, has_changed: bool) -> RestError | None:
    user_id = actor.user.user_id
    if has_changed:
        hand_over(actor.portal.pk, user_id, item.id)
        return None
    missing = missing_in(actor.portal, look) if look else {}
    if not missing:
        return None
    row = rows.row_of(actor.portal, item.id)
    if row is not None and rows.is_refused(row, user_id, missing):
        return rows.error_of(row) if rows.hear(row) else None
    hand_over(actor.portal.pk, user_id, item.id)
    return None
