"""The word crm.item.list: deals as their reader may see them, and the names of their clients.

Deals that the reader may not see are neither listed nor counted. Pages are asked for by the last id
seen, because the method's own pages have 50 deals, and a batch has no room for the payments of all
(b24restdocs: api-reference/crm/universal/crm-item-list.md, settings/performance/huge-data.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any

from b24app.rest.client import Command
from b24app.rest.errors import RestError, UnreadableAnswer
from b24app.rest.responses import as_list
from payments.billing.owed import Client, Deal
from payments.limits import NAME_LENGTH
from payments.parsing import amount, currency, identifier, read, short
from payments.types import DEAL

LIST = "crm.item.list"
CONTACT, COMPANY = 3, 4
_FIELDS = [
    "id",
    "title",
    "opportunity",
    "currencyId",
    "createdTime",
    "companyId",
    "contactId",
]
_NAMES = {CONTACT: ["id", "name", "lastName"], COMPANY: ["id", "title"]}


class Stage(StrEnum):
    """How far deals are: the portal's word for the meaning of their stages."""

    IN_WORK = "P"
    WON = "S"
    LOST = "F"


@dataclass(frozen=True)
class Choice:
    """Which deals to list; empty fields do not narrow. Days are those of the reader's `zone`.

    `client` is one of the deal's clients; of contacts it need not be the first.
    """

    zone: tzinfo
    stages: tuple[Stage, ...] = (Stage.IN_WORK, Stage.WON)
    assigned_to: int | None = None
    client: Client | None = None
    since: date | None = None
    until: date | None = None


def deals_command(choice: Choice, *, after_id: int = 0) -> Command:
    """The first 50 deals of a choice with a greater id, oldest first."""
    conditions: dict[str, Any] = {"@stageSemanticId": list(choice.stages)}
    if after_id:
        conditions[">id"] = after_id
    if choice.assigned_to is not None:
        conditions["assignedById"] = choice.assigned_to
    if choice.client and choice.client.type_id == COMPANY:
        conditions["companyId"] = choice.client.id
    elif choice.client:
        # This very key finds all contacts of a deal; contactId finds the first alone.
        conditions["contactIds"] = [choice.client.id]
    if choice.since:
        conditions[">=createdTime"] = _beginning(choice.since, choice.zone)
    if choice.until:
        conditions["<createdTime"] = _beginning(choice.until + timedelta(days=1), choice.zone)
    params = {
        "entityTypeId": DEAL,
        "select": _FIELDS,
        "filter": conditions,
        "order": {"id": "ASC"},
        "start": -1,
    }
    return Command(LIST, params)


def read_deals(result: Any) -> tuple[Deal, ...]:
    """The deals of an answer, oldest first; raises UnreadableAnswer."""
    rows = as_list(read(lambda: result["items"]), of="deals")
    return read(lambda: tuple(sorted(map(_deal, rows), key=lambda deal: deal.id)))


def names_commands(clients: Iterable[Client]) -> dict[str, Command]:
    """The names of clients, by at most two commands."""
    ids: dict[int, set[int]] = {}
    for client in clients:
        ids.setdefault(client.type_id, set()).add(client.id)
    return {
        _names_key(type_id): Command(
            LIST,
            {
                "entityTypeId": type_id,
                "select": _NAMES[type_id],
                "filter": {"@id": sorted(wanted)},
                "start": -1,
            },
        )
        for type_id, wanted in ids.items()
    }


def read_names(results: Mapping[str, Any]) -> dict[Client, str]:
    """The names that an answer to `names_commands` tells; whom the reader may not see is absent."""
    found: dict[Client, str] = {}
    for type_id in _NAMES:
        try:
            rows = as_list(results[_names_key(type_id)]["items"], of="clients")
            found |= _named(type_id, rows)
        except (KeyError, TypeError, UnreadableAnswer):
            continue
    return found


def _names_key(type_id: int) -> str:
    return f"names_{type_id}"


def _named(type_id: int, rows: Iterable[Any]) -> dict[Client, str]:
    """Clients with a name; raises UnreadableAnswer."""

    def named() -> dict[Client, str]:
        names = {}
        for row in rows:
            parts = [row.get(key) for key in _NAMES[type_id][1:]]
            name = short(" ".join(str(part) for part in parts if part), NAME_LENGTH)
            names[Client(type_id, identifier(row["id"]))] = name
        return names

    return read(named)


def _deal(row: Mapping[str, Any]) -> Deal:
    company, contact = _optional(row.get("companyId")), _optional(row.get("contactId"))
    client = Client(COMPANY, company) if company else Client(CONTACT, contact) if contact else None
    return Deal(
        id=identifier(row["id"]),
        title=short(row.get("title")),
        amount=_amount(row.get("opportunity")),
        currency=_currency(row.get("currencyId")),
        created_at=_moment(row.get("createdTime")),
        client=client,
    )


def _optional(value: Any) -> int | None:
    try:
        return identifier(value)
    except (TypeError, ValueError):
        return None


def _amount(value: Any) -> Any:
    """The amount of a deal; None for what is no number, which takes nothing from other deals."""
    try:
        return read(lambda: amount(value))
    except RestError:
        return None


def _currency(value: Any) -> str:
    try:
        return read(lambda: currency(value))
    except RestError:
        return ""


def _moment(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None


def _beginning(day: date, zone: tzinfo) -> str:
    return datetime.combine(day, time.min, zone).isoformat()
