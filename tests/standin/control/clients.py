"""The part of the control API that changes a contact or a company, and tells of timelines."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from tests.standin.crm.clients import set_means
from tests.standin.world import Portal, World

Action = Callable[[World, Portal, dict[str, Any]], Awaitable[Any]]
Wrapper = Callable[[Action], Callable[[web.Request], Awaitable[web.Response]]]
CLIENT_FIELDS = ("name", "last_name", "visibility", "is_deleted")


def add_control_clients(app: web.Application, on_portal: Wrapper, root: str) -> None:
    client = f"{root}/portals/{{name}}/clients/{{type}}/{{id}}"
    app.router.add_patch(client, on_portal(_change_client))
    app.router.add_get(f"{root}/portals/{{name}}/timeline/{{deal}}", on_portal(_show_timeline))


async def _change_client(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """`phones` and `emails` are lists of texts; the others are those of the client."""
    client = portal.clients[int(body["type"]), int(body["id"])]
    for key, values in body.get("fields", {}).items():
        if key in ("phones", "emails"):
            set_means(client, "PHONE" if key == "phones" else "EMAIL", list(values))
        elif key in CLIENT_FIELDS:
            setattr(client, key, values)
        else:
            raise KeyError(key)
    return {"id": client.id}


async def _show_timeline(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """The entries of apps, oldest first."""
    owner = (int(body.get("type", 2)), int(body["deal"]))
    entries = [each for each in portal.log_messages if each.owner == owner]
    return [{**asdict(each), "created_at": each.created_at.isoformat()} for each in entries]
