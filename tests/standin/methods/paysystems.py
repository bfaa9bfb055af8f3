"""sale.paysystem.list for CRM administrators, and the shop's own sale.payment.update.

b24restdocs: api-reference/pay-system/sale-pay-system-list.md,
api-reference/sale/payment/sale-payment-update.md.
"""

from __future__ import annotations

from typing import Any

from tests.standin.crm.records import Payment, PaySystem
from tests.standin.methods.base import Invocation, Method
from tests.standin.rest.errors import RestError
from tests.standin.rest.params import entries, whole_number
from tests.standin.rest.wire import iso, number

FIELDS = (
    "ID",
    "NAME",
    "PSA_NAME",
    "CODE",
    "DESCRIPTION",
    "PERSON_TYPE_ID",
    "ACTION_FILE",
    "ACTIVE",
    "IS_CASH",
    "SORT",
    "ENTITY_REGISTRY_TYPE",
    "NEW_WINDOW",
    "XML_ID",
)


def listing(inv: Invocation) -> list[dict[str, Any]]:
    """Both registries, without pages; a comparison's prefix counts as `=`."""
    inv.require_crm_admin()
    asked = inv.classic()
    found = [_shown(each) for each in inv.portal.pay_systems]
    for key, wanted in entries(asked.get("FILTER")):
        name = _field(key)
        values = [str(value) for _, value in entries(wanted)] or [str(wanted)]
        found = [each for each in found if str(each[name]) in values]
    for key, direction in reversed(entries(asked.get("ORDER"))):
        name = _field(key)
        is_descending = str(direction).lower() == "desc"
        found.sort(key=lambda each, name=name: each[name], reverse=is_descending)  # type: ignore[misc]
    select = [_field(str(value)) for _, value in entries(asked.get("SELECT")) if value != "*"]
    if not select:
        return found
    return [{name: each[name] for name in FIELDS if name in select} for each in found]


def update_payment(inv: Invocation) -> dict[str, Any]:
    """The only way to a payment's sum: administrators, with `paySystemId` required."""
    args = inv.args
    payment_id, fields = args.integer("id"), args.array("fields", required=True)
    if not inv.user.is_admin:
        raise RestError("200040300020", "Access Denied")
    if whole_number(fields.get("paySystemId")) is None:
        raise RestError("0", "Required fields: paySystemId")
    payment = inv.portal.payments.get(payment_id)
    if payment is None:
        raise RestError("200640400001", "payment is not exists")
    wanted = whole_number(fields.get("sum"))
    if wanted is not None:
        if payment.paid:
            raise RestError("SALE_PAYMENT_NOT_ALLOWED_CHANGE_SUM", "The payment is paid")
        payment.sum = float(fields["sum"])
    payment.xml_id = str(fields.get("xmlId", payment.xml_id))
    payment.comments = str(fields.get("comments", payment.comments))
    return {"payment": _full(payment)}


def _field(key: str) -> str:
    name = key.lstrip("=!<>@%").upper()
    if name not in FIELDS:
        raise RestError("ERROR_CHECK_FAILURE", f"{name} field is not allowed")
    return name


def _shown(pay_system: PaySystem) -> dict[str, Any]:
    return {
        "ID": pay_system.id,
        "NAME": pay_system.name,
        "PSA_NAME": pay_system.name,
        "CODE": "",
        "DESCRIPTION": "",
        "PERSON_TYPE_ID": 0,
        "ACTION_FILE": pay_system.handler,
        "ACTIVE": "Y" if pay_system.is_active else "N",
        "IS_CASH": "Y" if pay_system.handler == "cash" else "N",
        "SORT": pay_system.sort,
        "ENTITY_REGISTRY_TYPE": pay_system.registry,
        "NEW_WINDOW": "N",
        "XML_ID": "",
    }


def _full(payment: Payment) -> dict[str, Any]:
    return {
        "id": payment.id,
        "orderId": payment.order.id,
        "accountNumber": payment.account_number,
        "paid": "Y" if payment.paid else "N",
        "datePaid": iso(payment.date_paid),
        "dateBill": iso(payment.created_at),
        "sum": number(payment.sum),
        "currency": payment.currency,
        "paySystemId": payment.pay_system_id,
        "paySystemName": payment.pay_system_name,
        "responsibleId": payment.created_by,
        "empResponsibleId": payment.created_by,
        "comments": payment.comments,
        "xmlId": payment.xml_id,
    }


METHODS = {
    "sale.paysystem.list": Method(listing, ("pay_system",)),
    "sale.payment.update": Method(update_payment, ("sale",), is_controller=True),
}
