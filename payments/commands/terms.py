"""The terms of a form: what it offered and at which price, signed, to be held against the wish.

Between the look and the click nothing is read again, so the page brings back what it was offered.
The portal has the last word on all of it; the terms keep the promise that the person saw.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from b24app.frame.session import FrameSession
from b24app.signatures import read_signed, sign
from payments.billing.offer import OfferedProduct, in_order_of_adding
from payments.billing.prices import HALF_A_CENT
from payments.billing.twins import Reason
from payments.commands.watermark import binding_of
from payments.gateway.card import Look
from payments.types import Portion, Wish, total

_SALT = "payments.terms"


class TermsInvalid(ValueError):
    """Not the terms of a form of ours, or of another item or person."""


class WishRefused(ValueError):
    """What is asked for was not offered; each kind has its sentence."""


class NothingChosen(WishRefused):
    """Products were offered, and the quantity of every one is zero."""


class TooManyProducts(WishRefused):
    """More products are chosen than a payment takes here."""


class UnknownProduct(WishRefused):
    """A product that the form did not have."""


class TooMuch(WishRefused):
    """More of a product than is left of it: `most`."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


class TwinsTogether(WishRefused):
    """Several products that Bitrix24 cannot keep apart in payments."""


class EarlierTwinFirst(WishRefused):
    """Of products with one key, an earlier one without all of the later ones."""


class ExceedsItem(WishRefused):
    """The total is more than the item is worth beside what is billed."""


@dataclass(frozen=True)
class Term:
    """One product of a form: its limit, the price of a piece, its group of twins (0: none).

    `whole` is all that is left of it, which may be more than the money that is left allows.
    """

    row_id: int
    limit: int
    unit: Decimal
    whole: int
    group: int = 0
    is_apart: bool = False
    is_saveable: bool = False


@dataclass(frozen=True)
class Terms:
    """What a form offered, in the order in which the products would go in.

    `ledger` says of which row the parts are that the app put in before.
    """

    products: tuple[Term, ...] = ()
    currency: str = ""
    free: Decimal | None = None
    ledger: Mapping[int, int] = field(default_factory=dict)

    def wish(
        self, quantities: Mapping[int, int], *, pay_system_id: int | None, saves_rows: bool
    ) -> Wish:
        """The wish for these quantities above zero; raises WishRefused."""
        terms = {term.row_id: term for term in self.products}
        for row_id, quantity in quantities.items():
            if row_id not in terms:
                raise UnknownProduct
            if quantity > terms[row_id].limit:
                raise TooMuch(terms[row_id].limit)
        chosen = [term for term in self.products if quantities.get(term.row_id)]
        counts = Counter(term.group for term in chosen if term.group)
        together = {term.row_id for term in chosen if counts[term.group] > 1}
        saves_rows = saves_rows and any(terms[row_id].is_saveable for row_id in together)
        for group, count in counts.items():
            members = [term for term in self.products if term.group == group]
            if count > 1 or members[0].is_apart:
                _check_twins(members, quantities, saves_rows=saves_rows)
        asked = total(quantities[term.row_id] * term.unit for term in chosen)
        if self.free is not None and asked > self.free + HALF_A_CENT:
            raise ExceedsItem
        return Wish(
            tuple(
                Portion(t.row_id, quantities[t.row_id], t.unit, t.row_id in together)
                for t in sorted(chosen, key=lambda t: t.row_id in together)
            ),
            pay_system_id,
            self.currency if chosen else "",
            saves_rows,
        )


def terms_of(look: Look) -> Terms:
    """The terms of the form that shows this look."""
    offer = look.offer
    return Terms(
        tuple(
            _term(each)
            for each in in_order_of_adding(offer.lines, is_tax_mixed=offer.is_tax_mixed)
            if each.limit > 0 or (each.group and each.reason is Reason.NOT_FREE)
        ),
        offer.currency,
        offer.free,
        {part.id: part.row_id for part in look.contents.parts if part.row_id is not None},
    )


def sign_terms(terms: Terms, session: FrameSession) -> str:
    products = [
        [t.row_id, t.limit, str(t.unit), t.whole, t.group, int(t.is_apart), int(t.is_saveable)]
        for t in terms.products
    ]
    free = None if terms.free is None else str(terms.free)
    ledger = list(terms.ledger.items())
    facts = [products, terms.currency, free, ledger, binding_of(session)]
    return sign(facts, salt=_SALT)


def read_terms(text: str, session: FrameSession) -> Terms:
    """The terms in `text`, none in an empty one; raises TermsInvalid."""
    if not text:
        return Terms()
    try:
        products, currency, free, ledger, binding = read_signed(text, salt=_SALT)
    except ValueError as error:
        raise TermsInvalid from error
    if binding != binding_of(session):
        raise TermsInvalid
    return Terms(
        tuple(
            Term(row_id, limit, Decimal(unit), whole, group, bool(is_apart), bool(is_saveable))
            for row_id, limit, unit, whole, group, is_apart, is_saveable in products
        ),
        currency,
        None if free is None else Decimal(free),
        dict(ledger),
    )


def _check_twins(members: list[Term], quantities: Mapping[int, int], *, saves_rows: bool) -> None:
    """Members come from the last row to the first: each but the last taken must be whole."""
    if not all(term.is_apart or (saves_rows and term.is_saveable) for term in members):
        raise TwinsTogether
    is_open = False
    for term in members:
        quantity = quantities.get(term.row_id, 0)
        if quantity and is_open:
            raise EarlierTwinFirst
        is_open = is_open or quantity < term.whole


def _term(p: OfferedProduct) -> Term:
    return Term(p.product.id, p.limit, p.unit, int(p.left), p.group, p.is_apart, p.is_saveable)
