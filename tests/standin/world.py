"""Everything that exists: the app as Bitrix24 knows it, the portals, the tokens, what happened.

Plain memory in one event loop; each portal is independent of the others.
"""

from __future__ import annotations

import asyncio
import itertools
import secrets
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.standin.crm import records
from tests.standin.crm.clients import Client
from tests.standin.crm.records import DEAL, INVOICE, LEAD, Item, Order, Payment, PaySystem
from tests.standin.crm.timeline import LogMessage
from tests.standin.crm.user_fields import UserField
from tests.standin.switches import Switches

OAUTH_NAME = "oauth"
SELLERS = ("sales", "crm_admin")


@dataclass(slots=True)
class User:
    """A user of a portal. `role` is admin, crm_admin, sales, reader or guest.

    `is_confirmed`: has signed in once and accepted the invitation.
    """

    id: int
    name: str
    role: str
    lang: str = "en"
    is_active: bool = True
    is_confirmed: bool = True
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    def may_read(self, item: Item | Client) -> bool:
        is_own = item.visibility == "owner" and item.assigned_by_id == self.id
        is_seen = item.visibility == "everyone" or is_own
        return self.is_admin or (is_seen and self.role in (*SELLERS, "reader"))

    def may_edit(self, item: Item) -> bool:
        is_open = not item.is_stage_locked
        return self.is_admin or (is_open and self.role in SELLERS and self.may_read(item))


@dataclass(frozen=True, slots=True)
class App:
    """The app's card at Bitrix24. `url` is its origin, without a closing slash."""

    client_id: str
    client_secret: str
    url: str
    title: str = "Deal Payments"

    @property
    def main_url(self) -> str:
        return f"{self.url}/"

    @property
    def callback_url(self) -> str:
        return f"{self.url}/accounts/bitrix24/login/callback/"

    @property
    def install_url(self) -> str:
        return f"{self.url}/install/"


@dataclass(slots=True)
class Installation:
    """The app in one portal. `present` = on the list of apps; `installed` = set-up finished."""

    id: int
    code: str
    application_token: str
    scopes: list[str]
    present: bool = True
    installed: bool = False
    status: str = "L"
    version: int = 1
    allowed_user_ids: list[int] | None = None
    options: dict[str, Any] = field(default_factory=dict)
    seen_by: set[int] = field(default_factory=set)
    is_install_announced: bool = False


@dataclass(slots=True)
class Token:
    """A pair of tokens of one user in one portal; times are Unix seconds."""

    portal: Portal = field(repr=False)
    user_id: int
    access: str
    refresh: str
    expires_at: float
    refresh_expires_at: float
    is_revoked: bool = False
    is_refresh_dead: bool = False


@dataclass(slots=True)
class Binding:
    """A placement's handler. `lang_all` maps a platform language to its texts."""

    placement: str
    handler: str
    title: str
    description: str = ""
    group_name: str = ""
    lang_all: dict[str, dict[str, str]] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    user_id: int = 0

    def title_in(self, lang: str) -> str:
        return self.lang_all.get(lang, {}).get("TITLE") or self.title


@dataclass(slots=True)
class EventHandler:
    """A handler of an event; `auth_type` is the user whose token is sent, 0 = who triggered."""

    id: int
    event: str
    handler: str
    auth_type: int


@dataclass(slots=True)
class Fault:
    """What goes wrong on `on`: a method, "*", "batch", "oauth.token" or "oauth.app.info".

    `times` counts down and None is for ever; `args` belong to the kind `do`.
    """

    id: int
    on: str
    do: str
    times: int | None
    args: dict[str, Any]


