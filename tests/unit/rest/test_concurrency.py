"""The slots of one process: a few calls at a time, first come first served, nobody for ever."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress

import pytest

from b24app.rest import concurrency
from b24app.rest.concurrency import CALLS_PER_PORTAL, MOST_TAKEN, SHARE, is_write, slot
from b24app.rest.errors import PortalBusy, ServerBusy
from tests.support.waiting import await_condition


def test_who_may_begin_first_goes_first() -> None:
    # By then a busy machine has begun every thread.
    start, begun = time.time() + 1.0, []

    def call(number: int) -> None:
        with slot("one", at=start + number * 0.01, until=start + 10):
            begun.append(number)
            time.sleep(0.02)

    numbers = list(range(24))
    with ThreadPoolExecutor(len(numbers)) as pool:
        list(pool.map(call, reversed(numbers)))
    assert begun == sorted(begun)


def test_nobody_begins_before_the_moment() -> None:
    moment = time.time() + 0.3
    with slot("two", at=moment, until=moment + 1):
        assert time.time() >= moment


def test_a_full_portal_tells_those_who_are_too_many_at_once() -> None:
    is_over, inside = threading.Event(), []

    def call() -> bool:
        now = time.time()
        try:
            with slot("three", at=now, until=now + 10):
                inside.append(1)
                is_over.wait(10)
            return True
        except PortalBusy:
            return False

    count = MOST_TAKEN + 3
    with ThreadPoolExecutor(count) as pool:
        calls = [pool.submit(call) for _ in range(count)]
        await_condition(lambda: sum(each.done() for each in calls) == 3)
        assert len(inside) == CALLS_PER_PORTAL
        with slot("another", at=0, until=time.time() + 1):
            await_condition(lambda: sum(each.done() for each in calls) == 4)
        is_over.set()
    assert [each.result() for each in calls].count(False) == 4


def test_a_crowded_portal_makes_room_for_others_down_to_its_share() -> None:
    is_over = threading.Event()

    def call(portal: str) -> str:
        try:
            with slot(portal, at=0, until=time.time() + 10):
                is_over.wait(10)
            return portal
        except ServerBusy:
            return "others"
        except PortalBusy:
            return "busy"

    with ThreadPoolExecutor(80) as pool:
        crowd = [pool.submit(call, "crowded") for _ in range(MOST_TAKEN)]
        await_condition(lambda: concurrency._taken_by("crowded") == MOST_TAKEN)
        slow = [pool.submit(call, name) for name in ("slow", "slower") for _ in range(SHARE)]
        await_condition(lambda: sum(each.done() for each in crowd) == MOST_TAKEN - SHARE)
        await_condition(
            lambda: (
                [concurrency._taken_by(each) for each in ("crowded", "slow", "slower")]
                == [SHARE] * 3
            )
        )
        assert pool.submit(call, "slow").result(2) == "busy"
        now = time.time()
        with slot("quick", at=0, until=now):
            assert not any(each.done() for each in slow)
        is_over.set()
    assert [each.result() for each in crowd].count("crowded") == SHARE
    assert not concurrency._queues
    assert not concurrency._in_flight


def test_some_threads_are_left_to_what_calls_nobody() -> None:
    is_over = threading.Event()

    def call(number: int) -> bool:
        try:
            with slot(f"portal {number}", at=0, until=time.time() + 10):
                is_over.wait(10)
            return True
        except ServerBusy:
            return False

    with ThreadPoolExecutor(64) as pool:
        calls = [pool.submit(call, number) for number in range(64)]
        await_condition(lambda: sum(each.done() for each in calls) == 8)
        is_over.set()
    assert [each.result() for each in calls].count(False) == 8


def test_a_slot_that_never_comes_is_not_waited_for_too_long() -> None:
    is_over = threading.Event()

    def call() -> None:
        with slot("four", at=0, until=time.time() + 10):
            is_over.wait(10)

    with ThreadPoolExecutor(CALLS_PER_PORTAL) as pool:
        calls = [pool.submit(call) for _ in range(CALLS_PER_PORTAL)]
        await_condition(lambda: all(each.running() for each in calls))
        with pytest.raises(PortalBusy), slot("four", at=0, until=time.time() + 0.2):
            raise AssertionError("nobody has left")
        is_over.set()


@pytest.mark.parametrize(
    ("method", "writes"),
    [("crm.item.payment.add", True), ("placement.bind", True), ("crm.item.payment.list", False)],
)
def test_a_write_is_known_by_its_last_word(method: str, writes: bool) -> None:
    assert is_write(method) is writes


def test_ids_that_are_made_to_look_alike_share_no_slots() -> None:
    alike = ["0" * 32, "0e" + "0" * 30, "0" * 31 + "1", "a" * 32, "A" * 32, "a" * 31]
    with ExitStack() as held:
        for member_id in alike:
            for _ in range(CALLS_PER_PORTAL):
                held.enter_context(slot(member_id, at=0, until=time.time()))
            with pytest.raises(PortalBusy), slot(member_id, at=0, until=time.time()):
                pass


def test_who_was_sent_away_and_wakes_late_takes_nobody_elses_queue() -> None:
    """One waiter is sent away; before it wakes, its portal has a new queue with another waiter."""
    is_over, begun = threading.Event(), []

    def call(name: str) -> None:
        with suppress(PortalBusy), slot("five", at=0, until=time.time() + 10, most=1):
            begun.append(name)
            is_over.wait(10)

    with ThreadPoolExecutor(3) as pool:
        pool.submit(call, "first")
        await_condition(lambda: begun)
        sent_away = pool.submit(call, "sent away")
        await_condition(lambda: concurrency._queues.get("five"))
        with concurrency._changed:
            concurrency._queues.pop("five").clear()
            newer = concurrency._queues["five"] = [(0.0, -1)]
            concurrency._changed.notify_all()
        sent_away.result(5)
        with concurrency._changed:
            found = concurrency._queues.pop("five", None)
        is_over.set()
    assert found is newer
