"""The part of the control API that plays a colleague at work in the portal itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.portal import booking
from tests.portal.crm import DEAL, Item
from tests.portal.seed import add_item, add_payment
from tests.portal.world import Portal, User, World

Action = Callable[[World, Portal, dict[str, Any]], Awaitable[Any]]
Wrapper = Callable[[Action], Callable[[web.Request], Awaitable[web.Response]]]
ITEM_FIELDS = ("title", "currency", "visibility", "is_stage_locked", "is_deleted", "opportunity")


def add_control_data(app: web.Application, on_portal: Wrapper, root: str) -> None:
    """Serve people, deals and payments."""
    route = app.router
    route.add_post(f"{root}/portals/{{name}}/users", on_portal(_add_users))
    route.add_post(f"{root}/portals/{{name}}/deals", on_portal(_add_deal))
    route.add_patch(f"{root}/portals/{{name}}/deals/{{deal}}", on_portal(_change_deal))
    route.add_post(f"{root}/portals/{{name}}/payments", on_portal(_add_payments))
    route.add_delete(f"{root}/portals/{{name}}/payments/{{payment}}", on_portal(_remove_payment))


async def _add_users(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """`count` more salespeople (1); answers their ids."""
    first = max(portal.users) + 1
    ids = list(range(first, first + int(body.get("count", 1))))
    portal.users |= {i: User(i, f"Salesperson {i}", str(body.get("role", "sales"))) for i in ids}
    return {"ids": ids}


async def _add_deal(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """`rows` is a list of {name, price, quantity}; `type` 31 makes a smart invoice."""
    fields = {key: body[key] for key in ("visibility", "is_stage_locked") if key in body}
    item = add_item(
        portal,
        title=str(body.get("title", "Deal")),
        rows=[
            (str(row.get("name", "Product")), float(row["price"]), float(row.get("quantity", 1)))
            for row in body.get("rows", [])
        ],
        type_id=int(body.get("type", DEAL)),
        nickname=body.get("nickname"),
        currency=str(body.get("currency", "EUR")),
        **fields,
    )
    return {"id": item.id, "rows": [row.id for row in item.rows]}


async def _change_deal(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    item = _item(portal, body)
    for key in ITEM_FIELDS:
        if key in body:
            setattr(item, key, body[key])
    return {"id": item.id}


async def _add_payments(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """`count` payments (1) by `user`; `rows` is a list of {row, quantity}; `paid` marks them."""
    item, user = _item(portal, body), portal.user(body.get("user", "sales"))
    order = booking.order_behind(portal, item, user_id=user.id)
    rows = {row.id: row for row in item.rows}
    parts = [(rows[part["row"]], float(part["quantity"])) for part in body.get("rows", [])]
    now = datetime.fromtimestamp(world.now(), UTC)
    made = [
        add_payment(portal, order, user_id=user.id, at=now, parts=parts)
        for _ in range(int(body.get("count", 1)))
    ]
    for payment in made if body.get("paid") else []:
        booking.mark_paid(payment, user_id=user.id, at=now)
    portal.payments_by_hand += len(made)
    return {"id": made[0].id, "ids": [payment.id for payment in made]}


async def _remove_payment(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    booking.remove_payment(portal, portal.payments[int(body["payment"])])
    return {}


def _item(portal: Portal, body: dict[str, Any]) -> Item:
    type_id, key = int(body.get("type", DEAL)), str(body["deal"])
    item_id = int(key) if key.isdigit() else portal.nicknames[type_id][key]
    shelf: dict[int, Any] = portal.deals if type_id == DEAL else portal.invoices
    item: Item = shelf[item_id]
    return item
