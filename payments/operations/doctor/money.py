"""What a portal makes of prices: tax on top, the sum of an edited deal, the chosen way to pay."""

from __future__ import annotations

from decimal import Decimal

from b24app.operations.doctor.observation import Mark, Observation
from payments.billing.prices import HALF_A_CENT
from payments.operations.doctor.evidence import Evidence
from payments.types import Payment, Product

_NOTHING = Decimal(0)


def tax_on_top(evidence: Evidence) -> Observation:
    """Whether payments of the app hold the tax of rows whose price comes without it."""
    subject = "tax on top"
    for payment in evidence.look.payments:
        contents = _contents(evidence, payment) if payment.id in evidence.attempts else []
        if not contents or not all(product.has_tax_on_top for product, _ in contents):
            continue
        net = sum((product.net_price * quantity for product, quantity in contents), _NOTHING)
        gross = sum((product.price * quantity for product, quantity in contents), _NOTHING)
        seen = (
            f"Payment {payment.number} is {payment.amount:f}; "
            f"{net:f} without tax, {gross:f} with it."
        )
        if _is_same(payment.amount, net):
            meaning = "As expected the tax is left out; the form promises the price without it."
            return Observation(subject, seen, meaning)
        if _is_same(payment.amount, gross):
            meaning = "The tax is in it, unlike the promise; the tab tells both after each add."
            return Observation(subject, seen, meaning, Mark.OTHER)
    seen = "No payment of the app is made of such rows alone, at the prices of now."
    meaning = "Bill a row whose tax is not in its price, then run this again."
    return Observation(subject, seen, meaning, Mark.OPEN)


def sums_of_payments(evidence: Evidence) -> Observation:
    """Whether the sum of a payment follows the rows that were changed after it."""
    subject = "sums of payments"
    known = [
        (payment, sum((p.unit * q for p, q in contents), _NOTHING))
        for payment in evidence.look.payments
        if (contents := _contents(evidence, payment))
    ]
    stale = [(p, now) for p, now in known if not _is_same(p.amount, now)]
    if stale:
        payment, now = stale[0]
        seen = f"Payment {payment.number} is {payment.amount:f}, its products cost {now:f} now"
        meaning = "Sums stay when rows change, or the order left the tax out; the tab says so."
        return Observation(subject, f"{seen} ({len(stale)} such in all).", meaning)
    seen = f"{len(known)} payments are the sum of their products."
    meaning = "Change the price of a billed row and run this again: the sum should stay."
    return Observation(subject, seen, meaning, Mark.OPEN)


def chosen_pay_system(evidence: Evidence) -> Observation:
    """Whether the way to pay that went with the add was taken."""
    subject = "payment system in the add"
    chosen = [
        (payment, wanted)
        for payment in evidence.look.payments
        if payment.id in evidence.attempts
        and (wanted := evidence.attempts[payment.id].wish.pay_system_id) is not None
    ]
    if not chosen:
        meaning = "Choose one in the tab, add a payment, then run this again."
        return Observation(subject, "No click has chosen one here.", meaning, Mark.OPEN)
    payment, wanted = next((each for each in chosen if each[0].pay_system_id != each[1]), chosen[0])
    seen = f"Payment {payment.number} was to have {wanted} and has {payment.pay_system_id}."
    if payment.pay_system_id == wanted:
        return Observation(subject, seen, "As expected the add takes it, with no right to orders.")
    meaning = "Somebody has changed it since, or the add does not take it; the tab tells that."
    return Observation(subject, seen, meaning, Mark.OTHER)


def _contents(evidence: Evidence, payment: Payment) -> list[tuple[Product, Decimal]]:
    """The products of a payment with their quantities; nothing where one is not known."""
    look = evidence.look
    parts = look.contents.of_payment(payment.id)
    found = [(look.product(part.row_id), part.quantity) for part in parts]
    return [
        (product, quantity)
        for product, quantity in found
        if product and all(each for each, _ in found)
    ]


def _is_same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= HALF_A_CENT
