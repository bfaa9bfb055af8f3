"""The form of a portal's answers: references, codes, statuses, rights, lists, decimals. Pure."""

from __future__ import annotations

from decimal import Decimal

from b24app.operations.doctor.observation import Mark, Observation
from b24app.rest.errors import AccessDenied, MethodRefused, RestError
from payments.gateway import payments as gateway
from payments.gateway.pay_systems import KEY
from payments.operations.doctor.evidence import MINE, PARTS, Evidence

_NO_PAYMENT_YET = "There is no payment yet."
_ADD_ONE = "Add a payment to this deal, then run this again."


def references(evidence: Evidence) -> Observation:
    """Whether `$result[payments][0][id]` leads somewhere."""
    subject, answer = "references in a batch", evidence.answer
    if evidence.first_id is None:
        return Observation(subject, _NO_PAYMENT_YET, _ADD_ONE, Mark.OPEN)
    if PARTS not in answer.results and PARTS not in answer.errors:
        seen = "This portal lets no payments into a batch."
        return Observation(subject, seen, "Each is asked for by a call of its own.", Mark.OPEN)
    error = answer.errors.get(PARTS)
    is_there = PARTS in answer.results and answer.results[PARTS] == evidence.parts
    if is_there or isinstance(error, AccessDenied):
        seen = f"$result[payments][0][id] led to payment {evidence.first_id}."
        meaning = "A tab asks for the contents of 8 payments and for the right in one request."
        return Observation(subject, seen, meaning)
    seen = f"$result[payments][0][id] led nowhere{_code(error)}."
    meaning = (
        "Contents take a second request where the amounts do not decide; the actions on a payment "
        "are offered until one is refused."
    )
    return Observation(subject, seen, meaning, Mark.OTHER)


def right_to_orders(evidence: Evidence) -> Observation:
    """What crm.item.payment.get says to this person, and with which status."""
    subject, error = "right to the order", evidence.order
    if evidence.first_id is None:
        return Observation(subject, _NO_PAYMENT_YET, _ADD_ONE, Mark.OPEN)
    if error is None:
        seen = f"Person {evidence.user_id} may read payment {evidence.first_id} by itself."
        meaning = "Mark as paid, delete and the rest are offered; name a salesperson with --as."
        return Observation(subject, seen, meaning)
    seen = (
        f"Person {evidence.user_id} is refused{_code(error)} with HTTP {error.status}, "
        f"in a batch with HTTP {evidence.batch_status}."
    )
    if isinstance(error, AccessDenied | MethodRefused):
        meaning = "The actions on a payment are not offered; either status is understood."
        return Observation(subject, seen, meaning)
    meaning = "This is no answer about the right: the actions are offered until one is refused."
    return Observation(subject, seen, meaning, Mark.OTHER)


def codes(evidence: Evidence) -> Observation:
    """The type of code 0, by a payment that is not there."""
    subject, error = "error codes", evidence.nobody
    if not isinstance(error, MethodRefused):
        seen = f"A payment that is not there is answered otherwise{_code(error)}."
        meaning = "The app says what it says of an unknown refusal."
        return Observation(subject, seen, meaning, Mark.OTHER)
    kind = "a text" if isinstance(evidence.code, str) else "a number"
    seen = f"Code 0 is {kind} ({evidence.code!r}), with HTTP {error.status}."
    return Observation(subject, seen, "Codes are compared as texts, so both are understood.")


def decimals(evidence: Evidence) -> Observation:
    """How many places the sums of the payments have."""
    subject = "decimals of sums"
    sums = [payment.amount for payment in evidence.look.payments]
    if not sums:
        return Observation(subject, _NO_PAYMENT_YET, _ADD_ONE, Mark.OPEN)
    most = max(_places(each) for each in sums)
    seen = f"At most {most} in {len(sums)} sums."
    if most <= 2:
        meaning = "They are what they have to be; a price without tax that has no end tells more."
        return Observation(subject, seen, meaning, Mark.OPEN)
    meaning = "Sums are compared to half a cent and shown as the currency has it."
    return Observation(subject, seen, meaning)


def maker(evidence: Evidence) -> Observation:
    """Whether the list can be asked for the payments of one person."""
    subject, result = "payments by their maker", evidence.answer.results.get(MINE)
    if result is None:
        seen = f"The filter by empResponsibleId is refused{_code(evidence.answer.errors.get(MINE))}"
        meaning = (
            "After a lost answer every newer payment of the deal may be the one; of several the "
            "person chooses."
        )
        return Observation(subject, f"{seen}.", meaning, Mark.OTHER)
    listed = set(gateway.listed_ids(result))
    ids = {payment.id for payment in evidence.look.payments}
    if not ids:
        return Observation(subject, _NO_PAYMENT_YET, _ADD_ONE, Mark.OPEN)
    makers = {i: attempt.user_id for i, attempt in evidence.attempts.items() if i in ids}
    wrong = {i for i, user in makers.items() if (user == evidence.user_id) != (i in listed)}
    seen = f"{len(listed)} of {len(ids)} payments are of person {evidence.user_id}"
    if wrong:
        seen = f"{seen}; by the app's clicks that is wrong of {', '.join(map(str, sorted(wrong)))}."
        meaning = "Report this: lost answers are looked up by this filter."
        return Observation(subject, seen, meaning, Mark.OTHER)
    meaning = "After a lost answer the app finds its own payment, and nobody else's."
    return Observation(subject, f"{seen}, which the app's clicks do not contradict.", meaning)


def pay_systems(evidence: Evidence) -> Observation:
    """Whether this person may list the ways to pay."""
    subject, error = "list of payment systems", evidence.answer.errors.get(KEY)
    if error is None:
        seen = f"Person {evidence.user_id} may read it."
        return Observation(subject, seen, "A tab that this person opens keeps it for everybody.")
    seen = f"Person {evidence.user_id} is refused{_code(error)}."
    meaning = "They choose from the list that a CRM administrator's visit has brought."
    return Observation(subject, seen, meaning)


def payment_link(evidence: Evidence) -> Observation:
    return Observation(
        "payment link",
        "Not asked: salescenter.payment.getPublicUrl can set up and publish a site.",
        "Press Copy link in the tab once, and again if the first answer is a refusal.",
        Mark.OPEN,
    )


def _places(amount: Decimal) -> int:
    return max(0, -int(amount.normalize().as_tuple().exponent))


def _code(error: RestError | None) -> str:
    return f" [{error.kind} {error.code}]" if error else ""
