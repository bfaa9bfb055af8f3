"""The ways to pay that a portal offers, known before a salesperson asks.

Only a CRM administrator may list them, and who is one differs from portal to portal
(b24restdocs: api-reference/pay-system/sale-pay-system-list.md). So whoever opens a page asks when
the list is old, a refusal is remembered for a while, and a list is kept with the portal.
"""

from __future__ import annotations

import time
from typing import Any

from b24app.models import Portal
from b24app.portals import notes
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import Refused, RestError
from b24app.rest.responses import as_list
from payments.limits import NAME_LENGTH
from payments.parsing import identifier, read, short
from payments.types import PaySystem

KEY = "pay_systems"
_LIST, _DUE_AT = "pay_systems", "pay_systems_due_at"
_MOST = 100
_KNOWN_SECONDS, _REFUSED_SECONDS = 24 * 3600, 3600


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
    rows = as_list(result, of="payment systems")[:_MOST]
    return read(
        lambda: tuple(
            PaySystem(identifier(row["ID"]), short(row["NAME"], NAME_LENGTH)) for row in rows
        )
    )


def due_pay_systems(portal: Portal | None) -> dict[str, Command]:
    """The question for the list, where it is old and nobody was refused of late."""
    due_at = float(portal.notes.get(_DUE_AT, 0)) if portal else 0.0
    return {} if time.time() < due_at else {KEY: pay_systems_command()}


def keep_pay_systems(portal: Portal, answer: BatchAnswer) -> None:
    """Keep the list in an answer, or that it was refused; an unclear answer changes nothing."""
    if KEY not in answer.results and KEY not in answer.errors:
        return
    facts: dict[str, Any] = {}
    try:
        systems = read_pay_systems(answer.value(KEY))
        facts[_LIST] = [[system.id, system.name] for system in systems]
        patience = _KNOWN_SECONDS
    except Refused:
        patience = _REFUSED_SECONDS
    except RestError:
        return
    is_news = _LIST in facts and facts[_LIST] != portal.notes.get(_LIST)
    if is_news or due_pay_systems(portal):
        notes.keep(portal, **facts, **{_DUE_AT: int(time.time()) + patience})


def known_pay_systems(portal: Portal) -> tuple[PaySystem, ...]:
    return tuple(PaySystem(*system) for system in portal.notes.get(_LIST, []))
