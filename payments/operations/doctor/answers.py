"""The form of a portal's answers: references, codes, statuses, rights, lists, decimals. Pure."""

from __future__ import annotations

from b24app.rest.errors import AccessDenied, MethodRefused, RestError
from payments.gateway import payments as gateway
from payments.gateway.pay_systems import KEY
from payments.operations.doctor.evidence import MINE, OPEN, OTHER, PARTS, SEEN, Evidence, Said

_NO_PAYMENT = OPEN, "There is no payment yet.", "Add a payment to this deal, then run this again."


def references(evidence: Evidence) -> Said:
    """Whether `$result[payments][0][id]` leads somewhere."""
    results, error = evidence.answer.results, evidence.answer.errors.get(PARTS)
    if evidence.first_id is None:
        return _NO_PAYMENT
    if PARTS not in results and error is None:
        seen = "This portal lets no payments into a batch."
        return OPEN, seen, "Each is asked for by a call of its own."
    is_there = PARTS in results and results[PARTS] == evidence.parts
    if is_there or isinstance(error, AccessDenied):
        seen = f"$result[payments][0][id] led to payment {evidence.first_id}."
        meaning = "A tab asks for the contents of 8 payments and for the right in one request."
        return SEEN, seen, meaning
    meaning = (
        "Contents take a second request where the amounts do not decide; the actions on a payment "
        "are offered until one is refused."
    )
    return OTHER, f"$result[payments][0][id] led nowhere{_code(error)}.", meaning


def right_to_orders(evidence: Evidence) -> Said:
    """What crm.item.payment.get says to this person, and with which status."""
    error = evidence.order
    if evidence.first_id is None:
        return _NO_PAYMENT
    if error is None:
        seen = f"Person {evidence.user_id} may read payment {evidence.first_id} by itself."
        meaning = "Mark as paid, delete and the rest are offered; name a salesperson with --as."
        return SEEN, seen, meaning
    seen = (
        f"Person {evidence.user_id} is refused{_code(error)} with HTTP {error.status}, "
        f"in a batch with HTTP {evidence.batch_status}."
    )
    if isinstance(error, AccessDenied | MethodRefused):
        meaning = "The actions on a payment are not offered; either status is understood."
        return SEEN, seen, meaning
    meaning = "This is no answer about the right: the actions are offered until one is refused."
    return OTHER, seen, meaning


def codes(evidence: Evidence) -> Said:
    """The type of code 0, by a payment that is not there."""
    error = evidence.nobody
    if not isinstance(error, MethodRefused):
        seen = f"A payment that is not there is answered otherwise{_code(error)}."
        return OTHER, seen, "The app says what it says of an unknown refusal."
    kind = "a text" if isinstance(evidence.code, str) else "a number"
    seen = f"Code 0 is {kind} ({evidence.code!r}), with HTTP {error.status}."
    return SEEN, seen, "Codes are compared as texts, so both are understood."


def decimals(evidence: Evidence) -> Said:
    """How many places the sums of the payments have."""
    sums = [payment.amount for payment in evidence.look.payments]
    if not sums:
        return _NO_PAYMENT
    most = max(max(0, -int(each.normalize().as_tuple().exponent)) for each in sums)
    seen = f"At most {most} in {len(sums)} sums."
    if most <= 2:
        meaning = "They are what they have to be; a price without tax that has no end tells more."
        return OPEN, seen, meaning
    return SEEN, seen, "Sums are compared to half a cent and shown as the currency has it."


def maker(evidence: Evidence) -> Said:
    """Whether the list can be asked for the payments of one person."""
    result = evidence.answer.results.get(MINE)
    if result is None:
        code = _code(evidence.answer.errors.get(MINE))
        meaning = (
            "After a lost answer every newer payment of the deal may be the one; of several the "
            "person chooses."
        )
        return OTHER, f"The filter by empResponsibleId is refused{code}.", meaning
    listed = set(gateway.listed_ids(result))
    ids = {payment.id for payment in evidence.look.payments}
    if not ids:
        return _NO_PAYMENT
    makers = {i: attempt.user_id for i, attempt in evidence.attempts.items() if i in ids}
    wrong = sorted(i for i, user in makers.items() if (user == evidence.user_id) != (i in listed))
    seen = f"{len(listed)} of {len(ids)} payments are of person {evidence.user_id}"
    if wrong:
        seen = f"{seen}; by the app's clicks that is wrong of {', '.join(map(str, wrong))}."
        return OTHER, seen, "Report this: lost answers are looked up by this filter."
    meaning = "After a lost answer the app finds its own payment, and nobody else's."
    return SEEN, f"{seen}, which the app's clicks do not contradict.", meaning


def pay_systems(evidence: Evidence) -> Said:
    """Whether this person may list the ways to pay."""
    error = evidence.answer.errors.get(KEY)
    if error is None:
        seen = f"Person {evidence.user_id} may read it."
        return SEEN, seen, "A tab that this person opens keeps it for everybody."
    meaning = "They choose from the list that a CRM administrator's visit has brought."
    return SEEN, f"Person {evidence.user_id} is refused{_code(error)}.", meaning


def payment_link(evidence: Evidence) -> Said:
    seen = "Not asked: salescenter.payment.getPublicUrl can set up and publish a site."
    meaning = "Press Copy link in the tab once, and again if the first answer is a refusal."
    return OPEN, seen, meaning


def _code(error: RestError | None) -> str:
    return f" [{error.kind} {error.code}]" if error else ""
