"""An entry in the timeline of a deal or an invoice.

Source: b24restdocs api-reference/crm/timeline/logmessage/crm-timeline-logmessage-add.md. An entry
cannot be changed, and a salesperson cannot take one away.
"""

from __future__ import annotations

from typing import Any

from b24app.rest.client import Command
from payments.parsing import identifier, read
from payments.types import Item


def entry_command(item: Item, *, title: str, text: str, icon: str) -> Command:
    """Writes an entry; it needs the right to edit the item. An unknown icon is shown as none."""
    fields = {
        "entityTypeId": item.type_id,
        "entityId": item.id,
        "title": title,
        "text": text,
        "iconCode": icon,
    }
    return Command("crm.timeline.logmessage.add", {"fields": fields})


def read_entry_id(result: Any) -> int:
    """The id of an entry just made; raises UnreadableAnswer."""
    return read(lambda: identifier(result["logMessage"]["id"]))
