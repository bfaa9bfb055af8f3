"""Portals for the bench: the app installed, deals of the measured kind, launches and batches."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from b24app.rest.client import Command, php_query
from payments.gateway import payments as gateway
from payments.gateway import products as product_gateway
from payments.gateway.card import look_commands
from payments.types import DEAL, Item, Portion
from tests.standin.office import AnyOffice
from tests.support.app import App

TAB = "CRM_DEAL_DETAIL_TAB"
ROWS = 20
# As in b24app/portals/verification.py, which needs the models; the bench runs without Django.
_IDENTITY = {"app": Command("app.info"), "me": Command("profile")}


@dataclass(frozen=True)
class Launch:
    """A tab about to be opened: the path and the form that a portal posts."""

    url: str
    fields: dict[str, str]

    @cached_property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}"

    @property
    def everything(self) -> dict[str, str]:
        """Query and form together, as one form."""
        return {**dict(parse_qsl(urlsplit(self.url).query)), **self.fields}

    @property
    def token(self) -> str:
        return self.fields["AUTH_ID"]


@dataclass(frozen=True)
class Office(AnyOffice):
    """A portal with the app in it."""

    def launch(self, deal: int, *, user: int | str = "sales", handler: str | None = None) -> Launch:
        made = self.standin.launch(
            self.name,
            user=user,
            placement=TAB,
            options={"ID": str(deal)},
            handler=handler or "http://app.localhost/placements/deal/",
        )
        return Launch(made["url"], made["fields"])

    def add_deal(self, *, rows: int = 0) -> tuple[int, list[int]]:
        """A deal with that many product rows: its id and theirs."""
        products = [
            {"name": f"Product {n}", "product_id": 71 + n, "price": 10 + n, "quantity": 5}
            for n in range(rows)
        ]
        made = self.standin.add_deal(self.name, title="A deal of the bench", rows=products)
        return int(made["id"]), list(made["rows"])

    def wait_for_answers(self, milliseconds: int) -> None:
        self.standin.switch(self.name, latency_ms=milliseconds)

    def payments(self, deal: int) -> list[dict[str, Any]]:
        return [p for p in self.standin.portal(self.name)["payments"] if p["deal_id"] == deal]


def open_office(app: App, name: str = "") -> Office:
    """A portal whose administrator has installed the app.

    Its refusals leave a batch at 200: the rivals take the other status of the docs for a failure.
    """
    named = {"name": name} if name else {}
    about = app.standin.create_portal(**named, switches={"denied_status": 400})
    page = app.open_frame(str(about["name"]), user="admin", placement="DEFAULT")
    if page.status != 200:
        raise RuntimeError(page.text)
    app.standin.change_portal(str(about["name"]), installed=True)
    return Office(app.standin, about)


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
