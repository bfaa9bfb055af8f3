"""One look at an item: what it is, its payments, what is in them, and what may be billed next.

All of it is asked in one batch. The payments are not known before, so the batch asks for their
parts by reference (b24restdocs: settings/how-to-call-rest-api/batch.md); of a longer list the
money decides, or a second batch.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import AccessDenied, MethodRefused, Refused, RestError
from payments.billing.contents import Contents, contents_from
from payments.billing.offer import Offer, make_offer
from payments.gateway import payments as gateway
from payments.gateway import products as product_gateway
from payments.limits import MOST_PAYMENTS, MOST_ROWS
from payments.types import DEAL, Card, Item, Part, Payment, Product

PAYMENTS_PER_LOOK = 8
_MOST_READ_LATER = 45
# The last page is there to see that there are too many.
_PAGES_READ_LATER = range(product_gateway.PAGE, MOST_ROWS + 1, product_gateway.PAGE)


@dataclass(frozen=True)
class Look:
    """An item as the portal shows it now; payments are oldest first.

    `listed` are the ids of all payments, also of those that could not be read; `parts` are those of
    the payments that were looked into. `offered` is what the portal offers of each row.
    `rows_error` is why the rows are not known, several orders behind one deal for example; without
    `has_all_products` the rows on offer alone are known. `may_edit_orders` is None where nothing
    told. `ledger` says of which row a part is that the app put in. Each of these is read on its
    own: what fails takes nothing else away.
    """

    item: Item
    card: Card
    payments: tuple[Payment, ...]
    listed: tuple[int, ...] = ()
    products: tuple[Product, ...] = ()
    has_all_products: bool = True
    offered: Mapping[int, Decimal] = field(default_factory=dict)
    parts: Mapping[int, tuple[Part, ...]] = field(default_factory=dict)
    rows_error: RestError | None = None
    may_edit_orders: bool | None = None
    ledger: Mapping[int, int] = field(default_factory=dict)

    def payment(self, payment_id: int | None) -> Payment | None:
        return next((payment for payment in self.payments if payment.id == payment_id), None)

    def product(self, row_id: int | None) -> Product | None:
        return next((product for product in self.products if product.id == row_id), None)

    @property
    def ids(self) -> tuple[int, ...]:
        """The ids of all payments."""
        return self.listed or tuple(payment.id for payment in self.payments)

    @property
    def newest_id(self) -> int:
        """The greatest id of a payment, 0 where there is none."""
        return max(self.ids, default=0)

    @property
    def unread_payments(self) -> int:
        """How many payments are listed that could not be read."""
        return min(len(self.ids), MOST_PAYMENTS) - len(self.payments)

    @property
    def has_older_payments(self) -> bool:
        """Whether the newest payments alone were read."""
        return len(self.ids) > MOST_PAYMENTS

    @property
    def is_too_large(self) -> bool:
        """Whether there is more than is read, so that nobody can tell what is left to bill."""
        return self.has_older_payments or max(map(len, (self.products, self.offered))) > MOST_ROWS

    @cached_property
    def contents(self) -> Contents:
        found = contents_from(self.parts, self.ids, self.products, self.ledger)
        is_told = self.has_all_products or not self.ids
        return replace(found, is_complete=found.is_complete and is_told)

    @cached_property
    def offer(self) -> Offer:
        """What may be billed; nothing where not all rows are known, or not all that is billed."""
        if self.rows_error or self.is_too_large:
            own = self.payments[-1].currency if self.payments else self.card.currency
            return Offer(currency=own)
        return make_offer(
            products=self.products,
            offered=self.offered,
            payments=self.payments,
            contents=self.contents,
            card=self.card,
            can_save_rows=self.item.type_id == DEAL,
            has_gaps=bool(self.unread_payments) or not self.has_all_products,
        )

    @property
    def has_more_products(self) -> bool:
        return self.has_all_products and len(self.products) == product_gateway.PAGE


def look_commands(item: Item, unbatchable: Collection[str] = ()) -> dict[str, Command]:
    """The reads of a tab; without those that need a reference where the portal lets none be."""
    commands = {
        "card": gateway.card_command(item),
        "payments": gateway.list_command(item),
        "offered": product_gateway.offered_command(item),
        "products": product_gateway.products_command(item),
    }
    referring = {"right": gateway.get_command(_listed(0))} | {
        f"parts_{n}": product_gateway.parts_command(payment=_listed(n))
        for n in range(PAYMENTS_PER_LOOK)
    }
    if gateway.LIST in unbatchable:
        return commands
    return commands | {k: c for k, c in referring.items() if c.method not in unbatchable}


def read_look(item: Item, answer: BatchAnswer) -> Look:
    """The look in a batch with `look_commands`.

    Raises RestError without the payments, and where the portal refuses the item itself.
    """
    payments = gateway.read_payments(answer.value("payments"))
    ids = gateway.listed_ids(answer.value("payments"))
    look = Look(
        item,
        _card_in(answer, payments),
        payments,
        listed=ids,
        parts=_parts_in(answer, {f"parts_{n}": payment_id for n, payment_id in enumerate(ids)}),
        may_edit_orders=_right_in(answer, has_payments=bool(payments)),
    )
    try:
        offered = product_gateway.read_products(answer.value("offered"))
    except RestError as error:
        return replace(look, rows_error=error)
    look = replace(look, offered={p.id: p.quantity for p in offered})
    try:
        return replace(look, products=product_gateway.read_products(answer.value("products")))
    except RestError:
        return replace(look, products=offered, has_all_products=False)


def more_commands(look: Look) -> dict[str, Command]:
    """What a look lacks for being sure: later pages of rows, the parts of further payments."""
    commands = {}
    if look.has_more_products:
        commands = {
            f"products_{start}": product_gateway.products_command(look.item, start=start)
            for start in _PAGES_READ_LATER
        }
    if look.is_too_large:
        return commands
    is_unsure = look.offered and not look.contents.is_complete and look.offer.free is not None
    if is_unsure:
        unread = [i for i in look.ids if i not in look.parts]
        room = _MOST_READ_LATER - len(commands)
        commands |= {
            f"parts_of_{i}": product_gateway.parts_command(payment=i) for i in unread[-room:]
        }
    return commands


def with_more(look: Look, answer: BatchAnswer) -> Look:
    """The look with what `more_commands` brought; after a page that fails not all rows are known.

    A portal that knows no pages answers the same rows again.
    """
    products, has_all = look.products, look.has_all_products
    try:
        for key in (f"products_{start}" for start in _PAGES_READ_LATER):
            if key in answer.results or key in answer.errors:
                page = product_gateway.read_products(answer.value(key))
                known = {product.id for product in products}
                products += tuple(product for product in page if product.id not in known)
    except RestError:
        has_all = False
    wanted = {f"parts_of_{i}": i for i in look.ids}
    return replace(
        look,
        products=products,
        has_all_products=has_all,
        parts={**look.parts, **_parts_in(answer, wanted)},
    )


def _card_in(answer: BatchAnswer, payments: tuple[Payment, ...]) -> Card:
    """The card, or what the payments tell of it while the portal does not answer for the item."""
    try:
        return gateway.read_card(answer.value("card"))
    except Refused:
        raise
    except RestError:
        return Card("", None, payments[-1].currency if payments else "")


def _listed(index: int) -> str:
    return f"$result[payments][{index}][id]"


def _parts_in(
    answer: BatchAnswer, payment_by_key: Mapping[str, int]
) -> dict[int, tuple[Part, ...]]:
    """The parts that could be read, each under the payment that they name themselves."""
    found = {}
    for key, payment_id in payment_by_key.items():
        try:
            parts = product_gateway.read_parts(answer.value(key))
        except RestError:
            continue
        if all(part.payment_id == payment_id for part in parts):
            found[payment_id] = parts
    return found


def _right_in(answer: BatchAnswer, *, has_payments: bool) -> bool | None:
    """Whether the person has the right to the order; an older portal refuses with code 0."""
    if "right" in answer.results:
        return True
    is_refused = isinstance(answer.errors.get("right"), AccessDenied | MethodRefused)
    return False if is_refused and has_payments else None
