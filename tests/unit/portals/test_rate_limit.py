"""The pace of a portal: moments in order, at the portal's rate, one row for all processes."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
import time_machine
from django.conf import LazySettings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import Traveller

from b24app.models import PortalPace
from b24app.portals.rate_limit import SharedPace, oauth_moment
from b24app.rest.concurrency import Usage
from b24app.rest.errors import QueueTooLong, RestError, ServerBusy

LIST, ADD = "crm.item.payment.list", "crm.item.payment.add"
HOUR = 3600.0
ALIKE = ["0" * 32, "0e" + "0" * 30, "00e" + "0" * 29, "0" * 31 + "e", "00" + "0e" * 15]
ALIKE += ["0" * 31 + "1", "1" + "0" * 31, "a" * 32, "a" * 31 + "b", "A" * 32, "a" * 31]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _two_a_second(settings: LazySettings) -> None:
    settings.B24_CALLS_PER_SECOND, settings.B24_CALLS_AT_ONCE = 2, 5
    settings.B24_OPERATING_SECONDS = 480


@pytest.fixture(autouse=True)
def clock() -> Iterator[Traveller]:
    """Time stands still, but when a test moves it."""
    with time_machine.travel(1_800_000_000.0, tick=False) as traveller:
        yield traveller


@pytest.fixture
def pace() -> SharedPace:
    return SharedPace("a" * 32)


def waits(pace: SharedPace, count: int, *methods: str) -> list[float]:
    """How long each of so many callers that come at once has to wait, to a tenth of a second."""
    now = time.time()
    moments = [pace.reserve(methods, seconds=HOUR).at for _ in range(count)]
    return [round(max(0.0, at - now), 1) for at in moments]


def usage(share: float, *, seconds: float = 100.0) -> Usage:
    return Usage(480 * share, time.time() + seconds)


def test_a_few_go_at_once_and_the_others_in_turn_at_the_portals_rate(pace: SharedPace) -> None:
    assert waits(pace, 8) == [0, 0, 0, 0, 0, 0.5, 1.0, 1.5]


def test_a_portal_at_rest_takes_a_few_at_once_again(pace: SharedPace, clock: Traveller) -> None:
    waits(pace, 8)
    clock.shift(60)
    assert waits(pace, 6) == [0, 0, 0, 0, 0, 0.5]


def test_a_moment_too_far_away_is_told_at_once_and_takes_nobodys_place(pace: SharedPace) -> None:
    waits(pace, 25)
    for _ in range(3):
        with pytest.raises(QueueTooLong) as refused:
            pace.reserve([ADD], seconds=9)
        assert refused.value.seconds == 11
    assert waits(pace, 1) == [10.5]


def test_a_place_given_back_is_the_next_callers(pace: SharedPace) -> None:
    waits(pace, 8)
    pace.give_back()
    assert waits(pace, 1) == [1.5]


def test_ids_that_are_made_to_look_alike_share_nothing() -> None:
    """As numbers five of them are equal, the others differ in one letter or by its case."""
    for member_id in ALIKE:
        assert waits(SharedPace(member_id), 6) == [0, 0, 0, 0, 0, 0.5], member_id
    SharedPace(ALIKE[0]).hold_back(60)
    SharedPace(ALIKE[0]).pause([ADD])
    for member_id in ALIKE[1:]:
        assert waits(SharedPace(member_id), 1, ADD) == [1.0], member_id
    rested = SharedPace(ALIKE[1]).reserve([ADD], seconds=HOUR)
    assert rested.paused == frozenset()


def test_portals_do_not_wait_for_each_other(pace: SharedPace) -> None:
    waits(pace, 20)
    assert waits(SharedPace("b" * 32), 1) == [0]


def test_a_portal_that_says_enough_moves_everybodys_next_moment(pace: SharedPace) -> None:
    pace.reserve([], seconds=0)
    pace.hold_back(2.0)
    pace.hold_back(1.0)
    assert waits(pace, 2) == [2.0, 2.5]


def test_a_reservation_is_one_statement(pace: SharedPace) -> None:
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            pace.reserve([LIST, ADD], seconds=1)
        assert len(queries) == 1


def test_ordinary_answers_write_nothing(pace: SharedPace) -> None:
    pace.reserve([LIST], seconds=1)
    with CaptureQueriesContext(connection) as queries:
        pace.note({LIST: usage(0.4)})
    assert len(queries) == 0


def test_reads_slow_down_before_writes_when_a_methods_time_runs_out(pace: SharedPace) -> None:
    pace.reserve([LIST], seconds=1)
    pace.note({LIST: usage(0.8)})
    assert waits(pace, 1, LIST) == [0]
    pace.note({LIST: usage(0.95)})
    assert waits(pace, 1, LIST)[0] > 3
    assert waits(pace, 1, "crm.item.get") == waits(pace, 1, ADD, LIST) == [0]


def test_a_paused_method_is_named_until_the_reset_that_an_answer_told(pace: SharedPace) -> None:
    pace.reserve([ADD], seconds=1)
    pace.note({ADD: usage(0.99, seconds=500)})
    pace.pause([ADD])
    assert pace.reserve([ADD, LIST], seconds=1).paused == {ADD}
    assert pace.reserve([LIST], seconds=1).paused == frozenset()
    assert SharedPace("b" * 32).reserve([ADD], seconds=1).paused == frozenset()
    [row] = json.loads(PortalPace.objects.get(pk=pace.member_id).methods).values()
    assert row[1] - time.time() == 500


def test_a_pause_is_over_with_its_reset(pace: SharedPace, clock: Traveller) -> None:
    pace.reserve([ADD], seconds=1)
    pace.note({ADD: usage(0.99, seconds=300)})
    pace.pause([ADD])
    clock.shift(299)
    assert pace.reserve([ADD], seconds=1).paused == {ADD}
    clock.shift(2)
    assert pace.reserve([ADD], seconds=1).paused == frozenset()


@pytest.mark.parametrize(
    ("member_id", "refusal"), [("a" * 32, QueueTooLong), (None, ServerBusy)], ids=["known", "not"]
)
def test_a_limit_of_ours_is_not_told_as_a_silence_of_the_oauth_server(
    member_id: str | None, refusal: type[RestError]
) -> None:
    with suppress(QueueTooLong, ServerBusy):
        for _ in range(200):
            oauth_moment(member_id)
    with pytest.raises(RestError) as refused:
        oauth_moment(member_id)
    assert type(refused.value) is refusal
