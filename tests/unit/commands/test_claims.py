"""Only one process at a time puts the rest into a payment, however long the portal takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from b24app.rest.client import PATIENCE_SECONDS
from b24app.rest.transport import ANSWER_SECONDS
from payments.commands.claims import lock_payment, unlock_payment
from payments.commands.fill import PORTIONS_PER_BATCH
from payments.models import Attempt
from tests.support.operations.rows import add_attempt, add_portal

pytestmark = pytest.mark.django_db


def made() -> tuple[Attempt, Attempt]:
    """One added attempt, as two processes know it."""
    attempt = add_attempt(add_portal(), state=Attempt.State.ADDED)
    return attempt, Attempt.objects.get(pk=attempt.pk)


def test_a_second_process_waits_as_long_as_the_first_can_take() -> None:
    first, second = made()
    assert lock_payment(first)
    assert not lock_payment(second)
    # A call takes as long as it may wait for its moment, and for its answer.
    longest = timedelta(seconds=PORTIONS_PER_BATCH * (PATIENCE_SECONDS + ANSWER_SECONDS))
    with time_machine.travel(timezone.now() + longest, tick=False):
        assert not lock_payment(second)
    unlock_payment(first)
    assert lock_payment(second)


def test_who_comes_late_does_not_take_the_right_of_another() -> None:
    first, second = made()
    assert lock_payment(first)
    Attempt.objects.filter(pk=first.pk).update(busy_until=timezone.now() - timedelta(seconds=1))
    assert lock_payment(second)
    unlock_payment(first)
    assert not lock_payment(Attempt.objects.get(pk=first.pk))
