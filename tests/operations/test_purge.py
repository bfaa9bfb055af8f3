"""What `purge` deletes, and what it keeps however old it is."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from b24app.models import EventReceipt, PortalPace, RestCall
from payments.models import Attempt
from tests.support.operations.rows import add_attempt, add_event, add_portal

pytestmark = pytest.mark.django_db


def days_ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def purge(*arguments: str) -> str:
    said = io.StringIO()
    call_command("purge", *arguments, stdout=said)
    return said.getvalue()


def test_old_calls_go_in_batches_and_young_ones_stay() -> None:
    portal = add_portal()
    for days in (30, 8, 6.9):
        for _ in range(3):
            RestCall.objects.create(portal=portal, user_id=1, method="batch", milliseconds=9)
        RestCall.objects.filter(at__gt=days_ago(0.1)).update(at=days_ago(days))
    assert "calls: 6 deleted" in purge()
    assert RestCall.objects.count() == 3
    assert "calls: 3 deleted" in purge("--calls", "3")


@pytest.mark.parametrize("days", ["2", "0", "-1", "x", ""])
def test_calls_are_kept_as_long_as_the_market_wants_them(days: str) -> None:
    with pytest.raises(CommandError, match="3 or more"):
        purge(f"--calls={days}")


def test_open_clicks_of_a_year_and_waiting_events_are_kept() -> None:
    portal = add_portal()
    for state in Attempt.State:
        is_open = state in Attempt.OPEN
        created_at, closed_at = (399, None) if is_open else (402, days_ago(401))
        add_attempt(portal, state=state, created_at=days_ago(created_at), closed_at=closed_at)
    for outcome in EventReceipt.State:
        add_event(portal, state=outcome, received_at=days_ago(31))
    said = purge()
    assert "attempts: 4 deleted" in said
    assert "events: 3 deleted" in said
    assert set(Attempt.objects.values_list("state", flat=True)) == set(Attempt.OPEN)
    assert EventReceipt.objects.get().state == EventReceipt.State.WAITING


def test_a_click_that_is_open_longer_than_any_is_kept_goes_as_well() -> None:
    """Nobody will know any more what came of it, and a person's number stands in it."""
    portal = add_portal()
    for days in (399, 401):
        add_attempt(portal, state=Attempt.State.UNCLEAR, created_at=days_ago(days))
    assert "attempts: 1 deleted" in purge()
    assert Attempt.objects.get().created_at > days_ago(400)


def test_a_pace_that_nobody_needs_goes_whoever_caused_it() -> None:
    for hours, member_id in ((25, "unknown"), (23, "lately"), (0, "now")):
        PortalPace.objects.create(member_id=member_id, free_at=days_ago(hours / 24).timestamp())
    assert "paces: 1 deleted" in purge()
    assert not PortalPace.objects.filter(member_id="unknown").exists()


def test_results_of_background_work_go_once_it_has_ended() -> None:
    for status in ("SUCCESSFUL", "FAILED", "READY"):
        DBTaskResult.objects.create(
            id=uuid4(),
            status=status,
            args_kwargs={},
            task_path="x",
            backend_name="default",
            run_after=timezone.now(),
            exception_class_path="",
            traceback="",
            finished_at=None if status == "READY" else days_ago(15),
        )
    assert "tasks: 2 deleted" in purge()
