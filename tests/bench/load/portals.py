"""Portals for the bench: the app installed, deals of the measured kind, launches and batches."""

from __future__ import annotations

import json
from typing import Any

from b24app.rest.client import Command, php_query
from payments.gateway import payments as gateway
from payments.gateway import products as product_gateway
from payments.gateway.card import look_commands
from payments.types import DEAL, Item, Portion
from tests.standin.portal import Launch, StandInPortal
from tests.support.app import App

TAB = "CRM_DEAL_DETAIL_TAB"
ROWS = 20
# As in b24app/portals/verification.py, which needs the models; the bench runs without Django.
_IDENTITY = {"app": Command("app.info"), "me": Command("profile")}


def installed_portal(app: App, name: str = "") -> StandInPortal:
    """A portal whose administrator has installed the app.

    Its refusals leave a batch at 200: the rivals take the other status of the docs for a failure.
    """
    named = {"name": name} if name else {}
    about = app.standin.create_portal(**named, switches={"denied_status": 400})
    portal = StandInPortal(app.standin, about)
    page = app.open_frame(portal.name, user="admin", placement="DEFAULT")
    if page.status != 200:
        raise RuntimeError(page.text)
    app.standin.change_portal(portal.name, installed=True)
    return portal


def add_deal(portal: StandInPortal, *, rows: int = 0) -> tuple[int, list[int]]:
    """A deal with that many product rows: its id and theirs."""
    products = [
        {"name": f"Product {n}", "product_id": 71 + n, "price": 10 + n, "quantity": 5}
        for n in range(rows)
    ]
    made = portal.standin.add_deal(portal.name, title="A deal of the bench", rows=products)
    return int(made["id"]), list(made["rows"])


def launch_tab(portal: StandInPortal, deal: int, *, user: int | str = "sales") -> Launch:
    """The tab of a deal about to be opened, wherever the app that is measured is served."""
    handler = "http://app.localhost/placements/deal/"
    return portal.launch(user, placement=TAB, options={"ID": str(deal)}, handler=handler)


def opening_batch(deal: int, token: str) -> dict[str, Any]:
    """The REST call behind an opened tab."""
    return _batch({**_IDENTITY, **look_commands(Item(DEAL, deal))}, token)


def adding_batch(deal: int, token: str, rows: list[int]) -> dict[str, Any]:
    """The REST call behind a click, with one of each of these rows."""
    item = Item(DEAL, deal)
    portions = [Portion(row, 1) for row in rows]
    new = product_gateway.NEW_PAYMENT
    commands = {
        "add": gateway.add_command(item),
        **product_gateway.put_commands(portions, payment=new),
        **({"contents": product_gateway.parts_command(payment=new)} if rows else {}),
        **look_commands(item),
    }
    return _batch(commands, token)


def _batch(commands: dict[str, Command], token: str) -> dict[str, Any]:
    queries = {key: f"{each.method}?{php_query(each.params)}" for key, each in commands.items()}
    return {"halt": 0, "cmd": queries, "auth": token}


def as_text(batch: dict[str, Any]) -> str:
    return json.dumps(batch)
