"""What a method gets and gives: the invocation, its answer, and the rights of the user."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.standin.crm.records import Item
from tests.standin.rest.errors import RestError, phrase, system_error
from tests.standin.rest.params import Arguments, Params
from tests.standin.world import SELLERS, Call, Portal, Token, User, World


@dataclass(frozen=True, slots=True)
class Page:
    """A result with the counters of a list method."""

    value: Any
    total: int | None = None
    next: int | None = None


@dataclass(slots=True)
class Invocation:
    """One running method: who calls it, where, with what."""

    world: World
    portal: Portal
    user: User
    token: Token
    params: Params
    call: Call

    @property
    def args(self) -> Arguments:
        """The parameters as a controller binds them."""
        return Arguments(self.params)

    def classic(self) -> Params:
        """The parameters of a classic method, whose top-level names know no case."""
        return {key.upper(): value for key, value in self.params.items()}

    def error(self, key: str, *, code: str = "0", status: int = 400, **values: Any) -> RestError:
        """A method's error with its text in the portal's language."""
        return RestError(code, phrase(key, self.portal.switches.texts, **values), status)

    def denied(
        self, key: str = "denied", *, code: str = "ACCESS_DENIED", **values: Any
    ) -> RestError:
        """A refusal whose HTTP status is 403, or what the portal's switch says."""
        text = phrase(key, self.portal.switches.texts, **values)
        return RestError(code, text, self.portal.switches.status_of_denied, is_denied=True)

    def require_admin(self) -> None:
        if not self.user.is_admin:
            raise system_error("ACCESS_DENIED")

    def require_crm_admin(self) -> None:
        """The CRM administrator's role passes, and so does the portal's administrator."""
        if self.user.role not in ("admin", "crm_admin"):
            raise system_error("ACCESS_DENIED")

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.now(), UTC)


@dataclass(frozen=True, slots=True)
class Method:
    """A method, with the scopes of which one is needed; none means that any token will do."""

    run: Callable[[Invocation], Any]
    scopes: tuple[str, ...] = ()
    is_controller: bool = False


def can_read(inv: Invocation, item: Item) -> bool:
    return inv.user.may_read(item)


def can_edit(inv: Invocation, item: Item) -> bool:
    return inv.user.may_edit(item)


def reads_all(inv: Invocation) -> bool:
    """Whether the user's read right covers items that are not there."""
    switches = inv.portal.switches
    return inv.user.role in ("admin", "reader") or switches.sales_reads == "all"


def edits_all(inv: Invocation) -> bool:
    """Whether the user's edit right covers items that are not there."""
    return inv.user.role != "reader" and reads_all(inv)


def reads_deals(inv: Invocation) -> bool:
    """Whether the user's role reads deals at all."""
    return inv.user.is_admin or inv.user.role in (*SELLERS, "reader")


def can_read_orders(inv: Invocation) -> bool:
    """The right to read ORDER: the portal's administrators', and of others where it was given."""
    is_given = inv.portal.switches.orders_for_sales in ("read", "edit")
    return inv.user.is_admin or (is_given and inv.user.role in (*SELLERS, "reader"))


def can_edit_orders(inv: Invocation) -> bool:
    is_given = inv.portal.switches.orders_for_sales == "edit"
    return inv.user.is_admin or (is_given and inv.user.role in SELLERS)


def can_see_contents(inv: Invocation, owner: Item | None) -> bool:
    """Whether a payment's products are shown: by the item, or in orders mode by the order."""
    if inv.portal.switches.mode == "orders":
        return can_read_orders(inv)
    return inv.user.is_admin if owner is None else can_read(inv, owner)


def can_change_contents(inv: Invocation, owner: Item | None) -> bool:
    """Whether an unpaid payment's products may be changed: likewise."""
    if inv.portal.switches.mode == "orders":
        return can_edit_orders(inv)
    return inv.user.is_admin if owner is None else can_edit(inv, owner)


def require_intranet_user(inv: Invocation) -> None:
    """Raises allowed_only_intranet_user for a guest from outside."""
    if inv.user.role == "guest":
        raise system_error("allowed_only_intranet_user")
