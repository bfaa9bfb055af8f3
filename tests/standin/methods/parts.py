"""crm.item.payment.product.* and crm.item.payment.delivery.*: what a payment is made of.

b24restdocs: api-reference/crm/universal/payment/products-in-payment/, delivery-in-payment/.
A paid payment cannot be edited and says so as a lack of rights.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.standin.crm import basket
from tests.standin.crm.basket import Refused
from tests.standin.crm.records import INVOICE, BasketItem, Item, PayableItem, Payment
from tests.standin.methods.base import Invocation, Method, can_change_contents, can_see_contents
from tests.standin.rest.errors import RestError
from tests.standin.rest.filters import Columns, chosen
from tests.standin.rest.wire import number

COLUMNS: Columns = {
    "id": lambda part: part.id,
    "paymentId": lambda part: part.payment_id,
    "quantity": lambda part: part.quantity,
    "entityId": lambda part: part.basket_id,
    "deliveryId": lambda part: part.shipment_id,
}


def add_product(inv: Invocation) -> int | None:
    """The new part's id; null, with nothing saved, when the payment holds the product already."""
    args = inv.args
    payment_id, row_id = args.integer("paymentId"), args.integer("rowId")
    quantity = args.integer("quantity")
    if quantity <= 0:
        raise inv.error("quantity")
    payment = _editable(inv, _payment(inv, payment_id))
    owner = inv.portal.item(*payment.order.owner)
    if owner is None:
        raise inv.error("no_order")
    if owner.entity_type_id == INVOICE and not inv.portal.switches.invoice_products:
        raise inv.error("no_links")
    row = next((each for each in owner.rows if each.id == row_id), None)
    try:
        part = basket.add_product(inv.portal, payment, owner, row, quantity)
    except Refused as refusal:
        raise _refused(inv, refusal) from None
    return None if part is None else part.id


def list_products(inv: Invocation) -> list[dict[str, Any]]:
    payment, owner, filters, order = _listed(inv)
    parts = [part for part in payment.parts if _is_product(part)]
    items = {item.id: item for item in payment.order.basket}
    return [
        _shown_product(inv, part, items[part.basket_id or 0], owner)
        for part in chosen(parts, COLUMNS, filters=filters, order=order)
    ]


def set_quantity(inv: Invocation) -> bool:
    """Within the basket item; the row is not looked at."""
    args = inv.args
    part_id, quantity = args.integer("id"), args.integer("quantity")
    if quantity <= 0:
        raise inv.error("quantity")
    payment, part = _editable_part(inv, part_id, _is_product)
    try:
        basket.set_quantity(inv.portal, payment, part, quantity)
    except Refused as refusal:
        raise _refused(inv, refusal) from None
    return True


def delete_product(inv: Invocation) -> bool:
    basket.remove_part(inv.portal, *_editable_part(inv, inv.args.integer("id"), _is_product))
    return True


def add_delivery(inv: Invocation) -> int:
    args = inv.args
    payment_id, shipment_id = args.integer("paymentId"), args.integer("deliveryId")
    payment = _editable(inv, _payment(inv, payment_id))
    if shipment_id not in payment.order.shipments:
        raise inv.error("no_shipment")
    return basket.keep_part(inv.portal, payment, quantity=1, shipment_id=shipment_id).id


def list_deliveries(inv: Invocation) -> list[dict[str, Any]]:
    payment, _, filters, order = _listed(inv)
    parts = [part for part in payment.parts if _is_delivery(part)]
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
    basket.recalculate(inv.portal, payment)
    return True


def delete_delivery(inv: Invocation) -> bool:
    basket.remove_part(inv.portal, *_editable_part(inv, inv.args.integer("id"), _is_delivery))
    return True


def _is_product(part: PayableItem) -> bool:
    return part.basket_id is not None


def _is_delivery(part: PayableItem) -> bool:
    return part.shipment_id is not None


def _payment(inv: Invocation, payment_id: int) -> Payment:
    payment = inv.portal.payments.get(payment_id)
    if payment is None:
        raise inv.error("no_payment")
    return payment


def _editable(inv: Invocation, payment: Payment) -> Payment:
    owner = inv.portal.item(*payment.order.owner)
    if payment.paid or not can_change_contents(inv, owner):
        raise inv.denied()
    return payment


def _editable_part(
    inv: Invocation, part_id: int, is_kind: Callable[[PayableItem], bool]
) -> tuple[Payment, PayableItem]:
    part = inv.portal.parts.get(part_id)
    if part is None or not is_kind(part):
        raise inv.error("no_part")
    return _editable(inv, _payment(inv, part.payment_id)), part


def _listed(inv: Invocation) -> tuple[Payment, Item | None, dict[str, Any], dict[str, Any]]:
    args = inv.args
    payment_id = args.integer("paymentId")
    filters, order = args.array("filter"), args.array("order")
    payment = _payment(inv, payment_id)
    owner = inv.portal.item(*payment.order.owner)
    if not can_see_contents(inv, owner):
        raise inv.denied()
    return payment, owner, filters, order


def _refused(inv: Invocation, refusal: Refused) -> RestError:
    return RestError("0") if refusal.reason == "unsaid" else inv.error(refusal.reason)


def _shown(part: PayableItem) -> dict[str, Any]:
    return {"id": part.id, "paymentId": part.payment_id, "quantity": number(part.quantity)}


def _shown_product(
    inv: Invocation, part: PayableItem, item: BasketItem, owner: Item | None
) -> dict[str, Any]:
    rows = owner.rows if owner else []
    mark = f"{basket.SHOP_MARK}{item.id}"
    row = next((each for each in rows if each.xml_id == mark), None)
    if row is None and inv.portal.switches.row_id_style == "rowId":
        row = basket.row_of_item(rows, item)
    if row is not None:
        return {**_shown(part), "rowId": row.id}
    return {**_shown(part), "entityId": item.id}


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
