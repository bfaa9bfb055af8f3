"""Facts that the rooms keep about a portal in its `notes`, with no neighbour's fact lost."""

from __future__ import annotations

import time
from typing import Any

from django.db import transaction
from django.utils import timezone

from b24app.models import Portal


def keep(portal: Portal, **facts: Any) -> None:
    """Write these facts beside the others, unless the app was removed or came back since."""
    with transaction.atomic():
        row = Portal.objects.select_for_update().filter(pk=portal.pk, epoch=portal.epoch).first()
        if row is not None:
            _write(portal, {**row.notes, **facts})


def claim(portal: Portal, name: str, *, seconds: float) -> bool:
    """Whether nobody else has claimed `name` for the last `seconds`, in any process."""
    now = time.time()
    with transaction.atomic():
        row = Portal.objects.select_for_update().filter(pk=portal.pk, epoch=portal.epoch).first()
        if row is None or now < float(row.notes.get(name, 0)) + seconds:
            return False
        _write(portal, {**row.notes, name: int(now)})
    return True


def _write(portal: Portal, notes: dict[str, Any]) -> None:
    portal.notes = notes
    Portal.objects.filter(pk=portal.pk).update(notes=notes, updated_at=timezone.now())
