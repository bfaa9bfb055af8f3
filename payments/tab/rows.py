"""The lines of the list of payments: what each says and where its buttons lead.

Worked out here and not in the template, because a list has fifty of them: a sentence is looked up
and an address is built once a list, and filled in for each line.
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
class Line:
    """One payment; `turn` is pay or unpay. Names are what a screen reader says of the buttons."""

    payment: Payment
    day: str
    amount: str
    turn_at: str
    delete_at: str
    link_at: str
    system_at: str
    turn_name: str
    delete_name: str
    link_name: str
    system_name: str
    question: str
    deletion: str


def lines_of(payments: Iterable[Payment]) -> Iterator[Line]:
    """The lines in the active language."""
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
        turn = Action.UNPAY if payment.is_paid else Action.PAY
        yield Line(
            payment=payment,
            day=day(payment.paid_at),
            amount=amount,
            turn_at=_address("act", payment.id, turn),
            delete_at=_address("act", payment.id, Action.DELETE),
            link_at=_address("link", payment.id),
            system_at=_address("pay_system", payment.id),
            turn_name=(unpay_name if payment.is_paid else pay_name) % said,
            delete_name=delete_name % said,
            link_name=link_name % said,
            system_name=system_name % said,
            question=question % said,
            deletion=deletion % said,
        )


def _address(name: str, payment_id: int, *more: str) -> str:
    before, after = _around_id(name, *more)
    return f"{before}{payment_id}{after}"


@cache
def _around_id(name: str, *more: str) -> tuple[str, str]:
    """What stands before and after the id in an address."""
    before, _, after = reverse(f"payments:{name}", args=(0, *more)).partition("0")
    return before, after
