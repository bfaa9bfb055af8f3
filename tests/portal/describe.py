"""What the control API shows of a portal: plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tests.portal.crm import DEAL, INVOICE, LEAD, Order, Payment
from tests.portal.wire import iso, number
from tests.portal.world import Binding, Call, EventHandler, Fault, Portal


def portal_summary(portal: Portal) -> dict[str, Any]:
    """Where a portal is and who and what is in it."""
    return {
        "name": portal.name,
        "host": portal.host,
        "origin": portal.origin,
        "member_id": portal.member_id,
        "users": {user.role: user.id for user in portal.users.values()},
        "deals": portal.nicknames.get(DEAL, {}),
        "invoices": portal.nicknames.get(INVOICE, {}),
        "leads": portal.nicknames.get(LEAD, {}),
        "application_token": portal.app.application_token,
    }


def portal_state(portal: Portal) -> dict[str, Any]:
    """The summary, with everything that changes."""
    return {
        **portal_summary(portal),
        "payments": [payment_value(each) for each in portal.payments.values()],
        "orders": [order_value(each) for each in portal.orders.values()],
        "bindings": [binding_value(each) for each in portal.bindings],
        "event_handlers": [handler_value(each) for each in portal.event_handlers],
        "installed": portal.app.installed,
        "app_present": portal.app.present,
        "allowed_user_ids": portal.app.allowed_user_ids,
        "status": portal.app.status,
        "scopes": portal.app.scopes,
        "switches": asdict(portal.switches),
        "faults": [fault_value(each) for each in portal.faults],
    }


def payment_value(payment: Payment) -> dict[str, Any]:
    """A payment with what REST does not tell: its item and who made it."""
    type_id, item_id = payment.order.owner
    return {
        "id": payment.id,
        "entity_type_id": type_id,
        "deal_id": item_id,
        "order_id": payment.order.id,
        "account_number": payment.account_number,
        "sum": number(payment.sum),
        "currency": payment.currency,
        "paid": payment.paid,
        "pay_system_id": payment.pay_system_id,
        "created_by": payment.created_by,
        "created_at": iso(payment.created_at),
        "parts": [
            {"id": part.id, "row_id": part.row_id, "quantity": number(part.quantity)}
            for part in payment.parts
        ],
    }


def order_value(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "entity_type_id": order.owner[0],
        "deal_id": order.owner[1],
        "currency": order.currency,
        "is_cancelled": order.is_cancelled,
        "shipments": list(order.shipments),
        "payments": [payment.id for payment in order.payments],
    }


def binding_value(binding: Binding) -> dict[str, Any]:
    return {
        "placement": binding.placement,
        "handler": binding.handler,
        "title": binding.title,
        "lang_all": binding.lang_all,
    }


def handler_value(handler: EventHandler) -> dict[str, Any]:
    return asdict(handler)


def fault_value(fault: Fault) -> dict[str, Any]:
    return {
        "id": fault.id,
        "on": fault.on,
        "do": fault.do,
        "times": fault.times,
        **fault.args,
    }


def call_value(call: Call) -> dict[str, Any]:
    return {key: value for key, value in asdict(call).items() if key != "links"}
