"""Facts that the rooms keep about a portal in its `notes`, with no neighbour's fact lost."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction

from b24app.models import Portal


def keep(portal: Portal, **facts: Any) -> None:
    """Write these facts beside the others, unless the app was removed or came back since."""
    with transaction.atomic():
        row = portal.current().select_for_update().first()
        if row is not None:
            portal.change(notes={**row.notes, **facts})


def claim(portal: Portal, name: str, *, seconds: float) -> bool:
    """Whether nobody else has claimed `name` for the last `seconds`, in any process."""
    now = time.time()
    with transaction.atomic():
        row = portal.current().select_for_update().first()
        if row is None or now < float(row.notes.get(name, 0)) + seconds:
            return False
        portal.change(notes={**row.notes, name: int(now)})
    return True
