"""What Deal Payments brings: the permissions and methods it needs, its places, errors and parts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from b24app.messages.notice import Wording
from b24app.spec import AppSpec, Method, Scope, Words
from payments.errors import ItemTypeUnsupported, OrderCancelled, PaymentPaid
from payments.placements import PLACEMENTS

_CONFIRM = _("Update or reinstall the app in the Market and confirm its permissions.")

SPEC = AppSpec(
    name="Deal Payments",
    about=_("An app for Bitrix24: it adds payments to deals and invoices with one click."),
    opening=_("Open a deal and choose its Payments tab."),
    ready=_("Everything is ready: deals and invoices get a Payments tab."),
    scopes=(
        Scope(
            "crm",
            "show a deal or an invoice with its payments, add payments, put products into them,"
            " change and delete them, list what deals owe, and, where an administrator switches it"
            " on, keep what is paid and left to pay in fields of the deal",
            Words(
                _("Permission: CRM"),
                _("The app may not use the CRM, so it cannot see deals or their payments."),
                _CONFIRM,
            ),
            is_required=True,
        ),
        Scope(
            "placement",
            "the Payments tab in deals and invoices, the two quick ways to it, who owes what above"
            " the list of deals, in CRM analytics, in contacts and companies",
            Words(
                _("Permission: tabs in cards"),
                _("The app may not show itself in the cards of the CRM."),
                _CONFIRM,
            ),
            is_required=True,
        ),
        Scope(
            "pay_system",
            "the names of the payment systems, so that one can be chosen",
            Words(
                _("Permission: payment systems"),
                _("The app cannot read the list of your payment systems."),
                _CONFIRM,
            ),
        ),
        Scope(
            "salescenter",
            "the client's payment link",
            Words(
                _("Permission: payment links"),
                _("The app cannot get links with which customers pay."),
                _CONFIRM,
            ),
        ),
    ),
    methods=(
        Method(
            "crm.item.payment.add",
            Words(
                _("Payments from apps"),
                _(
                    "Your Bitrix24 is too old for payments from apps,"
                    " or payments are not switched on."
                ),
                _(
                    "Update Bitrix24, check that the online store is installed,"
                    " then install the app again."
                ),
            ),
        ),
    ),
    placements=PLACEMENTS,
    codes={
        "ENTITY_TYPE_NOT_SUPPORTED": ItemTypeUnsupported,
        "SALE_PAYMENT_DELETE_EXIST_PAID": PaymentPaid,
        "SALE_ORDER_PAID_ORDER_CANCELED": OrderCancelled,
    },
    wordings={
        ItemTypeUnsupported: Wording(
            _("Only deals and invoices have payments."),
            _("Open a deal or an invoice."),
        ),
        PaymentPaid: Wording(
            _("A paid payment cannot be deleted."),
            _("Mark it as unpaid first."),
        ),
        OrderCancelled: Wording(
            _("The order behind these payments is cancelled."),
            _("Look at the order in Bitrix24."),
        ),
    },
    home="payments:portal",
    legal="payments/legal",
    legal_languages=("en", "de"),
    told_apart=(
        "crm.item.update",
        "crm.deal.update",
        "crm.deal.userfield.add",
        "crm.deal.userfield.update",
    ),
    readings=("payments.operations.gauges.readings",),
    console_parts=("payments.operations.console.PART",),
    purges=("payments.operations.purging.PURGE",),
    doctor_checks=("payments.operations.doctor.attempts.check_attempts",),
    doctor_probes=("payments.operations.doctor.probes.PROBES",),
    person_erasers=("payments.operations.purging.forget_person",),
    restorers=("payments.operations.restoring.doubt_clicks",),
)
