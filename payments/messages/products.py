"""What the tab says about the products of a new payment: which got in, which did not, and why."""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

from b24app.messages.notice import Notice, Tone
from payments.billing.quantities import Fault, QuantityInvalid
from payments.commands.terms import (
    EarlierTwinFirst,
    ExceedsItem,
    NothingChosen,
    TooManyProducts,
    TooMuch,
    TwinsTogether,
)
from payments.formats import money
from payments.gateway.composition import Cause, Composition, Missing, Why
from payments.limits import MOST_PRODUCTS


def incomplete(composition: Composition, *, number: str, amount: str, currency: str) -> Notice:
    """The payment is there, and not as it was wished."""
    names = {"number": number, "amount": amount, "missing": len(composition.missing)}
    step = ""
    if not composition.is_known:
        text = gettext("Payment %(number)s is there, but we could not read what got in.")
        step = gettext("The list shows its amount as Bitrix24 says it now.")
    elif composition.differs and composition.promised is not None:
        text = gettext(
            "Payment %(number)s added: Bitrix24 billed %(amount)s instead of %(promised)s."
        )
        names["promised"] = money(composition.promised, currency)
        step = _cause(composition.cause)
    elif not composition.missing:
        text = gettext("Payment %(number)s for %(amount)s added, with another payment system.")
        step = gettext("Bitrix24 did not take the one that was chosen.")
    elif len(composition.missing) == composition.wanted:
        text = gettext("Payment %(number)s added, but no product got in.")
    else:
        text = ngettext(
            "Payment %(number)s for %(amount)s added, but %(missing)d product did not get in.",
            "Payment %(number)s for %(amount)s added, but %(missing)d products did not get in.",
            len(composition.missing),
        )
    return Notice(Tone.WARNING, text % names, step)


def why_missing(missing: Missing) -> str:
    """One product's reason, in a sentence."""
    texts = {
        Why.SAME_PRODUCT: gettext(
            "%(name)s: Bitrix24 cannot keep it apart from another product in this payment."
        ),
        Why.WORDLESS: gettext(
            "%(name)s: Bitrix24 refused it without a reason. Perhaps there is not enough stock."
        ),
        Why.FIXED: gettext("%(name)s: the contents of this payment may not be changed."),
        Why.TWIN: gettext("%(name)s: Bitrix24 cannot bill it beside %(others)s."),
        Why.NOT_SAVED: gettext(
            "%(name)s: after the products were saved, Bitrix24 still does not keep it apart."
        ),
        Why.BILLED: gettext("%(name)s: nothing is left to bill; somebody has billed it meanwhile."),
        Why.LESS_LEFT: gettext("%(name)s: only %(left)d of %(quantity)d left to bill."),
        Why.OPEN: gettext("%(name)s: did not get in."),
    }
    return texts[missing.why] % {
        "name": missing.name or gettext("Product"),
        "left": missing.left,
        "quantity": missing.portion.quantity,
        "others": ", ".join(missing.twins),
    }


def refused_wish(refusal: ValueError) -> Notice:
    """Why what was asked for in the form was not even sent."""
    step = gettext("Correct it; nothing was sent.")
    if isinstance(refusal, NothingChosen):
        text = gettext("No product is chosen.")
        step = gettext("Enter a quantity for at least one product; nothing was sent.")
    elif isinstance(refusal, TooMuch):
        text = quantity_faults()["left"] % {"most": refusal.most}
    elif isinstance(refusal, TooManyProducts):
        text = gettext("A payment takes at most %(most)d products here.") % {"most": MOST_PRODUCTS}
    elif isinstance(refusal, TwinsTogether):
        text = gettext("Bitrix24 cannot keep two of these products apart in a payment.")
        step = gettext("Leave one of them out; nothing was sent.")
    elif isinstance(refusal, EarlierTwinFirst):
        text = gettext("Of equal products, the last one has to be billed first.")
    elif isinstance(refusal, ExceedsItem):
        text = gettext("The total is more than is left to bill.")
    elif isinstance(refusal, QuantityInvalid):
        text = quantity_faults()[refusal.fault]
    else:
        text = gettext("The form does not fit the products any more.")
    return Notice(Tone.PROBLEM, text, step)


def quantity_faults() -> dict[str, str]:
    """What is wrong with a typed quantity; the page says the same at the field."""
    return {
        "left": gettext("More is asked for than the %(most)d that are left."),
        Fault.NO_NUMBER: gettext("A quantity is not a whole number."),
        Fault.FRACTION: gettext("Only whole numbers can be billed here."),
        Fault.AMBIGUOUS: gettext("Write a thousand as 1000, without a dot or a comma."),
        Fault.TOO_MUCH: gettext("A quantity is too large."),
    }


def _cause(cause: Cause) -> str:
    if cause is Cause.TAX:
        return gettext("The order behind it is kept without tax, so the tax was left out.")
    if cause is Cause.ROWS_CHANGED:
        return gettext("The products were changed after this page was opened.")
    return gettext("Look at the payment in Bitrix24 before you send it to the client.")
