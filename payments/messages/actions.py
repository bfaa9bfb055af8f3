"""What the tab says after something was done to a payment, or why it was not."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from b24app.messages.notice import Notice, Table, Tone, Wording, notice_of
from b24app.messages.rest_errors import WORDINGS
from b24app.rest import errors
from b24app.rest.errors import RestError
from payments.commands.change import Done
from payments.errors import OrderCancelled, PaymentPaid
from payments.formats import money
from payments.gateway.payments import Action

# No right is named: in today's Bitrix24 nobody can grant it (crm: PermissionEntityBuilder).
_NOT_ALLOWED = Wording(_("In this Bitrix24 only administrators can do this."))
_NOT_KNOWN = Wording(
    _("We do not know whether this was saved. The list shows what Bitrix24 says now."),
    _("Look at the payment, and repeat if needed: nothing happens twice."),
    tone=Tone.WARNING,
    can_retry=True,
)
_PAYMENT_GONE = Wording(_("This payment no longer exists; somebody has removed it."))
_ACTS: Table = {
    errors.AccessDenied: _NOT_ALLOWED,
    errors.Unknown: _NOT_KNOWN,
    errors.ItemNotFound: _PAYMENT_GONE,
    PaymentPaid: Wording(_("A paid payment cannot be deleted."), _("Mark it as unpaid first.")),
    OrderCancelled: Wording(
        _("The order behind this payment is cancelled."), _("Open the order in Bitrix24.")
    ),
    errors.MethodRefused: Wording(
        _("Bitrix24 refused this:"),
        is_quoting=True,
        wordless=_("Bitrix24 refused this without giving a reason."),
    ),
}
_LINKS: Table = {
    errors.ScopeMissing: Wording(
        _("The app may not make payment links in this Bitrix24."),
        admin_step=_("Install the app again and allow the sales center."),
    ),
    errors.ItemNotFound: _PAYMENT_GONE,
    errors.MethodRefused: Wording(
        _("No payment page is ready in this Bitrix24 yet."),
        _("The payment itself stays as it is."),
        _(
            "Open the sales center in the CRM, publish the payment page there, and confirm the"
            " phone number or e-mail address if Bitrix24 asks for it; then copy the link again."
        ),
        can_retry=True,
        is_quoting=True,
        wordless=_("No payment page is ready in this Bitrix24 yet."),
    ),
}
# The portal answers with another form until its phone or e-mail is confirmed.
_NOT_VERIFIED = Wording(
    _(
        "Payment links do not work yet: nobody has confirmed the phone number or e-mail address of"
        " this Bitrix24."
    ),
    _("The payment itself stays as it is."),
    _(
        "Open the sales center in the CRM and confirm the phone number or e-mail address that it"
        " asks for; then copy the link again."
    ),
    can_retry=True,
)


def done(action: Action, done: Done, *, is_admin: bool) -> Notice:
    """What was done, by the payment's own number and amount."""
    if done.error is not None:
        is_gone = done.look is not None and done.payment is None
        if is_gone and isinstance(done.error, errors.MethodRefused):
            return _PAYMENT_GONE.notice(is_admin=is_admin)
        return notice_of(done.error, _ACTS, WORDINGS, is_admin=is_admin)
    if action is Action.DELETE:
        return Notice(Tone.SUCCESS, gettext("The payment was deleted."))
    if done.payment is None:
        return Notice(Tone.SUCCESS, gettext("Saved."))
    if action is Action.PAY:
        text = gettext("Payment %(number)s for %(amount)s is marked as paid.")
    else:
        text = gettext("Payment %(number)s for %(amount)s is marked as unpaid.")
    amount = money(done.payment.amount, done.payment.currency)
    return Notice(Tone.SUCCESS, text % {"number": done.payment.number, "amount": amount})


def pay_system_set(done: Done, *, is_admin: bool) -> Notice:
    if done.error is not None:
        return notice_of(done.error, _ACTS, WORDINGS, is_admin=is_admin)
    name = done.payment.pay_system if done.payment else ""
    text = gettext("The payment will be paid by: %(system)s")
    return Notice(Tone.SUCCESS, text % {"system": name})


def no_such_system() -> Notice:
    return Notice(Tone.PROBLEM, gettext("Please choose a payment system."))


def no_link(error: RestError, *, is_admin: bool) -> Notice:
    """Why there is no link; the payment itself stays as it is."""
    return notice_of(error, _LINKS, WORDINGS, is_admin=is_admin)


def not_verified(*, is_admin: bool) -> Notice:
    return _NOT_VERIFIED.notice(is_admin=is_admin)
