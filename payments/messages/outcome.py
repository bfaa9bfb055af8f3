"""What became of a click, as the sentence that the person reads."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from b24app.messages.notice import Notice
from b24app.rest.codes import from_record
from b24app.rest.errors import PortalFailed, RestError, ResultUnusable, UnlistedCode
from payments.commands.resolve import Outcome
from payments.formats import money
from payments.messages import adding as messages
from payments.messages import products as product_messages
from payments.models import Attempt

_SLOW = timedelta(seconds=12)


def notice_of_outcome(outcome: Outcome, *, is_admin: bool) -> Notice:
    """The notice for an outcome; a refusal that was told before is told again."""
    attempt = outcome.attempt
    if attempt.state == Attempt.State.ADDED:
        return _added(outcome)
    if attempt.state == Attempt.State.REFUSED:
        error = outcome.error or _recorded(attempt)
        return messages.explain_add(
            error,
            is_admin=is_admin,
            is_invoice=attempt.item.is_invoice,
            is_item_gone=outcome.is_item_gone,
        )
    if attempt.state == Attempt.State.NOT_ADDED:
        return _not_added(attempt, is_admin=is_admin)
    if attempt.state == Attempt.State.UNKNOWN:
        return messages.unknown()
    if attempt.candidates:
        return messages.ambiguous(count=len(attempt.candidates))
    if attempt.needs_word:
        return messages.nothing_found()
    age = timezone.now() - attempt.began_at
    if attempt.state == Attempt.State.QUEUED:
        return messages.waiting(seconds=-age.total_seconds())
    if attempt.state == Attempt.State.SENDING:
        return messages.in_progress()
    return messages.checking(is_slow=age > _SLOW)


def told_of_refusal(attempt: Attempt) -> str:
    """What the person was told of an attempt that was refused; empty for any other."""
    is_refused = attempt.state == Attempt.State.REFUSED
    return notice_of_outcome(Outcome(attempt), is_admin=True).text if is_refused else ""


def _added(outcome: Outcome) -> Notice:
    attempt = outcome.attempt
    payment = outcome.look.payment(attempt.payment_id) if outcome.look else None
    number = payment.number if payment else str(attempt.payment_id)
    amount = money(payment.amount, payment.currency) if payment else ""
    if outcome.composition and not outcome.composition.is_complete:
        currency = payment.currency if payment else ""
        return product_messages.incomplete(
            outcome.composition, number=number, amount=amount, currency=currency
        )
    is_empty = payment.is_empty if payment else False
    was_lost = bool(attempt.error_kind)
    return messages.added(number=number, amount=amount, is_empty=is_empty, was_lost=was_lost)


def _not_added(attempt: Attempt, *, is_admin: bool) -> Notice:
    if attempt.error_kind == ResultUnusable.kind:
        return messages.explain_add(
            _recorded(attempt), is_admin=is_admin, is_invoice=attempt.item.is_invoice
        )
    has_words = attempt.error_kind in {UnlistedCode.kind, PortalFailed.kind}
    return messages.not_added(
        quote=attempt.error_text if has_words else "", code=attempt.error_code
    )


def _recorded(attempt: Attempt) -> RestError:
    return from_record(
        kind=attempt.error_kind,
        code=attempt.error_code,
        text=attempt.error_text,
        status=attempt.error_status,
    )
