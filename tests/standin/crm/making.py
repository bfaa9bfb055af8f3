"""Deals, invoices and leads with their rows, and payments made in the portal itself."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.standin.crm import booking
from tests.standin.crm.product_rows import saved_rows
from tests.standin.crm.records import DEAL, INVOICE, ITEM_CLASSES, LEAD, Item, Order, Payment, Row
from tests.standin.world import Portal

STAGES = {DEAL: ("PREPARATION", "Proposal"), INVOICE: ("DT31_1:N", "New"), LEAD: ("NEW", "New")}
OPENED = datetime(2026, 1, 12, 9, 30, tzinfo=UTC)
CONTACT, COMPANY = 11, 21


def add_item(
    portal: Portal,
    *,
    title: str,
    rows: list[dict[str, Any]],
    type_id: int = DEAL,
    nickname: str | None = None,
    currency: str = "EUR",
    item_id: int | None = None,
    **fields: Any,
) -> Item:
    """An item with product rows, each made of its values, for a contact and a company.

    Without an `item_id` it gets the next of its type.
    """
    shelf: dict[int, Any] = {DEAL: portal.deals, INVOICE: portal.invoices, LEAD: portal.leads}
    stage_id, stage_name = STAGES[type_id]
    item = ITEM_CLASSES[type_id](
        id=item_id or portal.next_id(f"item{type_id}", 101),
        title=title,
        currency=currency,
        opportunity=0.0,
        stage_id=stage_id,
        stage_name=stage_name,
        **{
            "created_at": OPENED,
            "contact_id": CONTACT,
            "company_id": COMPANY,
            **fields,
        },
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
