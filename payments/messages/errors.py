"""The sentences for errors around payments: tables from error class to words.

A table holds what its command says otherwise than `b24app/messages/rest_errors.py`. A deal and an
invoice each have full sentences, because other languages decline them differently.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from b24app.messages.notice import Table, Tone, Wording
from b24app.rest import errors
from payments.errors import ItemTypeUnsupported, OrderCancelled

_CHECK_GOES_ON = _("You may leave this page; nothing will be added twice.")
CHECKING = Wording(
    _("We do not know yet whether the payment was saved. Checking…"),
    _CHECK_GOES_ON,
    tone=Tone.WARNING,
)
STILL_CHECKING = Wording(
    _("We still do not know whether the payment was saved. This takes longer than usual."),
    _CHECK_GOES_ON,
    tone=Tone.WARNING,
)
SESSION_ENDED_ON_ADD = Wording(
    _("Your session has ended, so no payment was added."),
    _("Reload the page in your browser."),
    tone=Tone.WARNING,
)
NOT_ADDED = Wording(
    _("The payment was not added."),
    _("You can try again."),
    tone=Tone.WARNING,
    can_retry=True,
    is_quoting=True,
)
UNKNOWN = Wording(
    _("We could not find out whether the payment of your last click was saved."),
    _("Look at the payments in Bitrix24 before you add it again."),
    tone=Tone.WARNING,
    can_retry=True,
)
_CLOSE_DEAL = _("Close the deal and reload the list.")
_CLOSE_INVOICE = _("Close the invoice and reload the list.")

_ADD_TO_ANY: Table = {
    errors.Unknown: CHECKING,
    errors.TokenExpired: SESSION_ENDED_ON_ADD,
    errors.TokenInvalid: SESSION_ENDED_ON_ADD,
    errors.GrantDead: SESSION_ENDED_ON_ADD,
    errors.ResultUnusable: Wording(
        _("Bitrix24 did not create the payment. Probably no payment method is set up."),
        admin_step=_("Open the payment systems of the CRM and switch on at least one."),
        can_retry=True,
    ),
    errors.GuestRefused: Wording(
        _("Guests of this Bitrix24 cannot add payments."),
        _("Ask a colleague who works in this Bitrix24."),
    ),
    ItemTypeUnsupported: Wording(
        _("Payments can be added to deals and invoices only."),
        _("Open a deal or an invoice."),
    ),
    errors.LicenceMissing: Wording(
        _("The plan of your Bitrix24 does not allow more payments."),
        admin_step=_("Check what the plan of your Bitrix24 includes."),
        is_quoting=True,
    ),
    errors.MethodMissing: Wording(
        _("Your Bitrix24 is too old for payments from apps, or payments are not switched on."),
        admin_step=_("Update Bitrix24 and check that the online store is installed."),
    ),
    errors.ScopeMissing: Wording(
        _("The app has not been given the permission to use the CRM."),
        admin_step=_("Update or reinstall the app in the Market and confirm its permissions."),
    ),
    errors.OurFault: Wording(
        _("The payment was not added: something is wrong in this app."),
        _("Send the details to the support of this app."),
    ),
}
ADD_TO_DEAL: Table = {
    **_ADD_TO_ANY,
    errors.AccessDenied: Wording(
        _(
            "You cannot add payments to this deal: you may not be allowed to edit it at its"
            " present stage, or it was deleted."
        ),
        _("Ask the person who is responsible for the deal."),
        _("Check in the CRM permissions which deals this role may edit, and at which stages."),
    ),
    errors.ItemNotFound: Wording(
        _("This deal no longer exists, so no payment was added."), _CLOSE_DEAL
    ),
    OrderCancelled: Wording(
        _("The order behind this deal is cancelled, so it takes no new payments."),
        _("Look at the order in Bitrix24, or use another deal."),
    ),
    errors.MethodRefused: Wording(
        _("Bitrix24 refused to add a payment to this deal."),
        _("Check the deal; you can try once more."),
        _("Check the rights to the deal and the payments that your plan includes."),
        can_retry=True,
        is_quoting=True,
        wordless=_(
            "Bitrix24 refused to add a payment to this deal without giving a reason; you may not"
            " be allowed to edit it."
        ),
    ),
}
ADD_TO_INVOICE: Table = {
    **_ADD_TO_ANY,
    errors.AccessDenied: Wording(
        _(
            "You cannot add payments to this invoice: you may not be allowed to edit it at its"
            " present stage, or it was deleted."
        ),
        _("Ask the person who is responsible for the invoice."),
        _("Check in the CRM permissions which invoices this role may edit, and at which stages."),
    ),
    errors.ItemNotFound: Wording(
        _("This invoice no longer exists, so no payment was added."), _CLOSE_INVOICE
    ),
    OrderCancelled: Wording(
        _("The order behind this invoice is cancelled, so it takes no new payments."),
        _("Look at the order in Bitrix24, or use another invoice."),
    ),
    errors.MethodRefused: Wording(
        _("Bitrix24 refused to add a payment to this invoice."),
        _("Check the invoice; you can try once more."),
        _("Check the rights to the invoice and the payments that your plan includes."),
        can_retry=True,
        is_quoting=True,
        wordless=_(
            "Bitrix24 refused to add a payment to this invoice without giving a reason; you may"
            " not be allowed to edit it."
        ),
    ),
}

LOOK_AT_DEAL: Table = {
    errors.AccessDenied: Wording(
        _("You do not have access to this deal."),
        _("Ask the person who is responsible for the deal."),
        _("Check in the CRM permissions which deals this role may see."),
    ),
    errors.ItemNotFound: Wording(_("This deal no longer exists."), _CLOSE_DEAL),
}
LOOK_AT_INVOICE: Table = {
    errors.AccessDenied: Wording(
        _("You do not have access to this invoice."),
        _("Ask the person who is responsible for the invoice."),
        _("Check in the CRM permissions which invoices this role may see."),
    ),
    errors.ItemNotFound: Wording(_("This invoice no longer exists."), _CLOSE_INVOICE),
}
