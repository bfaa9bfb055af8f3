"""The part of the control API that plays a colleague at work in the portal itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.standin.control import describe
from tests.standin.crm import booking
from tests.standin.crm.basket import Refused
from tests.standin.crm.making import add_item, add_payment
from tests.standin.crm.product_rows import saved_rows
from tests.standin.crm.records import DEAL, Item
from tests.standin.crm.synchronisation import reserve, rewrite_rows, save_rows
from tests.standin.world import Portal, User, World

Action = Callable[[World, Portal, dict[str, Any]], Awaitable[Any]]
Wrapper = Callable[[Action], Callable[[web.Request], Awaitable[web.Response]]]
ITEM_FIELDS = (
    "title",
    "currency",
    "visibility",
    "is_stage_locked",
    "is_deleted",
    "opportunity",
    "contact_id",
    "company_id",
    "other_contact_ids",
    "assigned_by_id",
    "stage_semantic",
)
NEW_ITEM_FIELDS = (
    "visibility",
    "is_stage_locked",
    "contact_id",
    "company_id",
    "other_contact_ids",
    "assigned_by_id",
    "stage_semantic",
)


def add_control_data(app: web.Application, on_portal: Wrapper, root: str) -> None:
    """Serve people, deals and invoices with their rows, orders, payments, and the catalogue."""
    route = app.router
    item = f"{root}/portals/{{name}}/deals/{{deal}}"
    route.add_post(f"{root}/portals/{{name}}/users", on_portal(_add_users))
    route.add_post(f"{root}/portals/{{name}}/deals", on_portal(_add_deal))
    route.add_get(item, on_portal(_show_deal))
    route.add_patch(item, on_portal(_change_deal))
    route.add_put(f"{item}/rows", on_portal(_save_rows))
    route.add_post(f"{root}/portals/{{name}}/orders", on_portal(_open_order))
    route.add_patch(f"{root}/portals/{{name}}/orders/{{order}}", on_portal(_change_order))
    route.add_patch(f"{root}/portals/{{name}}/products/{{product}}", on_portal(_change_product))
    route.add_post(f"{root}/portals/{{name}}/payments", on_portal(_add_payments))
    route.add_delete(f"{root}/portals/{{name}}/payments/{{payment}}", on_portal(_remove_payment))


async def _add_users(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """`count` more salespeople (1); answers their ids."""
    first = max(portal.users) + 1
    ids = list(range(first, first + int(body.get("count", 1))))
    portal.users |= {i: User(i, f"Salesperson {i}", str(body.get("role", "sales"))) for i in ids}
    return {"ids": ids}


async def _add_deal(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """`rows` is a list of rows as `product_rows` names their values; `type` 31 makes a smart
    invoice, `created_at` is an ISO date with its time."""
    fields = {key: body[key] for key in NEW_ITEM_FIELDS if key in body}
    if "created_at" in body:
        fields["created_at"] = datetime.fromisoformat(body["created_at"])
    item = add_item(
        portal,
        title=str(body.get("title", "Deal")),
        rows=list(body.get("rows", [])),
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


async def _show_deal(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    return describe.item_value(_item(portal, body))


async def _save_rows(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """A person saves the card: `rows` in full, those with an `id` changed, the missing removed.

    Without `rows` the card is saved as it stands. The order follows as it does in Bitrix24.
    """
    item = _item(portal, body)
    lines = body.get("rows")
    rows = list(item.rows) if lines is None else saved_rows(portal, item.rows, lines)
    try:
        save_rows(portal, item, rows)
    except Refused:
        raise ValueError("strict stock has not so many") from None
    return describe.item_value(item)


async def _open_order(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """One more order by `user`, with a `number` if need be; `reserve` puts all rows into it."""
    item, user = _item(portal, body), portal.user(body.get("user", "sales"))
    number = str(body.get("number", ""))
    order = booking.open_order(portal, item, user_id=user.id, number=number)
    order.currency = str(body.get("currency", order.currency))
    if body.get("reserve"):
        reserve(portal, order, item)
    return describe.order_value(order)


async def _change_order(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """`is_cancelled` and `currency`."""
    order = portal.orders[int(body["order"])]
    order.is_cancelled = bool(body.get("is_cancelled", order.is_cancelled))
    order.currency = str(body.get("currency", order.currency))
    return describe.order_value(order)


async def _change_product(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """`is_deleted` takes it from the catalogue; `strict_stock` is how many there are, or null."""
    product_id = int(body["product"])
    if "is_deleted" in body:
        portal.deleted_products.discard(product_id)
        if body["is_deleted"]:
            portal.deleted_products.add(product_id)
    if "strict_stock" in body:
        portal.strict_stock.pop(product_id, None)
        if body["strict_stock"] is not None:
            portal.strict_stock[product_id] = float(body["strict_stock"])
    return {
        "id": product_id,
        "is_deleted": product_id in portal.deleted_products,
        "strict_stock": portal.strict_stock.get(product_id),
    }


async def _add_payments(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """`count` payments (1) by `user`; `rows` is a list of {row, quantity}; `paid` marks them.

    `at` is when, as an ISO date with its time; else now. With `rewrites_rows` the item's rows
    become what the order's basket has, as after the portal's own "Receive payment" on a deal that
    has an order.
    """
    item, user = _item(portal, body), portal.user(body.get("user", "sales"))
    order = booking.order_behind(portal, item, user_id=user.id)
    rows = {row.id: row for row in item.rows}
    parts = [(rows[part["row"]], float(part["quantity"])) for part in body.get("rows", [])]
    told = body.get("at")
    now = datetime.fromisoformat(told) if told else datetime.fromtimestamp(world.now(), UTC)
    made = [
        add_payment(portal, order, user_id=user.id, at=now, parts=parts)
        for _ in range(int(body.get("count", 1)))
    ]
    if body.get("rewrites_rows"):
        rewrite_rows(portal, order, item)
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
