"""crm.item.payment.*: payments behind a deal or an invoice.

b24restdocs: api-reference/crm/universal/payment/. Adding and listing look at the right on the
item; getting, changing and deleting at the right on the order.
"""

from __future__ import annotations

from typing import Any

from tests.standin.crm import booking
from tests.standin.crm.records import DEAL, INVOICE, LEAD, Payment
from tests.standin.methods.base import (
    Invocation,
    Method,
    Page,
    can_edit,
    can_edit_orders,
    can_read,
    can_read_orders,
    edits_all,
    reads_all,
)
from tests.standin.rest.filters import Columns, chosen
from tests.standin.rest.params import whole_number
from tests.standin.rest.wire import iso, number

WITH_PAYMENTS = (DEAL, INVOICE)
KNOWN_TYPES = (LEAD, DEAL, 3, 4, 7, INVOICE, 128)
INNER_HANDLER = "inner"

COLUMNS: Columns = {
    "id": lambda payment: payment.id,
    "orderId": lambda payment: payment.order.id,
    "accountNumber": lambda payment: payment.account_number,
    "paid": lambda payment: "Y" if payment.paid else "N",
    "datePaid": lambda payment: payment.date_paid,
    "empPaidId": lambda payment: payment.emp_paid_id,
    "paySystemId": lambda payment: payment.pay_system_id,
    "paySystemName": lambda payment: payment.pay_system_name,
    "sum": lambda payment: payment.sum,
    "currency": lambda payment: payment.currency,
    "xmlId": lambda payment: payment.xml_id,
    "dateBill": lambda payment: payment.created_at,
    "responsibleId": lambda payment: payment.created_by,
    "empResponsibleId": lambda payment: payment.created_by,
    "comments": lambda payment: payment.comments,
    "payVoucherNum": lambda payment: None,
    "isReturn": lambda payment: "N",
    "marked": lambda payment: "N",
    "externalPayment": lambda payment: "N",
}


NOBODYS: Columns = {
    "responsibleId": lambda payment: None,
    "empResponsibleId": lambda payment: None,
}


def add(inv: Invocation) -> int:
    """A new payment's id, or 0 when no pay system can be found for it.

    An order that was there already loses its client; the next product brings it back.
    """
    args, portal = inv.args, inv.portal
    item_id, type_id = args.integer("entityId"), args.integer("entityTypeId")
    fields = args.array("fields")
    limit = portal.switches.plan_limit
    if limit is not None and portal.payments_by_hand >= limit:
        raise inv.denied("plan_limit", code="0")
    item = portal.item(type_id, item_id)
    is_possible = item_id > 0 and type_id in KNOWN_TYPES
    if not (is_possible and (can_edit(inv, item) if item else edits_all(inv))):
        raise inv.denied()
    if type_id not in WITH_PAYMENTS:
        raise inv.denied("no_payments", code="0")
    if item is None:
        raise inv.denied("no_item", code="0", id=item_id)
    is_bound = bool(portal.orders_of(type_id, item_id))
    order = booking.order_behind(portal, item, user_id=inv.user.id)
    if is_bound:
        order.contact_id = order.company_id = None
    wanted = whole_number(fields.get("paySystemId")) or 0
    pay_system = (
        booking.pay_system_by_id(portal, wanted) if wanted else booking.default_pay_system(portal)
    )
    if pay_system is None:
        return 0
    payment = booking.book_payment(portal, order, pay_system, user_id=inv.user.id, at=inv.now())
    inv.call.committed_payment_ids.append(payment.id)
    return payment.id


