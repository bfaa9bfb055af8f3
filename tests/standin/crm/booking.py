"""Orders and payments coming into being and being paid, whoever asks for them."""

from __future__ import annotations

from datetime import datetime

from tests.standin.crm.basket import SHOP_MARK, billed, item_of_row, keep_part, new_item
from tests.standin.crm.records import Item, Order, Payment, PaySystem, Row
from tests.standin.world import Portal

FIRST_ORDER, FIRST_PAYMENT = 3653, 1033


def order_behind(portal: Portal, item: Item, *, user_id: int) -> Order:
    """The item's newest order, made when there is none; the user is responsible for it now."""
    orders = portal.orders_of(item.entity_type_id, item.id)
    if orders:
        orders[-1].responsible_id = user_id
        return orders[-1]
    return open_order(portal, item, user_id=user_id)


def open_order(portal: Portal, item: Item, *, user_id: int, number: str = "") -> Order:
    """One more order behind the item, in its currency and for its client, with nothing in it."""
    order_id = portal.next_id("order", FIRST_ORDER)
    order = Order(
        id=order_id,
        owner=(item.entity_type_id, item.id),
        number=number or str(order_id),
        currency=item.currency,
        responsible_id=user_id,
        contact_id=item.contact_id,
        company_id=item.company_id,
    )
    portal.orders[order.id] = order
    portal.orders_by_owner.setdefault(order.owner, []).append(order)
    return order


def default_pay_system(portal: Portal) -> PaySystem | None:
    """What a payment gets unasked: cash, or else the first in order; None when none is active."""
    active = [each for each in portal.pay_systems if each.is_active and each.registry == "ORDER"]
    active.sort(key=lambda each: (each.handler != "cash", each.sort, each.name))
    return active[0] if active else None


def pay_system_by_id(portal: Portal, pay_system_id: int) -> PaySystem | None:
    return next((each for each in portal.pay_systems if each.id == pay_system_id), None)


def book_payment(
    portal: Portal, order: Order, pay_system: PaySystem, *, user_id: int, at: datetime
) -> Payment:
    """An empty, unpaid payment: sum 0 in the order's currency."""
    order.payments_made += 1
    payment_id = portal.next_id("payment", FIRST_PAYMENT)
    payment = Payment(
        id=payment_id,
        order=order,
        account_number=f"{order.number}/{order.payments_made}",
        sum=0.0,
        currency=order.currency,
        pay_system_id=pay_system.id,
        pay_system_name=pay_system.name,
        created_by=user_id,
        created_at=at,
        xml_id=f"bx_{int(at.timestamp() * 1e6) + payment_id:x}",
    )
    order.payments.append(payment)
    portal.payments[payment.id] = payment
    return payment


def remove_payment(portal: Portal, payment: Payment) -> None:
    for part in payment.parts:
        del portal.parts[part.id]
    payment.order.payments.remove(payment)
    del portal.payments[payment.id]


def mark_paid(payment: Payment, *, user_id: int, at: datetime) -> None:
    """Paid from now on; nothing changes when it was already."""
    if not payment.paid:
        payment.paid, payment.date_paid, payment.emp_paid_id = True, at, user_id


def receive(portal: Portal, payment: Payment, parts: list[tuple[Row, float]]) -> None:
    """Fill a payment as the portal's own "Receive payment": by row, and with tax in any case."""
    order = payment.order
    for row, quantity in parts:
        item = item_of_row(order, row) or new_item(portal, order, row)
        item.quantity = max(item.quantity, billed(order)[item.id] + quantity)
        row.xml_id = f"{SHOP_MARK}{item.id}"
        keep_part(portal, payment, quantity=quantity, basket_id=item.id)
    if not order.is_cancelled:
        total = sum(row.price * quantity for row, quantity in parts)
        payment.sum = round(total, portal.switches.sum_decimals)
