"""What a portal's CRM holds: deals and invoices, product rows, orders, payments, pay systems.

Values and facts only; `basket`, `booking`, `synchronisation` and `methods/` change them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

LEAD, DEAL, INVOICE = 1, 2, 31
OWNER_TYPES = {"L": LEAD, "D": DEAL, "SI": INVOICE}


@dataclass(slots=True)
class Row:
    """One product row, in the owner's currency; both prices are after the discount.

    `price` is with tax and `price_exclusive` without; `tax_rate` and `discount_rate` are per cent,
    `discount_sum` is off the net price of one piece. Product 0 is free-form.
    """

    id: int
    product_id: int
    name: str
    price: float
    quantity: float
    price_exclusive: float
    tax_rate: float | None = None
    tax_included: bool = False
    discount_type: int = 2
    discount_rate: float = 0.0
    discount_sum: float = 0.0
    sort: int = 0
    xml_id: str = ""


@dataclass(slots=True)
class Item:
    """A CRM item; `rows` stand in the order of their `sort`, then of their ids.

    `visibility` "admin" hides it from everybody but administrators, "owner" from everybody but them
    and its responsible person. `values` are those of the portal's own fields, by name.
    `contact_id` is the first contact, `other_contact_ids` the rest.
    `stage_semantic` is P (in work), S (won) or F (lost).
    """

    entity_type_id: ClassVar[int] = 0
    id: int
    title: str
    currency: str
    opportunity: float
    stage_id: str
    stage_name: str
    created_at: datetime
    assigned_by_id: int = 7
    contact_id: int | None = None
    company_id: int | None = None
    rows: list[Row] = field(default_factory=list)
    visibility: str = "everyone"
    is_stage_locked: bool = False
    is_deleted: bool = False
    values: dict[str, Any] = field(default_factory=dict)
    updated_by: int = 1
    other_contact_ids: list[int] = field(default_factory=list)
    stage_semantic: str = "P"


class Deal(Item):
    """Entity type 2."""

    __slots__ = ()
    entity_type_id = DEAL


class Invoice(Item):
    """Entity type 31, the smart invoice."""

    __slots__ = ()
    entity_type_id = INVOICE


class Lead(Item):
    """Entity type 1: has no payments."""

    __slots__ = ()
    entity_type_id = LEAD


ITEM_CLASSES: dict[int, type[Item]] = {LEAD: Lead, DEAL: Deal, INVOICE: Invoice}


@dataclass(slots=True)
class BasketItem:
    """What an order sells. `key` is (module, product), which is all that rows are matched by."""

    id: int
    key: tuple[str, int]
    name: str
    quantity: float
    price: float
    tax_included: bool
    tax_rate: float | None
    xml_id: str = ""


@dataclass(slots=True)
class Order:
    """The order behind a deal or an invoice. `shipments` maps a shipment's id to its price."""

    id: int
    owner: tuple[int, int]
    number: str
    currency: str
    responsible_id: int
    contact_id: int | None = None
    company_id: int | None = None
    is_cancelled: bool = False
    shipments: dict[int, float] = field(default_factory=dict)
    basket: list[BasketItem] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)
    payments_made: int = 0


@dataclass(slots=True)
class PayableItem:
    """A part of a payment: a quantity of one basket item, or one shipment."""

    id: int
    payment_id: int
    quantity: float
    basket_id: int | None = None
    shipment_id: int | None = None


@dataclass(slots=True)
class Payment:
    """A payment. `sum` is stored; `created_by` is the user in whose name it was added."""

    id: int
    order: Order
    account_number: str
    sum: float
    currency: str
    pay_system_id: int
    pay_system_name: str
    created_by: int
    created_at: datetime
    xml_id: str
    paid: bool = False
    date_paid: datetime | None = None
    emp_paid_id: int | None = None
    comments: str = ""
    parts: list[PayableItem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PaySystem:
    """A pay system. `registry` is ORDER or CRM_INVOICE; `handler` "cash" is the default choice."""

    id: int
    name: str
    registry: str = "ORDER"
    handler: str = "bill"
    sort: int = 100
    is_active: bool = True
