"""Whom an item is for: its contact and its company, read with the rights of who asks.

Sources: b24restdocs api-reference/crm/universal/crm-item-get.md (types 3 and 4; the phones and
addresses stand in `fm` as people typed them), settings/how-to-call-rest-api/batch.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from b24app.rest.client import Command
from b24app.rest.errors import UnreadableAnswer
from b24app.rest.responses import as_list
from payments.limits import MOST_MEANS, NAME_LENGTH
from payments.parsing import identifier, read, short
from payments.types import Client, Item

GET = "crm.item.get"
# By the name of the item's field that holds the id.
_TYPES = {"contactId": 3, "companyId": 4}
_NONE = (None, "", 0, "0")


def client_commands(item: Item) -> dict[str, Command]:
    """The item and, by reference, its contact and its company.

    A reference that leads nowhere is refused with code 100, because the parameter is typed.
    """
    read_item = Command(GET, {"entityTypeId": item.type_id, "id": item.id})
    return {"item": read_item} | {
        name: Command(GET, {"entityTypeId": type_id, "id": f"$result[item][item][{name}]"}, True)
        for name, type_id in _TYPES.items()
    }


def client_command(name: str, client_id: int) -> Command:
    """The same for a client whose id is known, under the name of its field."""
    return Command(GET, {"entityTypeId": _TYPES[name], "id": client_id})


def read_client_ids(result: Any) -> Mapping[str, int]:
    """The ids of the contact and the company that an item has, by the names of their fields."""
    fields = read(lambda: result["item"])
    return read(lambda: {n: identifier(fields[n]) for n in _TYPES if fields.get(n) not in _NONE})


def read_client(result: Any, client_id: int) -> Client:
    """The client of this id; an answer about another is unreadable."""
    fields = read(lambda: result["item"])
    if read(lambda: identifier(fields["id"])) != client_id:
        raise UnreadableAnswer(text="another client")
    means = as_list(fields.get("fm") or [], of="fm")[:MOST_MEANS]
    names = [short(fields.get(each), NAME_LENGTH) for each in ("title", "name", "lastName")]
    return Client(
        name=" ".join(filter(None, names)),
        phones=_values(means, "PHONE"),
        emails=_values(means, "EMAIL"),
    )


def _values(means: list[Any], type_id: str) -> tuple[str, ...]:
    """Each text once, in the portal's order."""
    found = [
        short(each.get("value"), NAME_LENGTH).strip()
        for each in means
        if isinstance(each, dict) and each.get("typeId") == type_id
    ]
    return tuple(dict.fromkeys(filter(None, found)))
