"""What the tab says about the rows of a new payment: which got in, which did not, and why."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from b24app.notices import Notice, Tone
from b24app.rest.errors import AccessDenied, MethodRefused, RestError
from payments.composition import Composition, Missing


def incomplete(composition: Composition, *, number: str, amount: str) -> Notice:
    """The payment is there, and not as it was wished."""
    names = {"number": number, "amount": amount, "missing": len(composition.missing)}
    if not composition.is_known:
        return Notice(
            Tone.WARNING,
            gettext("Payment %(number)s is there, but we could not read what got in.") % names,
            gettext("The list shows its amount as Bitrix24 says it now."),
        )
    if not composition.missing:
        return Notice(
            Tone.WARNING,
            gettext("Payment %(number)s for %(amount)s added, with another payment system.")
            % names,
            gettext("Only people who may edit orders can choose the payment system."),
        )
    if len(composition.missing) == composition.wanted:
        text = gettext("Payment %(number)s added, but no product got in.")
    else:
        text = ngettext(
            "Payment %(number)s for %(amount)s added, but %(missing)d product did not get in.",
            "Payment %(number)s for %(amount)s added, but %(missing)d products did not get in.",
            len(composition.missing),
        )
    return Notice(Tone.WARNING, text % names)


def why_missing(missing: Missing) -> str:
    """One row's reason, in a sentence."""
    names = {
        "name": missing.name or gettext("Product"),
        "left": missing.left,
        "quantity": missing.portion.quantity,
    }
    if isinstance(missing.error, AccessDenied):
        text = gettext("%(name)s: the contents of this payment may not be changed.")
    elif not missing.left:
        text = gettext("%(name)s: nothing is left to bill; somebody has billed it meanwhile.")
    elif missing.left < missing.portion.quantity:
        text = gettext("%(name)s: only %(left)d of %(quantity)d left to bill.")
    else:
        text = gettext("%(name)s: did not get in.")
    return text % names


def rows_unknown(error: RestError | None) -> str:
    """Why no rows are offered, where the portal could not list them."""
    if isinstance(error, MethodRefused):
        return gettext(
            "Products cannot be chosen here: this deal may have several orders. "
            "You can add an empty payment, or add one in Bitrix24 itself."
        )
    return gettext("The products could not be loaded; you can add an empty payment.")


def quantity_invalid() -> Notice:
    return Notice(
        Tone.PROBLEM,
        gettext("A quantity is not a whole number."),
        gettext("Correct it; nothing was sent."),
    )


def nothing_chosen() -> Notice:
    return Notice(
        Tone.PROBLEM,
        gettext("No product is chosen."),
        gettext("Enter a quantity for at least one product; nothing was sent."),
    )
