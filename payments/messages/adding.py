"""What the tab says about the payments of a deal: what came of the click, and what to do next.

Knows outcomes and errors, not how they came about. What is not special to payments is said by
`b24app/messages/rest_errors.py`.
"""

from __future__ import annotations

from datetime import timedelta
from math import ceil

from django.utils import timezone
from django.utils.translation import gettext, ngettext

from b24app.messages.notice import Notice, Tone, notice_of, support_details
from b24app.messages.rest_errors import WORDINGS
from b24app.rest.errors import ItemNotFound, RestError
from payments.commands.others import RECENT, Other
from payments.formats import money
from payments.messages import errors as wordings
from payments.types import Payment


def explain_add(
    error: RestError, *, is_admin: bool, is_invoice: bool, is_item_gone: bool = False
) -> Notice:
    """Why no payment was added, or that we do not know yet.

    `is_item_gone` says that a second look found no deal: Bitrix24 refuses a deleted deal like one
    without rights (b24restdocs: api-reference/crm/universal/payment/crm-item-payment-add.md).
    """
    if is_item_gone:
        error = ItemNotFound(error.code, error.text, error.status)
    own = wordings.ADD_TO_INVOICE if is_invoice else wordings.ADD_TO_DEAL
    return notice_of(error, own, WORDINGS, is_admin=is_admin)


def explain_look(error: RestError, *, is_admin: bool, is_invoice: bool) -> Notice:
    """Why the payments of the card could not be shown."""
    own = wordings.LOOK_AT_INVOICE if is_invoice else wordings.LOOK_AT_DEAL
    return notice_of(error, own, WORDINGS, is_admin=is_admin)


def added(*, number: str, amount: str, is_empty: bool, was_lost: bool = False) -> Notice:
    """The payment is there; `amount` is formatted, or empty when it is not known.

    `was_lost`: Bitrix24's answer did not come, and the payment was found by looking.
    """
    if was_lost and is_empty:
        text = gettext(
            "We have checked: payment %(number)s was added. It has no products in it yet."
        )
    elif was_lost and amount:
        text = gettext("We have checked: payment %(number)s for %(amount)s was added.")
    elif was_lost:
        text = gettext("We have checked: payment %(number)s was added.")
    elif is_empty:
        text = gettext("Payment %(number)s added. It has no products in it yet.")
    elif amount:
        text = gettext("Payment %(number)s for %(amount)s added.")
    else:
        text = gettext("Payment %(number)s added.")
    return Notice(Tone.SUCCESS, text % {"number": number, "amount": amount})


def in_progress() -> Notice:
    """The same click is still being worked on."""
    text = gettext("Your payment is just being added…")
    step = gettext("Please wait a moment; clicking again adds nothing twice.")
    return Notice(Tone.INFO, text, step)


def waiting(*, seconds: float) -> Notice:
    """The click is in the queue; told in steps of five seconds, for those who hear it read out."""
    count = max(5, 5 * ceil(seconds / 5))
    text = ngettext(
        "Many payments are being added at the moment. It is your turn in about %(count)d second.",
        "Many payments are being added at the moment. It is your turn in about %(count)d seconds.",
        count,
    )
    return Notice(Tone.INFO, text % {"count": count}, gettext("Please leave this page open."))


def checking(*, is_slow: bool) -> Notice:
    """The outcome is open and is being looked up."""
    return (wordings.STILL_CHECKING if is_slow else wordings.CHECKING).notice()


def not_added(*, quote: str = "", code: str = "") -> Notice:
    """The look-up found nothing, and nothing can come any more."""
    details = support_details(code=code) if code else ""
    return wordings.NOT_ADDED.notice(details=details, words=quote)


def unknown() -> Notice:
    """The portal refused to be asked for so long that nobody asks any more."""
    return wordings.UNKNOWN.notice()


def ambiguous(*, count: int) -> Notice:
    """The look-up found `count` candidates, at least two."""
    text = ngettext(
        "%(count)d new payment has appeared, and we cannot tell whether it is yours.",
        "%(count)d new payments have appeared, and we cannot tell which one is yours.",
        count,
    )
    step = gettext("Choose your payment, or say that none of them is yours.")
    return Notice(Tone.WARNING, text % {"count": count}, step)


def nothing_found() -> Notice:
    """Nothing has come of a click on a portal whose limits nobody knows."""
    text = gettext(
        "No new payment has appeared here, but your Bitrix24 may still be working on it."
    )
    step = gettext("Look into Bitrix24; if there is none, say so, and you can add it again.")
    return Notice(Tone.WARNING, text, step)


def someone_was_faster(other: Other, payment: Payment | None) -> Notice:
    """A payment that the person has not seen; `payment` is what the portal shows of it."""
    ago = timezone.now() - other.at if other.at else None
    minutes = ago // timedelta(minutes=1) if ago else 0
    if other.payment_id is None:
        text = gettext("%(name)s is just adding a payment here, so yours was not added.")
    elif payment is None or ago is None or ago > RECENT:
        text = gettext(
            "Payment %(number)s has appeared here since you looked, so nothing was added."
        )
    elif minutes < 1:
        text = gettext(
            "%(name)s added payment %(number)s for %(amount)s a moment ago, so yours was not added."
        )
    else:
        text = ngettext(
            "%(name)s added payment %(number)s for %(amount)s %(count)d minute ago,"
            " so yours was not added.",
            "%(name)s added payment %(number)s for %(amount)s %(count)d minutes ago,"
            " so yours was not added.",
            minutes,
        )
    said = {
        "name": other.name or gettext("A colleague"),
        "number": payment.number if payment else other.number,
        "amount": money(payment.amount, payment.currency) if payment else "",
        "count": minutes,
    }
    step = gettext("If you need another payment, add it now.")
    return Notice(Tone.WARNING, text % said, step, can_retry=True)


def nothing_sent() -> Notice:
    """The click could not be recorded, so the portal was not asked."""
    text = gettext("The app could not note down your request, so nothing was sent to Bitrix24.")
    return Notice(Tone.PROBLEM, text, gettext("Try again in a minute."), can_retry=True)


def key_conflict() -> Notice:
    """The form's key belongs to another deal, person or request."""
    text = gettext("This form has already been used for something else, so nothing was added.")
    return Notice(Tone.PROBLEM, text, gettext("Reload the page and fill in the form again."))
