"""crm.item.payment.product.* and crm.item.payment.delivery.*: what a payment is made of.

b24restdocs: api-reference/crm/universal/payment/products-in-payment/, delivery-in-payment/.
A paid payment cannot be edited and says so as a lack of rights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.portal import booking
from tests.portal.crm import Item, PayableItem, Payment, Row
from tests.portal.methods.base import Invocation, Method, can_edit, can_read
from tests.portal.methods.filters import Columns, chosen
from tests.portal.wire import number

COLUMNS: Columns = {
    "id": lambda part: part.id,
    "paymentId": lambda part: part.payment_id,
    "quantity": lambda part: part.quantity,
    "entityId": lambda part: part.basket_id,
    "rowId": lambda part: part.row_id,
    "deliveryId": lambda part: part.shipment_id,
}


def add_product(inv: Invocation) -> int:
    args = inv.args
    payment_id, row_id = args.integer("paymentId"), args.integer("rowId")
    quantity = args.integer("quantity")
    if quantity <= 0:
        raise inv.error("quantity")
    payment = _editable(inv, _payment(inv, payment_id))
    owner = _owner(inv, payment)
    row = next((each for each in owner.rows if each.id == row_id), None)
    rest = 0.0 if row is None else booking.unbilled(inv.portal, owner, row)
    if row is None or rest <= 0:
        raise inv.error("no_product")
    if quantity > rest:
        raise inv.error("no_stock")
    return booking.add_row_part(inv.portal, payment, row, quantity).id


def list_products(inv: Invocation) -> list[dict[str, Any]]:
    payment, filters, order = _listed(inv)
    parts = [part for part in payment.parts if part.row_id is not None]
    rows = {row.id: row for row in _rows(inv, payment)}
    return [
        _shown_product(inv, part, rows.get(part.row_id or 0))
        for part in chosen(parts, COLUMNS, filters=filters, order=order)
    ]


def set_quantity(inv: Invocation) -> bool:
    args = inv.args
    part_id, quantity = args.integer("id"), args.integer("quantity")
    if quantity <= 0:
        raise inv.error("quantity")
    payment, part = _editable_part(inv, part_id, _is_product)
    owner = _owner(inv, payment)
    row = next((each for each in owner.rows if each.id == part.row_id), None)
    if row is None or quantity > booking.unbilled(inv.portal, owner, row, but=part):
        raise inv.error("no_stock")
    part.quantity = quantity
    booking.recalculate(inv.portal, payment)
    return True


def delete_product(inv: Invocation) -> bool:
    booking.remove_part(inv.portal, *_editable_part(inv, inv.args.integer("id"), _is_product))
    return True


def add_delivery(inv: Invocation) -> int:
    args = inv.args
    payment_id, shipment_id = args.integer("paymentId"), args.integer("deliveryId")
    payment = _editable(inv, _payment(inv, payment_id))
    if shipment_id not in payment.order.shipments:
        raise inv.error("no_shipment")
    return booking.add_shipment_part(inv.portal, payment, shipment_id).id


def list_deliveries(inv: Invocation) -> list[dict[str, Any]]:
    payment, filters, order = _listed(inv)
    parts = [part for part in payment.parts if part.shipment_id is not None]
    return [
        {**_shown(part), "deliveryId": part.shipment_id}
        for part in chosen(parts, COLUMNS, filters=filters, order=order)
    ]


def set_delivery(inv: Invocation) -> bool:
    """The new shipment is not checked for existence."""
    args = inv.args
    part_id, shipment_id = args.integer("id"), args.integer("deliveryId")
    payment, part = _editable_part(inv, part_id, _is_delivery)
    part.shipment_id = shipment_id
    booking.recalculate(inv.portal, payment)
    return True


def delete_delivery(inv: Invocation) -> bool:
    booking.remove_part(inv.portal, *_editable_part(inv, inv.args.integer("id"), _is_delivery))
    return True


def _is_product(part: PayableItem) -> bool:
    return part.row_id is not None


def _is_delivery(part: PayableItem) -> bool:
    return part.shipment_id is not None


def _payment(inv: Invocation, payment_id: int) -> Payment:
    payment = inv.portal.payments.get(payment_id)
    if payment is None:
        raise inv.error("no_payment")
    return payment


def _editable(inv: Invocation, payment: Payment) -> Payment:
    item = inv.portal.item(*payment.order.owner)
    if payment.paid or not (can_edit(inv, item) if item else inv.user.is_admin):
        raise inv.denied()
    return payment


def _editable_part(
    inv: Invocation, part_id: int, is_kind: Callable[[PayableItem], bool]
) -> tuple[Payment, PayableItem]:
    part = inv.portal.parts.get(part_id)
    if part is None or not is_kind(part):
        raise inv.error("no_part")
    return _editable(inv, _payment(inv, part.payment_id)), part


def _owner(inv: Invocation, payment: Payment) -> Item:
    item = inv.portal.item(*payment.order.owner)
    if item is None:
        raise inv.error("no_order")
    return item


def _rows(inv: Invocation, payment: Payment) -> list[Row]:
    item = inv.portal.item(*payment.order.owner)
    return [] if item is None else item.rows


def _listed(inv: Invocation) -> tuple[Payment, dict[str, Any], dict[str, Any]]:
    args = inv.args
    payment_id = args.integer("paymentId")
    filters, order = args.array("filter"), args.array("order")
    payment = _payment(inv, payment_id)
    item = inv.portal.item(*payment.order.owner)
    if not (can_read(inv, item) if item else inv.user.is_admin):
        raise inv.denied()
    return payment, filters, order


def _shown(part: PayableItem) -> dict[str, Any]:
    return {"id": part.id, "paymentId": part.payment_id, "quantity": number(part.quantity)}


def _shown_product(inv: Invocation, part: PayableItem, row: Row | None) -> dict[str, Any]:
    is_synchronised = row is not None and row.xml_id == f"sale_basket_{part.basket_id}"
    if is_synchronised or inv.portal.switches.row_id_style == "rowId":
        return {**_shown(part), "rowId": part.row_id}
    return {**_shown(part), "entityId": part.basket_id}


METHODS = {
    f"crm.item.payment.{name}": Method(run, ("crm",), is_controller=True)
    for name, run in {
        "product.add": add_product,
        "product.list": list_products,
        "product.setquantity": set_quantity,
        "product.delete": delete_product,
        "delivery.add": add_delivery,
        "delivery.list": list_deliveries,
        "delivery.setdelivery": set_delivery,
        "delivery.delete": delete_delivery,
    }.items()
}
