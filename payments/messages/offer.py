"""What the form says of its offer: why a product is not in it, and what does not add up."""

from __future__ import annotations

from django.utils.translation import gettext

from b24app.rest.errors import MethodRefused
from payments.billing.offer import Doubt, OfferedProduct
from payments.billing.twins import Reason
from payments.formats import quantity
from payments.gateway.card import Look
from payments.types import Product

_MOST_LISTED = 20
_TIMES = " \N{MULTIPLICATION SIGN} "


def product_note(product: OfferedProduct) -> str:
    """The sentence about one product, or nothing where nothing has to be said."""
    if product.reason is None:
        if product.is_fractional:
            return gettext("Only whole numbers can be billed here; the fraction stays left.")
        return ""
    texts = {
        Reason.FRACTION: gettext("Less than one is left, and fractions cannot be billed here."),
        Reason.NEGATIVE: gettext("Apps cannot bill negative prices."),
        Reason.UNREADABLE: gettext("Its price or its quantity could not be read."),
        Reason.NOT_FREE: gettext("It costs more than is left to bill."),
        Reason.CHANGED: gettext("Bitrix24 does not offer it: products were changed after billing."),
        Reason.TWIN: gettext(
            "Either this or %(others)s: Bitrix24 cannot keep them apart in payments."
        ),
        Reason.TWIN_APART: gettext(
            "For Bitrix24 it is the same as %(others)s, so bill the last of them first."
        ),
        Reason.TWIN_BILLED: gettext(
            "Bitrix24 cannot keep it apart from %(others)s, and one of them is billed already."
            " Save the products once in Bitrix24, then bill it there with “Receive payment”."
        ),
        Reason.TWIN_UNSURE: gettext(
            "Bitrix24 does not say whether this or %(others)s is billed already. Look into the"
            " payments in Bitrix24."
        ),
    }
    return texts[product.reason] % {"others": ", ".join(product.twins)}


def doubt_note(doubt: Doubt, look: Look) -> str:
    """What does not add up, or has to be known before the click."""
    texts = {
        Doubt.ROWS_CHANGED: gettext(
            "The products were changed after billing. Only what is certainly left is offered."
        ),
        Doubt.TWINS_MERGED: gettext(
            "Bitrix24 has mixed up products in the payments. Only what is certainly left is"
            " offered."
        ),
        Doubt.CONTENTS_UNREAD: gettext(
            "Not all payments could be read, so no more is offered than the amount allows."
        ),
        Doubt.OTHER_CURRENCY: gettext(
            "The new payment will be in %(currency)s, the currency of the order behind it. The"
            " numbers are not converted."
        ),
        Doubt.EXCEEDS_ITEM: gettext(
            "With all of this, more would be billed than the products are worth now."
        ),
        Doubt.SUMS_DIFFER: gettext(
            "Payments and their products no longer match: products were changed after billing, or a"
            " delivery is included. The amounts are those of Bitrix24."
        ),
    }
    return texts[doubt] % {"currency": look.offer.currency}


def rows_unknown(look: Look) -> str:
    """Why no products are offered, where the portal could not list them, or too much of them."""
    if look.rows_error is None:
        return gettext(
            "There are too many products or payments to tell what is left to bill; "
            "you can add an empty payment."
        )
    if isinstance(look.rows_error, MethodRefused):
        return gettext(
            "Products cannot be chosen here: this deal may have several orders. "
            "You can add an empty payment, or add one in Bitrix24 itself."
        )
    return gettext("The products could not be loaded; you can add an empty payment.")


def contents_of(look: Look) -> list[tuple[str, str]]:
    """The newest payments by number, each with the names and quantities of what is in it."""
    found = []
    for payment in reversed(look.payments[-_MOST_LISTED:]):
        parts = look.contents.of_payment(payment.id)
        named = [(look.product(part.row_id), part.quantity) for part in parts]
        said = [f"{_name(product)}{_TIMES}{quantity(number)}" for product, number in named]
        if said:
            found.append((payment.number, ", ".join(said)))
    return found


def _name(product: Product | None) -> str:
    if product is None:
        return gettext("a product that is not known here")
    return product.name or gettext("Product")
