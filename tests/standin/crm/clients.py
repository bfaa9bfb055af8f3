"""Who an item is for: contacts and companies, and how they can be reached.

b24restdocs: api-reference/crm/universal/crm-item-get.md (types 3 and 4, the field `fm`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.standin.rest.wire import iso

CONTACT, COMPANY = 3, 4


@dataclass(slots=True)
class Means:
    """A phone or an e-mail address, as somebody typed it in; `type_id` is PHONE, EMAIL, WEB, IM."""

    id: int
    type_id: str
    value: str
    value_type: str = "WORK"


@dataclass(slots=True)
class Client:
    """A contact (type 3) or a company (4), whose `name` is its title.

    `visibility` "admin" hides it from everybody but administrators.
    """

    id: int
    entity_type_id: int
    name: str
    created_at: datetime
    last_name: str = ""
    means: list[Means] = field(default_factory=list)
    visibility: str = "everyone"
    assigned_by_id: int = 1
    is_deleted: bool = False

    @property
    def title(self) -> str:
        return f"{self.name} {self.last_name}".strip()


def fields_of(client: Client) -> dict[str, Any]:
    """The fields that an answer shows; a client without any means has an empty `fm`."""
    is_company = client.entity_type_id == COMPANY
    names = (
        {"title": client.name}
        if is_company
        else {"name": client.name, "secondName": "", "lastName": client.last_name, "post": ""}
    )
    kinds = {each.type_id for each in client.means}
    return {
        "id": client.id,
        "entityTypeId": client.entity_type_id,
        **names,
        "assignedById": client.assigned_by_id,
        "createdTime": iso(client.created_at),
        "hasPhone": "Y" if "PHONE" in kinds else "N",
        "hasEmail": "Y" if "EMAIL" in kinds else "N",
        "fm": [
            {
                "id": each.id,
                "valueType": each.value_type,
                "value": each.value,
                "typeId": each.type_id,
            }
            for each in client.means
        ],
    }


def set_means(client: Client, type_id: str, values: list[str]) -> None:
    """Replace the client's phones or e-mail addresses."""
    kept = [each for each in client.means if each.type_id != type_id]
    first = client.id * 100 + 50 * (type_id == "EMAIL")
    made = [Means(first + number, type_id, value) for number, value in enumerate(values)]
    client.means = [*kept, *made]
