"""What a portal makes of prices: tax on top, the sum of an edited deal, the chosen way to pay."""

from __future__ import annotations

from decimal import Decimal

from payments.billing.prices import HALF_A_CENT
from payments.operations.doctor.evidence import OPEN, OTHER, SEEN, Evidence, Said
from payments.types import Payment, Product, total


def tax_on_top(evidence: Evidence) -> Said:
    """Whether payments of the app hold the tax of products whose price comes without it."""
    for payment in evidence.look.payments:
        contents = _contents(evidence, payment) if payment.id in evidence.attempts else []
        if not contents or not all(product.has_tax_on_top for product, _ in contents):
            continue
        net = total(product.net_price * quantity for product, quantity in contents)
        gross = total(product.price * quantity for product, quantity in contents)
        seen = (
            f"Payment {payment.number} is {payment.amount:f}; "
            f"{net:f} without tax, {gross:f} with it."
        )
        if _is_same(payment.amount, net):
            meaning = "As expected the tax is left out; the form promises the price without it."
            return SEEN, seen, meaning
        if _is_same(payment.amount, gross):
            meaning = "The tax is in it, unlike the promise; the tab tells both after each add."
            return OTHER, seen, meaning
    seen = "No payment of the app is made of such rows alone, at the prices of now."
    return OPEN, seen, "Bill a row whose tax is not in its price, then run this again."


def sums_of_payments(evidence: Evidence) -> Said:
    """Whether the sum of a payment follows the products that were changed after it."""
    known = [
        (payment, total(product.unit * quantity for product, quantity in contents))
        for payment in evidence.look.payments
        if (contents := _contents(evidence, payment))
    ]
    stale = [(payment, now) for payment, now in known if not _is_same(payment.amount, now)]
    if stale:
        payment, now = stale[0]
        seen = f"Payment {payment.number} is {payment.amount:f}, its products cost {now:f} now"
        meaning = "Sums stay when rows change, or the order left the tax out; the tab says so."
        return SEEN, f"{seen} ({len(stale)} such in all).", meaning
    seen = f"{len(known)} payments are the sum of their products."
    return OPEN, seen, "Change the price of a billed row and run this again: the sum should stay."


def chosen_pay_system(evidence: Evidence) -> Said:
    """Whether the way to pay that went with the add was taken."""
    chosen = [
        (payment, wanted)
        for payment in evidence.look.payments
        if payment.id in evidence.attempts
        and (wanted := evidence.attempts[payment.id].wish.pay_system_id) is not None
    ]
    if not chosen:
        meaning = "Choose one in the tab, add a payment, then run this again."
        return OPEN, "No click has chosen one here.", meaning
    payment, wanted = next((each for each in chosen if each[0].pay_system_id != each[1]), chosen[0])
    seen = f"Payment {payment.number} was to have {wanted} and has {payment.pay_system_id}."
    if payment.pay_system_id == wanted:
        return SEEN, seen, "As expected the add takes it, with no right to orders."
    meaning = "Somebody has changed it since, or the add does not take it; the tab tells that."
    return OTHER, seen, meaning


def _contents(evidence: Evidence, payment: Payment) -> list[tuple[Product, Decimal]]:
    """The products of a payment with their quantities; nothing where one is not known."""
    look = evidence.look
    parts = look.contents.of_payment(payment.id)
    known = [(p, part.quantity) for part in parts if (p := look.product(part.row_id))]
    return known if len(known) == len(parts) else []


def _is_same(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= HALF_A_CENT
