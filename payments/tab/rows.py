"""The rows of the list of payments: what each says and where its buttons lead.

Worked out here and not in the template, because a list has fifty of them: a sentence is looked up
and an address is built once a list, and filled in for each row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import reverse
from django.utils.translation import gettext

from payments.formats import day, money
from payments.gateway.payments import Action
from payments.types import Payment


@dataclass(frozen=True)
class PaymentRow:
    """One payment; `paid_action` is pay or unpay. A screen reader says the names of the buttons."""

    payment: Payment
    day: str
    amount: str
    paid_action_at: str
    delete_at: str
    link_at: str
    system_at: str
    paid_action_name: str
    delete_name: str
    link_name: str
    system_name: str
    question: str
    deletion: str


def payment_rows(payments: Iterable[Payment]) -> Iterator[PaymentRow]:
    """The rows in the active language."""
    pay_name = gettext("Mark as paid: payment %(number)s")
    unpay_name = gettext("Mark as unpaid: payment %(number)s")
    delete_name = gettext("Delete payment %(number)s")
    link_name = gettext("Copy link of payment %(number)s")
    system_name = gettext("Change payment system of payment %(number)s")
    question = gettext("Delete payment %(number)s for %(amount)s?")
    deletion = gettext("Delete payment %(number)s for %(amount)s")
    for payment in payments:
        amount = money(payment.amount, payment.currency)
        said = {"number": payment.number, "amount": amount}
        paid_action = Action.UNPAY if payment.is_paid else Action.PAY
        yield PaymentRow(
            payment=payment,
            day=day(payment.paid_at),
            amount=amount,
            paid_action_at=_address("act", paid_action) % payment.id,
            delete_at=_address("act", Action.DELETE) % payment.id,
            link_at=_address("link") % payment.id,
            system_at=_address("pay_system") % payment.id,
            paid_action_name=(unpay_name if payment.is_paid else pay_name) % said,
            delete_name=delete_name % said,
            link_name=link_name % said,
            system_name=system_name % said,
            question=question % said,
            deletion=deletion % said,
        )


@cache
def _address(name: str, *more: str) -> str:
    """An address with a gap for the id."""
    return reverse(f"payments:{name}", args=(0, *more)).replace("0", "%d", 1)
