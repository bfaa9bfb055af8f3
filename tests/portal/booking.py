"""Orders, payments and their parts coming into being, whoever asks for them."""

from __future__ import annotations

from datetime import datetime

from tests.portal.crm import Item, Order, PayableItem, Payment, PaySystem, Row
from tests.portal.world import Portal

FIRST_ORDER, FIRST_PAYMENT = 3653, 1033


def order_behind(portal: Portal, item: Item, *, user_id: int) -> Order:
    """The item's first order, made in the item's currency when there is none."""
    orders = portal.orders_of(item.entity_type_id, item.id)
    if orders:
        orders[0].responsible_id = user_id
        return orders[0]
    return open_order(portal, item, user_id=user_id)


def open_order(portal: Portal, item: Item, *, user_id: int) -> Order:
    """One more order behind the item."""
    order = Order(
        id=portal.next_id("order", FIRST_ORDER),
        owner=(item.entity_type_id, item.id),
        currency=item.currency,
        responsible_id=user_id,
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
        account_number=f"{order.id}/{order.payments_made}",
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


def add_row_part(portal: Portal, payment: Payment, row: Row, quantity: float) -> PayableItem:
    """A quantity of a product row, copied into the order's basket."""
    basket = payment.order.basket
    if row.id not in basket:
        basket[row.id] = portal.next_id("basket", 501)
    part = PayableItem(
        id=portal.next_id("part", 201),
        payment_id=payment.id,
        quantity=quantity,
        row_id=row.id,
        basket_id=basket[row.id],
    )
    return _keep(portal, payment, part)


def add_shipment_part(portal: Portal, payment: Payment, shipment_id: int) -> PayableItem:
    """The delivery of one shipment."""
    part = PayableItem(
        id=portal.next_id("part", 201),
        payment_id=payment.id,
        quantity=1,
        shipment_id=shipment_id,
    )
    return _keep(portal, payment, part)


def remove_part(portal: Portal, payment: Payment, part: PayableItem) -> None:
    payment.parts.remove(part)
    del portal.parts[part.id]
    recalculate(portal, payment)


def recalculate(portal: Portal, payment: Payment) -> None:
    """Let the sum be that of the parts; a cancelled order keeps its sums."""
    order = payment.order
    if order.is_cancelled:
        return
    owner = portal.item(*order.owner)
    prices = {} if owner is None else {row.id: row.price for row in owner.rows}
    payment.sum = round(
        sum(
            part.quantity * prices.get(part.row_id, 0.0)
            if part.row_id is not None
            else order.shipments.get(part.shipment_id or 0, 0.0)
            for part in payment.parts
        ),
        2,
    )


def unbilled(portal: Portal, item: Item, row: Row, *, but: PayableItem | None = None) -> float:
    """How much of a row is in no payment; the part `but` counts as free."""
    taken = sum(
        part.quantity
        for order in portal.orders_of(item.entity_type_id, item.id)
        for payment in order.payments
        for part in payment.parts
        if part.row_id == row.id and part is not but
    )
    return round(row.quantity - taken, 4)


def _keep(portal: Portal, payment: Payment, part: PayableItem) -> PayableItem:
    payment.parts.append(part)
    portal.parts[part.id] = part
    recalculate(portal, payment)
    return part
