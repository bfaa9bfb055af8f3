"""What the control API shows of a portal: plain values, ready for JSON."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Any

from tests.standin.crm.basket import row_of_item
from tests.standin.crm.records import DEAL, INVOICE, LEAD, BasketItem, Item, Order, Payment, Row
from tests.standin.rest.wire import iso, number
from tests.standin.world import Binding, Call, EventHandler, Fault, Portal


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
        "payments": [payment_value(each, portal) for each in portal.payments.values()],
        "orders": [order_value(each) for each in portal.orders.values()],
        "user_fields": {each.name: asdict(each) for each in portal.user_fields.values()},
        "deleted_products": sorted(portal.deleted_products),
        "strict_stock": portal.strict_stock,
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


def payment_value(payment: Payment, portal: Portal) -> dict[str, Any]:
    """A payment with what REST does not tell: its item, who made it, and the rows of its parts."""
    type_id, item_id = payment.order.owner
    owner = portal.item(type_id, item_id)
    rows = {each.id: row_of_item(owner.rows, each) for each in payment.order.basket if owner}
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
            {
                "id": part.id,
                "basket_id": part.basket_id,
                "shipment_id": part.shipment_id,
                "row_id": row.id if (row := rows.get(part.basket_id or 0)) else None,
                "quantity": number(part.quantity),
            }
            for part in payment.parts
        ],
    }


def order_value(order: Order) -> dict[str, Any]:
    return {
        "id": order.id,
        "number": order.number,
        "entity_type_id": order.owner[0],
        "deal_id": order.owner[1],
        "currency": order.currency,
        "responsible_id": order.responsible_id,
        "contact_id": order.contact_id,
        "company_id": order.company_id,
        "is_cancelled": order.is_cancelled,
        "shipments": list(order.shipments),
        "basket": [basket_value(item) for item in order.basket],
        "payments": [payment.id for payment in order.payments],
    }


def basket_value(item: BasketItem) -> dict[str, Any]:
    """A basket item; `product_id` 0 is what all rows without a catalogue product share."""
    return {
        "id": item.id,
        "product_id": item.key[1],
        "name": item.name,
        "quantity": number(item.quantity),
        "price": number(item.price),
        "tax_included": item.tax_included,
        "tax_rate": item.tax_rate,
        "xml_id": item.xml_id,
    }


def item_value(item: Item) -> dict[str, Any]:
    return {
        "id": item.id,
        "entity_type_id": item.entity_type_id,
        "title": item.title,
        "currency": item.currency,
        "opportunity": number(item.opportunity),
        "contact_id": item.contact_id,
        "company_id": item.company_id,
        "values": {name: field_value(value) for name, value in item.values.items()},
        "updated_by": item.updated_by,
        "rows": [row_value(row) for row in item.rows],
    }


def field_value(value: Any) -> Any:
    """The value of a field of one's own; a day as text."""
    return value.isoformat() if isinstance(value, date) else value


def row_value(row: Row) -> dict[str, Any]:
    """A product row, by the names that the control API takes too."""
    return {
        "id": row.id,
        "product_id": row.product_id,
        "name": row.name,
        "price": number(row.price),
        "price_exclusive": number(row.price_exclusive),
        "quantity": number(row.quantity),
        "tax_rate": row.tax_rate,
        "tax_included": row.tax_included,
        "discount": number(row.discount_sum),
        "sort": row.sort,
        "xml_id": row.xml_id,
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