@dataclass(slots=True)
class Call:
    """A line of the ledger. `status` stays None when no answer was sent.

    `links` is what lives as long as the request: the payment page of each order.
    """

    n: int
    at: float
    server: str
    method: str
    commands: list[str] = field(default_factory=list)
    user_id: int | None = None
    status: int | None = None
    error: str | None = None
    committed_payment_ids: list[int] = field(default_factory=list)
    links: dict[int, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Stray:
    """A request that came to a host or a path where nothing is."""

    host: str
    path: str
    method: str


@dataclass(slots=True, eq=False)
class Portal:
    """One Bitrix24: its people, its CRM, the app in it, and how it behaves."""

    name: str
    host: str
    scheme: str
    member_id: str
    app: Installation
    switches: Switches
    users: dict[int, User] = field(default_factory=dict)
    deals: dict[int, records.Deal] = field(default_factory=dict)
    invoices: dict[int, records.Invoice] = field(default_factory=dict)
    leads: dict[int, records.Lead] = field(default_factory=dict)
    user_fields: dict[int, UserField] = field(default_factory=dict)
    clients: dict[tuple[int, int], Client] = field(default_factory=dict)
    nicknames: dict[int, dict[str, int]] = field(default_factory=dict)
    orders: dict[int, Order] = field(default_factory=dict)
    orders_by_owner: dict[tuple[int, int], list[Order]] = field(default_factory=dict)
    payments: dict[int, Payment] = field(default_factory=dict)
    parts: dict[int, records.PayableItem] = field(default_factory=dict)
    pay_systems: list[PaySystem] = field(default_factory=list)
    deleted_products: set[int] = field(default_factory=set)
    strict_stock: dict[int, float] = field(default_factory=dict)
    bindings: list[Binding] = field(default_factory=list)
    event_handlers: list[EventHandler] = field(default_factory=list)
    tokens: list[Token] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    bucket: tuple[float, float] = (0.0, 0.0)
    operating: dict[str, dict[int, float]] = field(default_factory=dict)
    payments_by_hand: int = 0
    log_messages: list[LogMessage] = field(default_factory=list)
    site_ready_at: float | None = None
    rest_path: str = "/rest/"
    released: asyncio.Event = field(default_factory=asyncio.Event)
    counters: dict[str, Iterator[int]] = field(default_factory=dict)

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}"

    @property
    def endpoint(self) -> str:
        return f"{self.origin}{self.rest_path}"

    def next_id(self, family: str, start: int = 1) -> int:
        """A new id; a family's ids only grow, and are the same in every portal."""
        return next(self.counters.setdefault(family, itertools.count(start)))

    def item(self, entity_type_id: int, item_id: int) -> Item | None:
        """The item, or None when it never existed, was deleted, or its type is unknown."""
        shelves: dict[int, dict[int, Any]] = {
            LEAD: self.leads,
            DEAL: self.deals,
            INVOICE: self.invoices,
        }
        item: Item | None = shelves.get(entity_type_id, {}).get(item_id)
        return None if item is None or item.is_deleted else item

    def orders_of(self, entity_type_id: int, item_id: int) -> list[Order]:
        return self.orders_by_owner.get((entity_type_id, item_id), [])

    def user(self, key: str | int | None) -> User:
        """The user with this id, or with this role, or else the administrator."""
        text = str(key)
        if text.isdigit() and int(text) in self.users:
            return self.users[int(text)]
        return next((u for u in self.users.values() if u.role == text), self.users[1])


@dataclass(slots=True, eq=False)
class World:
    """The whole: one app, many portals, one OAuth server."""

    app: App
    port: int = 9100
    scheme: str = "http"
    latency: float = 0.0
    portals: dict[str, Portal] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    access: dict[str, Token] = field(default_factory=dict)
    refresh: dict[str, Token] = field(default_factory=dict)
    codes: dict[str, tuple[Token, float]] = field(default_factory=dict)
    secrets: list[str] = field(default_factory=list)
    strays: list[Stray] = field(default_factory=list)
    oauth_calls: list[Call] = field(default_factory=list)
    tasks: set[asyncio.Task[Any]] = field(default_factory=set)

    @property
    def oauth_host(self) -> str:
        return f"{OAUTH_NAME}.localhost:{self.port}"

    @property
    def oauth_endpoint(self) -> str:
        return f"{self.scheme}://{self.oauth_host}/rest/"

    def portal_by_host(self, host: str) -> Portal | None:
        """The portal at a Host header, whatever its port; None for all other hosts."""
        name = host.partition(":")[0].lower()
        return self.portals.get(name.removesuffix(".localhost")) if "." in name else None

    def new_secret(self) -> str:
        """A token of 70 hexadecimal digits, remembered as a secret."""
        secret = secrets.token_hex(35)
        self.secrets.append(secret)
        return secret

    def spawn(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run `work` beside the request at hand, as the cloud's queue does."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def now(self) -> float:
        return time.time()


WORLD = web.AppKey("WORLD", World)
