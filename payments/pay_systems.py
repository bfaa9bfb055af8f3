"""The ways to pay that a portal offers, known before a salesperson asks.

Only an administrator may list them (b24restdocs: api-reference/pay-system/sale-pay-system-list.md),
so they are read when one installs the app or opens it, and kept with the portal.
"""

from __future__ import annotations

from typing import Any

from b24app.models import Portal
from b24app.rest.client import Command
from b24app.rest.errors import UnreadableAnswer
from payments.reading import identifier, read, short
from payments.types import PaySystem

_MOST = 100


def pay_systems_command() -> Command:
    """Systems for orders; those of the old invoices cannot be used for payments."""
    return Command(
        "sale.paysystem.list",
        {
            "SELECT": ["ID", "NAME"],
            "FILTER": {"ACTIVE": "Y", "ENTITY_REGISTRY_TYPE": "ORDER"},
            "ORDER": {"SORT": "ASC"},
        },
    )


def read_pay_systems(result: Any) -> tuple[PaySystem, ...]:
    """The systems of an answer; raises UnreadableAnswer."""
    if not isinstance(result, list):
        raise UnreadableAnswer(text="not a list of payment systems")
    rows = result[:_MOST]
    return tuple(
        read(lambda: [PaySystem(identifier(row["ID"]), short(row["NAME"])[:100]) for row in rows])
    )


def keep_pay_systems(portal: Portal, systems: tuple[PaySystem, ...]) -> None:
    kept = [[system.id, system.name] for system in systems]
    if kept != portal.notes.get("pay_systems"):
        portal.notes = {**portal.notes, "pay_systems": kept}
        portal.save(update_fields=["notes", "updated_at"])


def known_pay_systems(portal: Portal) -> tuple[PaySystem, ...]:
    return tuple(PaySystem(*system) for system in portal.notes.get("pay_systems", []))
