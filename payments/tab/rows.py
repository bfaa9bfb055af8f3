"""The rows of the list of payments: what each says and where its buttons lead.

Worked out here and not in the template, because a list has fifty of them: a sentence is looked up
and an address is built once a list, and filled in for each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext

from b24app.frame.session import FrameSession
from payments.formats import day, money
from payments.gateway.payments import Action
from payments.tab.addresses import addresses, sealer
from payments.types import Payment


@dataclass(frozen=True)
class PaymentRow:
    """One payment, with the address and the words of each button; a screen reader says the words.

    `paid_action` is pay or unpay.
    """

    payment: Payment
    day: str
    amount: str
    paid_action: Action
    at: Mapping[str, str]
    words: Mapping[str, str]


def payment_rows(payments: Iterable[Payment], session: FrameSession) -> Iterator[PaymentRow]:
    """The rows in the active language, on the card of the session."""
    texts: dict[str, str] = {
        Action.PAY: gettext("Mark as paid: payment %(number)s"),
        Action.UNPAY: gettext("Mark as unpaid: payment %(number)s"),
        Action.DELETE: gettext("Delete payment %(number)s"),
        "link": gettext("Copy link of payment %(number)s"),
        "send": gettext("Send link of payment %(number)s"),
        "pay_system": gettext("Change payment system of payment %(number)s"),
        "question": gettext("Delete payment %(number)s for %(amount)s?"),
        "deletion": gettext("Delete payment %(number)s for %(amount)s"),
    }
    seal = sealer(session)
    for payment in payments:
        amount = money(payment.amount, payment.currency)
        said = {"number": payment.number, "amount": amount}
        paid_action = Action.UNPAY if payment.is_paid else Action.PAY
        gaps = (payment.id, seal(payment.id))
        at = {name: address % gaps for name, address in addresses().items()}
        words = {name: text % said for name, text in texts.items()}
        yield PaymentRow(payment, day(payment.paid_at), amount, paid_action, at, words)