def listing(inv: Invocation) -> list[dict[str, Any]] | Page:
    """All payments of all orders of the item, without pages unless a switch cuts the list."""
    args, portal = inv.args, inv.portal
    item_id, type_id = args.integer("entityId"), args.integer("entityTypeId")
    filters, order = args.array("filter"), args.array("order")
    item = portal.item(type_id, item_id)
    if not (reads_all(inv) if item is None else can_read(inv, item)):
        raise inv.denied()
    if item is None:
        return []
    found = [each for behind in portal.orders_of(type_id, item_id) for each in behind.payments]
    if filters or order:
        columns = COLUMNS if portal.switches.names_makers else {**COLUMNS, **NOBODYS}
        if not portal.switches.knows_makers:
            columns = {name: each for name, each in columns.items() if name not in NOBODYS}
        found = chosen(found, columns, filters=filters, order=order)
    most = portal.switches.payments_page
    if most is None:
        return [shown(payment) for payment in found]
    further = most if len(found) > most else None
    return Page([shown(payment) for payment in found[:most]], total=len(found), next=further)


def get(inv: Invocation) -> dict[str, Any]:
    payment = _payment(inv, inv.args.integer("id"))
    if not can_read_orders(inv):
        raise inv.denied()
    return shown(payment)


def update(inv: Invocation) -> bool:
    """Changes `paid` and `paySystemId`, and nothing else."""
    args = inv.args
    payment_id, fields = args.integer("id"), args.array("fields", required=True)
    if "paid" not in fields and "paySystemId" not in fields:
        raise inv.error("empty_fields")
    payment = _editable(inv, payment_id)
    if "paySystemId" in fields:
        wanted = whole_number(fields["paySystemId"]) or 0
        pay_system = booking.pay_system_by_id(inv.portal, wanted)
        if pay_system is None:
            raise inv.error("no_pay_system")
        payment.pay_system_id, payment.pay_system_name = pay_system.id, pay_system.name
    if "paid" in fields:
        _set_paid(inv, payment, is_paid=fields["paid"] == "Y")
    return True


def pay(inv: Invocation) -> bool:
    _set_paid(inv, _editable(inv, inv.args.integer("id")), is_paid=True)
    return True


def unpay(inv: Invocation) -> bool:
    _set_paid(inv, _editable(inv, inv.args.integer("id")), is_paid=False)
    return True


def delete(inv: Invocation) -> bool:
    payment = _editable(inv, inv.args.integer("id"))
    if payment.paid:
        raise inv.error("paid_delete", code="SALE_PAYMENT_DELETE_EXIST_PAID")
    booking.remove_payment(inv.portal, payment)
    return True


def shown(payment: Payment) -> dict[str, Any]:
    """The nine fields of a payment."""
    return {
        "id": payment.id,
        "accountNumber": payment.account_number,
        "paid": "Y" if payment.paid else "N",
        "datePaid": iso(payment.date_paid),
        "empPaidId": payment.emp_paid_id,
        "paySystemId": payment.pay_system_id,
        "sum": number(payment.sum),
        "currency": payment.currency,
        "paySystemName": payment.pay_system_name,
    }


def _payment(inv: Invocation, payment_id: int) -> Payment:
    payment = inv.portal.payments.get(payment_id)
    if payment is None:
        raise inv.error("no_payment")
    return payment


def _editable(inv: Invocation, payment_id: int) -> Payment:
    payment = _payment(inv, payment_id)
    if not can_edit_orders(inv):
        raise inv.denied()
    return payment


def _set_paid(inv: Invocation, payment: Payment, *, is_paid: bool) -> None:
    if payment.paid == is_paid:
        return
    if payment.order.is_cancelled:
        raise inv.error("cancelled", code="SALE_ORDER_PAID_ORDER_CANCELED")
    if not is_paid:
        payment.paid = False
        return
    pay_system = booking.pay_system_by_id(inv.portal, payment.pay_system_id)
    if pay_system is not None and pay_system.handler == INNER_HANDLER:
        raise inv.error("no_money")
    booking.mark_paid(payment, user_id=inv.user.id, at=inv.now())


METHODS = {
    f"crm.item.payment.{name}": Method(run, ("crm",), is_controller=True)
    for name, run in {
        "add": add,
        "list": listing,
        "get": get,
        "update": update,
        "pay": pay,
        "unpay": unpay,
        "delete": delete,
    }.items()
}
