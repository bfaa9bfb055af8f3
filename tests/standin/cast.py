"""The cast of a portal: the deals and invoices that tests and people work with, by nickname.

The same in every portal, ids included, so that a mix-up of portals shows. New ones go to the end.
"""

from __future__ import annotations

from datetime import timedelta

from tests.standin.crm import basket, booking
from tests.standin.crm.clients import COMPANY as COMPANIES
from tests.standin.crm.clients import CONTACT as CONTACTS
from tests.standin.crm.clients import Client, set_means
from tests.standin.crm.making import COMPANY, CONTACT, OPENED, add_item, add_payment, product
from tests.standin.crm.product_rows import saved_rows
from tests.standin.crm.records import INVOICE, LEAD, Item
from tests.standin.crm.synchronisation import reserve, save_rows
from tests.standin.world import Portal

SALES = 7
BEAM, HINGE = product("Beam", 100, 3, product_id=0), product("Hinge", 2.5, 4, product_id=0)
NET_DESK = product("Desk", 120, 2, price_exclusive=100, tax_rate=20)
GROSS_LAMP = product("Lamp", 120, 1, price_exclusive=100, tax_rate=20, tax_included=True)
DISCONTINUED = 990
# No deal has this id, so that nobody takes the invoice's payments for a deal's.
EDITED_INVOICE = 9001


def add_cast(portal: Portal) -> None:
    _clients(portal)
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
    _rows_that_billing_mixes_up(portal)
    _changed_after_billing(portal)


def _clients(portal: Portal) -> None:
    """A contact with a country code, and her company with a number as it is dialled at home."""
    anna = Client(CONTACT, CONTACTS, "Anna", OPENED, last_name="Berger")
    company = Client(COMPANY, COMPANIES, "Berger Office", OPENED)
    for client, phone, email in (
        (anna, "+49 (0)30 23125-411", "anna.berger@example.com"),
        (company, "030 23125 400", "office@example.com"),
    ):
        set_means(client, "PHONE", [phone])
        set_means(client, "EMAIL", [email])
        portal.clients[client.entity_type_id, client.id] = client
    for client in (
        Client(12, CONTACTS, "Site Office", OPENED),
        Client(22, COMPANIES, "Sample Works", OPENED),
    ):
        portal.clients[client.entity_type_id, client.id] = client


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


def _rows_that_billing_mixes_up(portal: Portal) -> None:
    portal.deleted_products.add(DISCONTINUED)
    twin = {"product_id": 977}
    for nickname, title, rows in (
        ("freeform", "Barn, offered without a catalogue", [BEAM, HINGE]),
        (
            "twins",
            "Two chairs at two prices",
            [product("Chair, blue", 50, 1, **twin), product("Chair, red", 60, 1, **twin)],
        ),
        ("tax_on_top", "Desks, plus tax", [NET_DESK]),
        ("mixed_tax", "Desks plus tax, a lamp with tax", [NET_DESK, GROSS_LAMP]),
        (
            "discount",
            "Shelf at a discount",
            [product("Shelf", 108, 1, price_exclusive=90, tax_rate=20, discount=10)],
        ),
        (
            "deleted_product",
            "Something no longer sold",
            [product("Old beam", 100, 3, product_id=DISCONTINUED), HINGE],
        ),
    ):
        add_item(portal, nickname=nickname, title=title, rows=rows)


def _changed_after_billing(portal: Portal) -> None:
    edited = add_item(
        portal, nickname="edited", title="Desks, then more of them", rows=[product("Desk", 100, 3)]
    )
    _bill(portal, edited)
    _save(portal, edited, price=120, quantity=5)
    reserved = add_item(
        portal, nickname="reserved", title="Barn, reserved in the warehouse", rows=[BEAM, HINGE]
    )
    reserve(portal, booking.open_order(portal, reserved, user_id=SALES), reserved)
    invoice = add_item(
        portal,
        type_id=INVOICE,
        item_id=EDITED_INVOICE,
        nickname="edited_invoice",
        title="Invoice, changed after billing",
        rows=[product("Workshop", 100, 4)],
    )
    _bill(portal, invoice)
    _save(portal, invoice, quantity=6)


def _bill(portal: Portal, item: Item) -> None:
    """The first row wholly in a payment, as an app does it."""
    order = booking.order_behind(portal, item, user_id=SALES)
    payment = add_payment(portal, order, user_id=SALES, at=OPENED)
    row = item.rows[0]
    basket.add_product(portal, payment, item, row, row.quantity)


def _save(portal: Portal, item: Item, **values: float) -> None:
    """The first row changed on the card."""
    line = {"id": item.rows[0].id, **values}
    save_rows(portal, item, saved_rows(portal, item.rows, [line]))
