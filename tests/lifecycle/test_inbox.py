"""The inbox: every event handled once, whoever dies, whoever shouts."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from b24app.events import receipts
from b24app.models import EventReceipt, Portal
from tests.support.app import App
from tests.support.events.posted import (
    FAKE_TOKEN,
    await_handled,
    await_state,
    event,
    post,
    receipts_of,
    remove,
)
from tests.support.events.waiting import (
    SWEEP,
    leave_in_inbox,
    let_pauses_pass,
    make_portals,
    start_worker,
    taken_by,
)
from tests.support.planting import planted_portal
from tests.support.portal import PortalWithApp, new_portal
from tests.support.servers.another_app import another_app
from tests.support.waiting import at_once, await_condition

# The queue of Bitrix24 slows down for an app that is slower.
QUEUE_SECONDS = 1.0
READ, BOUND = "batch", ("handled", "bound again, ready")
UPDATE, REMOVAL = "ONAPPUPDATE", "ONAPPUNINSTALL"
CROWDED = "--config python:tests.unguarded.portals.turns"


@pytest.mark.timed
def test_hundreds_of_events_at_once_are_each_handled_once(app: App) -> None:
    """A thousand a second belong to tests/bench: here the answers are quick, and none is lost."""
    forms = [event(portal, "ONAPPINSTALL") for portal in make_portals(app, 300)]

    def send(part: list[dict[str, Any]]) -> list[tuple[int, float]]:
        answers = []
        for form in part:
            began = time.monotonic()
            answers.append((post(app, form), time.monotonic() - began))
        return answers

    groups = [forms[start::12] for start in range(12)]
    answers = [each for part in at_once([partial(send, g) for g in groups]) for each in part]
    assert {status for status, _ in answers} == {200}
    assert quantiles([seconds for _, seconds in answers], n=100)[98] < QUEUE_SECONDS
    handled = EventReceipt.objects.filter(state="handled", tries=1)
    await_condition(lambda: handled.count() == 300, seconds=30)
    assert EventReceipt.objects.count() == 300


def test_two_workers_on_one_inbox_handle_nothing_twice(portal: PortalWithApp) -> None:
    for number in range(20):
        leave_in_inbox(event(portal, "ONAPPUPDATE", ts=1_700_000_000 + number))
    portal.standin.switch(portal.name, latency_ms=50)
    workers = [start_worker(portal.app) for _ in range(2)]
    assert sum(taken_by(worker) for worker in workers) == 20
    assert receipts_of(portal.member_id) == [BOUND] * 20
    assert len(portal.calls(READ)) == 20


def test_an_event_whose_worker_was_killed_is_taken_up_again(portal: PortalWithApp) -> None:
    receipt = leave_in_inbox(event(portal, "ONAPPUPDATE"))
    portal.standin.add_fault(portal.name, READ, "hold", seconds=30)
    worker = start_worker(portal.app)
    await_condition(lambda: portal.calls(READ))
    worker.kill()
    worker.communicate()
    portal.standin.clear_faults(portal.name)
    assert receipts.members_due() == []
    let_pauses_pass(portal.member_id)
    assert taken_by(start_worker(portal.app)) == 1
    receipt.refresh_from_db()
    assert (receipt.state, receipt.outcome, receipt.tries) == (*BOUND, 2)
    assert len(portal.calls(READ)) == 2


def test_an_event_that_nobody_was_told_of_goes_along_with_the_next(
    portal: PortalWithApp,
) -> None:
    lost = leave_in_inbox(event(portal, "ONAPPINSTALL", data={"VERSION": "1"}))
    long_ago = timezone.now() - timedelta(minutes=5)
    EventReceipt.objects.filter(pk=lost.pk).update(received_at=long_ago)
    neighbour = planted_portal(portal.app)
    assert post(portal.app, event(neighbour, "ONAPPINSTALL")) == 200
    for each in (portal, neighbour):
        assert await_handled(each.member_id) == [("handled", "known already")]


def test_what_fails_too_often_has_failed_and_says_why(portal: PortalWithApp) -> None:
    rows = EventReceipt.objects.filter(member_id=portal.member_id)
    for tries in (receipts.MOST_TRIES - 1, receipts.MOST_TRIES):
        left = leave_in_inbox(event(portal, "ONAPPUPDATE", ts=1_700_000_000 + tries))
        rows.filter(pk=left.pk).update(tries=tries)
    portal.standin.add_fault(portal.name, READ, "drop_before", times=None)
    portal.app.manage("handle_events")
    failed = [("failed", "no_answer"), ("failed", "every worker died")]
    assert receipts_of(portal.member_id) == failed
    assert set(rows.values_list("body", flat=True)) == {""}


def test_strangers_cannot_fill_the_inbox_nor_keep_others_out(
    app: App, portal: PortalWithApp
) -> None:
    until = timezone.now() + timedelta(hours=1)
    EventReceipt.objects.bulk_create(
        EventReceipt(
            digest=f"{number:064x}",
            member_id=f"{number:032x}",
            name="ONAPPINSTALL",
            body="",
            is_proven=False,
            at=until,
            claimed_until=until,
        )
        for number in range(receipts.MOST_UNPROVEN)
    )
    stranger = new_portal(app, installed=True)
    for _ in range(3):
        told = app.standin.deliver_event(stranger.name, "ONAPPINSTALL", user="admin", by_card=True)
        assert told["status"] == 503
    assert EventReceipt.objects.count() == receipts.MOST_UNPROVEN
    assert stranger.calls() == []
    assert remove(portal, event(portal, "ONAPPUNINSTALL")) == 200
    await_state(portal, Portal.State.UNINSTALLED)


def test_lies_about_one_portal_leave_no_rows_and_wait_in_small_numbers(
    portal: PortalWithApp,
) -> None:
    portal.standin.add_fault(portal.name, "oauth.app.info", "hold", seconds=30, times=None)
    token = portal.standin.launch(portal.name, user="sales")["fields"]["AUTH_ID"]
    for number in range(20):
        lie = f"{FAKE_TOKEN}{number}"
        form = event(portal, "ONAPPUPDATE", access_token=token, application_token=lie)
        assert post(portal.app, form) in {200, 503}
    assert len(receipts_of(portal.member_id)) == 5
    portal.standin.clear_faults(portal.name)
    assert await_handled(portal.member_id) == []
    assert len(portal.calls("oauth.app.info")) == 5


@pytest.fixture(scope="module")
def queueing_app(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with another_app(running_app, tmp_path_factory.mktemp("queueing"), TASKS="database") as app:
        yield app


def test_one_portal_keeps_few_events_waiting_and_its_removal_always_finds_a_place(
    portal: PortalWithApp, queueing_app: App
) -> None:
    neighbour = planted_portal(portal.app)
    now = time.time()
    forms = [event(portal, "ONAPPUPDATE", ts=now - second) for second in range(1, 41)]
    statuses = [post(queueing_app, form) for form in forms]
    most = receipts.MOST_OF_A_PORTAL
    assert statuses == [200] * (most - 1) + [503] * (41 - most)
    assert post(queueing_app, forms[0]) == 200
    assert post(queueing_app, event(portal, REMOVAL, ts=now)) == 200
    assert len(receipts_of(portal.member_id)) == DBTaskResult.objects.ready().count() == most
    for second in range(1, 4):
        assert post(queueing_app, event(portal, REMOVAL, ts=now - second)) == 200
    assert len(receipts_of(portal.member_id)) == most
    assert post(queueing_app, event(neighbour, "ONAPPUPDATE")) == 200


def test_with_a_queue_in_the_database_nothing_happens_until_a_worker_comes(
    portal: PortalWithApp, queueing_app: App
) -> None:
    names = ["ONAPPINSTALL", "ONAPPUNINSTALL"]
    assert [post(queueing_app, event(portal, name)) for name in names] == [200] * 2
    assert portal.calls() == []
    assert {state for state, _ in receipts_of(portal.member_id)} == {"waiting"}
    assert DBTaskResult.objects.ready().count() == 2
    portal.standin.change_portal(portal.name, app_present=False, tell=False)
    queueing_app.manage("db_worker", "--batch", "--no-startup-delay")
    assert {state for state, _ in receipts_of(portal.member_id)} == {"handled"}
    assert portal.row.state == Portal.State.UNINSTALLED
    assert DBTaskResult.objects.successful().count() == 2


def crowd(app: App, portal: PortalWithApp) -> None:
    """As many events as a portal may have waiting, and it holds its answers to every one."""
    portal.standin.add_fault(portal.name, READ, "hold", seconds=30, times=None)
    now = time.time()
    most = receipts.MOST_OF_A_PORTAL - 1
    forms = [event(portal, UPDATE, ts=now - number) for number in range(most)]
    assert {post(app, form) for form in forms} == {200}
    assert len(receipts_of(portal.member_id)) == most


def end_crowd(portal: PortalWithApp) -> None:
    EventReceipt.objects.filter(member_id=portal.member_id, claimed_until=None).delete()
    portal.standin.clear_faults(portal.name)
    await_handled(portal.member_id)


WORKERS = {"threads": (), "a worker": ("db_worker", "--no-startup-delay"), "a sweep": (SWEEP,)}


@pytest.mark.parametrize("command", WORKERS.values(), ids=WORKERS.keys())
def test_a_portal_that_holds_its_answers_holds_up_no_neighbours_removal(
    portal: PortalWithApp, queueing_app: App, command: tuple[str, ...]
) -> None:
    neighbour = planted_portal(portal.app)
    app = queueing_app if command else portal.app
    crowd(app, portal)
    assert remove(neighbour, event(neighbour, REMOVAL), at=app) == 200
    with ExitStack() as stack:
        if command:
            worker = start_worker(app, *command)
            stack.callback(worker.communicate)
            stack.callback(worker.terminate)
        stack.callback(end_crowd, portal)
        await_condition(lambda: portal.calls(READ), seconds=30)
        began = time.monotonic()
        await_state(neighbour, Portal.State.UNINSTALLED)
        assert time.monotonic() - began < 5
        assert len(portal.calls(READ)) <= len(portal.app.worker_pids())


@pytest.mark.parametrize("seconds", ["0.1", "1000"], ids=["turns", "turns without an end"])
def test_slow_portals_that_take_every_thread_take_it_for_a_turn(
    portal: PortalWithApp, tmp_path: Path, seconds: str
) -> None:
    """The control lets whoever has a thread keep it."""
    slow = [portal, *(planted_portal(portal.app) for _ in range(3))]
    neighbour = planted_portal(portal.app)
    now = time.time()
    for each in slow:
        each.standin.add_fault(each.name, READ, "hold", seconds=0.4, times=None)
        for number in range(1, 5):
            leave_in_inbox(event(each, UPDATE, ts=now - number))
    with another_app(portal.app, tmp_path, gunicorn=CROWDED, TURN_SECONDS=seconds) as app:
        for each in slow:
            assert post(app, event(each, UPDATE, ts=now)) == 200
        assert remove(neighbour, event(neighbour, REMOVAL), at=app) == 200
        await_state(neighbour, Portal.State.UNINSTALLED)
        have_waited = [{state for state, _ in receipts_of(each.member_id)} for each in slow]
        assert (["handled"] in map(sorted, have_waited)) is (seconds == "1000")
        for each in slow:
            await_handled(each.member_id)


def test_without_turns_a_portal_that_holds_its_answers_takes_every_thread(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    neighbour = planted_portal(portal.app)
    with another_app(portal.app, tmp_path, gunicorn=CROWDED, TURN_SECONDS="") as app:
        crowd(app, portal)
        await_condition(lambda: len(portal.calls(READ)) == 4)
        assert remove(neighbour, event(neighbour, REMOVAL), at=app) == 200
        assert receipts_of(neighbour.member_id) == [("waiting", "")]
        end_crowd(portal)
        await_state(neighbour, Portal.State.UNINSTALLED)
