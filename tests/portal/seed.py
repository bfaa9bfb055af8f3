"""The cast of a portal: its users, pay systems, and the deals that tests and people work with.

The same in every portal, ids included, so that a mix-up of portals shows.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.portal import booking
from tests.portal.crm import DEAL, INVOICE, ITEM_CLASSES, LEAD, Item, Order, Payment, PaySystem, Row
from tests.portal.product_rows import saved_rows
from tests.portal.switches import Switches
from tests.portal.world import Installation, Portal, User, World

SCOPES = ["crm", "placement", "user_brief", "pay_system", "salescenter"]
STAGES = {DEAL: ("PREPARATION", "Proposal"), INVOICE: ("DT31_1:N", "New"), LEAD: ("NEW", "New")}
OPENED = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
ADMIN, CRM_ADMIN, SALES, READER, GUEST = 1, 6, 7, 8, 9
CONTACT, COMPANY = 11, 21


def make_portal(
    world: World,
    name: str,
    *,
    switches: dict[str, Any] | None = None,
    scopes: list[str] | None = None,
    installed: bool = False,
) -> Portal:
    """A portal with its whole cast, the app on its list. Raises KeyError for unknown switches."""
    settings = Switches()
    settings.change(switches or {})
    application_token = secrets.token_hex(16)
    world.secrets.append(application_token)
    portal = Portal(
        name=name,
        host=f"{name}.localhost:{world.port}",
        scheme=world.scheme,
        member_id=hashlib.sha256(name.encode()).hexdigest()[:32],
        app=Installation(
            id=17,
            code=world.app.client_id,
            application_token=application_token,
            scopes=list(SCOPES if scopes is None else scopes),
            installed=installed,
        ),
        switches=settings,
    )
    portal.users = {
        ADMIN: User(ADMIN, "Administrator", "admin"),
        SALES: User(SALES, "Salesperson", "sales"),
        READER: User(READER, "Reader", "reader"),
        GUEST: User(GUEST, "Guest", "guest"),
        CRM_ADMIN: User(CRM_ADMIN, "Head of sales", "crm_admin"),
    }
    portal.pay_systems = [
        PaySystem(1, "Internal account", handler="inner", sort=10),
        PaySystem(2, "Cash", handler="cash", sort=300),
        PaySystem(3, "Bank transfer", sort=100),
        PaySystem(4, "Card online", handler="card", sort=200),
        PaySystem(5, "Cheque", sort=400, is_active=False),
        PaySystem(6, "Invoice to a company", registry="CRM_INVOICE", sort=100),
    ]
    _cast(portal)
    world.portals[name] = portal
    return portal


def add_item(
    portal: Portal,
    *,
    title: str,
    rows: list[dict[str, Any]],
    type_id: int = DEAL,
    nickname: str | None = None,
    currency: str = "EUR",
    **fields: Any,
) -> Item:
    """An item with product rows, each made of its values, for a contact and a company."""
    shelf: dict[int, Any] = {DEAL: portal.deals, INVOICE: portal.invoices, LEAD: portal.leads}
    stage_id, stage_name = STAGES[type_id]
    item = ITEM_CLASSES[type_id](
        id=portal.next_id(f"item{type_id}", 101),
        title=title,
        currency=currency,
        opportunity=0.0,
        stage_id=stage_id,
        stage_name=stage_name,
        created_at=OPENED,
        **{"contact_id": CONTACT, "company_id": COMPANY, **fields},
    )
    item.rows = saved_rows(portal, [], rows)
    item.opportunity = round(sum(row.price * row.quantity for row in item.rows), 2)
    shelf[type_id][item.id] = item
    if nickname:
        portal.nicknames.setdefault(type_id, {})[nickname] = item.id
    return item


def add_payment(
    portal: Portal,
    order: Order,
    *,
    user_id: int,
    at: datetime,
    parts: list[tuple[Row, float]] | None = None,
) -> Payment:
    """A payment made in the portal itself, by the default pay system."""
    pay_system = booking.default_pay_system(portal) or portal.pay_systems[0]
    payment = booking.book_payment(portal, order, pay_system, user_id=user_id, at=at)
    if parts:
        booking.receive(portal, payment, parts)
    return payment


def product(name: str, price: float, quantity: float, **values: Any) -> dict[str, Any]:
    """The values of a row."""
    return {"name": name, "price": price, "quantity": quantity, **values}


def _cast(portal: Portal) -> None:
    _plain_deals(portal)
    _billed_deals(portal)
    _odd_orders(portal)
    add_item(portal, type_id=LEAD, nickname="lead", title="Enquiry from the web site", rows=[])
    add_item(
        portal,
        type_id=INVOICE,
        nickname="invoice",
        title="Invoice for training",
        rows=[product("Training day", 650, 2)],
    )


def _plain_deals(portal: Portal) -> None:
    for nickname, title, rows, fields in (
        (
            "fresh",
            "Office coffee, yearly supply",
            [product("Coffee", 400, 2), product("Filters", 100, 4)],
            {},
        ),
        ("empty", "Still to be quoted", [], {}),
        (
            "fractional",
            "Cable by the metre",
            [product("Cable", 80, 2.5), product("Offcut", 40, 0.5)],
            {},
        ),
        (
            "readonly_stage",
            "Handed over to finance",
            [product("Desk", 300, 1)],
            {"is_stage_locked": True},
        ),
        ("foreign", "Board room renewal", [product("Table", 2500, 1)], {"visibility": "admin"}),
        ("deleted", "Withdrawn enquiry", [product("Chair", 120, 4)], {"is_deleted": True}),
        ("many", "Lease, paid weekly", [product("Lease", 52, 1000)], {}),
    ):
        add_item(portal, nickname=nickname, title=title, rows=rows, **fields)


def _billed_deals(portal: Portal) -> None:
    billed = add_item(
        portal, nickname="billed", title="Website relaunch", rows=[product("Milestone", 500, 3)]
    )
    order = booking.open_order(portal, billed, user_id=SALES)
    order.shipments[portal.next_id("shipment", 701)] = 25.0
    paid, taken_back = (
        add_payment(portal, order, user_id=SALES, at=OPENED, parts=[(billed.rows[0], 1)])
        for _ in range(2)
    )
    for payment in (paid, taken_back):
        booking.mark_paid(payment, user_id=SALES, at=OPENED + timedelta(days=2))
    taken_back.paid = False
    allocated = add_item(
        portal, nickname="allocated", title="Printer lease", rows=[product("Printer", 150, 2)]
    )
    order = booking.open_order(portal, allocated, user_id=SALES)
    add_payment(portal, order, user_id=SALES, at=OPENED, parts=[(allocated.rows[0], 2)])


def _odd_orders(portal: Portal) -> None:
    cancelled = add_item(
        portal, nickname="cancelled_order", title="Order called off", rows=[product("Lamp", 60, 5)]
    )
    booking.open_order(portal, cancelled, user_id=SALES).is_cancelled = True
    other = add_item(
        portal,
        nickname="other_currency",
        title="Now quoted in dollars",
        rows=[product("Licence", 90, 10)],
    )
    order = booking.open_order(portal, other, user_id=SALES)
    add_payment(portal, order, user_id=SALES, at=OPENED, parts=[(other.rows[0], 2)])
    other.currency = "USD"
    two = add_item(
        portal, nickname="two_orders", title="Split delivery", rows=[product("Crate", 75, 4)]
    )
    for _ in range(2):
        order = booking.open_order(portal, two, user_id=SALES)
        add_payment(portal, order, user_id=SALES, at=OPENED)
