"""Open clicks that no page asks about: none holds up another, and none stays open for ever."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from io import StringIO

import pytest
import time_machine
from django.conf import LazySettings
from django.core.management import call_command
from django.db.models import F
from django.utils import timezone
from prometheus_client import REGISTRY

from b24app.models import Portal
from b24app.rest.large_answers import let_go, take_turn
from payments.commands.sweep import Pauses, SweepPauses, resolve_by_portal, resolve_open
from payments.models import Attempt
from payments.operations.gauges import readings
from tests.support.events.posted import await_state
from tests.support.events.waiting import start_worker
from tests.support.operations.rows import add_attempt
from tests.support.pages import sentences as say
from tests.support.people.clicks import ADD, can_add, key_of, told
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.security.scenarios import SALES
from tests.support.waiting import await_condition

SWEEP, ONE_BY_ONE = "resolve_attempts", "tests.unguarded.clicks.one_by_one"


def left_open(portal: PortalWithApp, count: int, *, minutes: int) -> list[Attempt]:
    """Clicks of a salesperson whose pages were closed so long ago."""
    portal.open_tab()
    at = timezone.now() - timedelta(minutes=minutes)
    state = Attempt.State.UNCLEAR
    return [
        add_attempt(portal.row, user_id=SALES, state=state, created_at=at) for _ in range(count)
    ]


def is_closed(attempt: Attempt) -> bool:
    attempt.refresh_from_db()
    return not attempt.is_open


def behind_others(portal: PortalWithApp) -> Attempt:
    """A neighbour's click, younger than twenty of a portal that holds its answers."""
    left_open(portal, 20, minutes=30)
    neighbour = installed_portal(portal.app)
    deal = neighbour.deal("fresh")
    neighbour.open_tab()
    fields = {"user_id": SALES, "state": Attempt.State.UNCLEAR, "entity_id": deal}
    at = timezone.now() - timedelta(minutes=5)
    attempt = add_attempt(neighbour.row, created_at=at, **fields)
    portal.standin.add_fault(portal.name, "batch", "hold", seconds=60, times=None)
    portal.standin.clear_calls(portal.name)
    return attempt


def test_looked_up_one_after_the_other_it_waits_for_all_of_them(portal: PortalWithApp) -> None:
    """The control."""
    attempt = behind_others(portal)
    worker = start_worker(portal.app, module=ONE_BY_ONE)
    try:
        for count in (1, 2, 3):
            await_condition(partial(lambda least: len(portal.calls("batch")) >= least, count))
            portal.standin.release(portal.name)
        assert not is_closed(attempt)
    finally:
        worker.kill()
        worker.communicate()


def test_a_portal_that_does_not_answer_holds_up_nobody(portal: PortalWithApp) -> None:
    attempt = behind_others(portal)
    worker = start_worker(portal.app, SWEEP)
    await_condition(lambda: portal.calls("batch"))
    began = time.monotonic()
    await_condition(lambda: is_closed(attempt))
    assert time.monotonic() - began < 5
    said, _ = worker.communicate(timeout=60)
    assert len(portal.calls("batch")) == 1
    assert said.strip() == "resolved 1, still open 1"


def test_a_portal_that_fails_again_and_again_is_asked_ever_more_rarely() -> None:
    pauses = Pauses()
    with time_machine.travel(0, tick=False) as clock:
        lengths = []
        for _ in range(9):
            pauses.lengthen(7)
            assert not pauses.is_over(7)
            lengths.append(pauses.length(7))
            clock.shift(pauses.length(7))
            assert pauses.is_over(7)
        assert lengths == [30, 60, 120, 240, 480, 960, 1920, 3600, 3600]
        assert pauses.is_over(8)
        pauses.end(7)
        assert pauses.length(7) == 0


def delete_deal(portal: PortalWithApp) -> None:
    portal.standin.change_deal(portal.name, "fresh", is_deleted=True)


def dismiss_person(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, users={SALES: {"is_active": False}})


def end_tokens(portal: PortalWithApp) -> None:
    portal.standin.revoke(portal.name, refresh=True)


def remove_app(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, app_present=False)
    await_state(portal, Portal.State.UNINSTALLED)


def unclear_click(portal: PortalWithApp) -> Attempt:
    """A click whose payment was made and whose answer was lost, when the portal's time is over."""
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_after")
    portal.app.press_add(tab)
    attempt = Attempt.objects.get(key=key_of(tab))
    pass_time(attempt, timedelta(minutes=5))
    return attempt


def pass_time(attempt: Attempt, by: timedelta) -> None:
    """As if the click, and all that was met about it since, had been so much earlier."""
    times = ("created_at", "settles_at", "refused_since")
    Attempt.objects.filter(pk=attempt.pk).update(**{name: F(name) - by for name in times})


def look(portal: PortalWithApp) -> None:
    list(resolve_open(Attempt.objects.filter(portal=portal.row)))


@pytest.fixture
def asked_portal(portal: PortalWithApp, settings: LazySettings) -> PortalWithApp:
    """A portal whose clicks are resolved in this process."""
    settings.B24_OAUTH_SERVERS = [portal.standin.oauth_origin]
    return portal


@pytest.mark.parametrize("end", [delete_deal, dismiss_person, end_tokens, remove_app])
def test_a_click_that_can_never_be_known_ends_after_a_day_of_refusals(
    asked_portal: PortalWithApp, end: Callable[[PortalWithApp], None]
) -> None:
    portal, attempt, before = asked_portal, unclear_click(asked_portal), counted_unknown()
    end(portal)
    look(portal)
    pass_time(attempt, timedelta(hours=23))
    look(portal)
    assert not is_closed(attempt)
    pass_time(attempt, timedelta(hours=2))
    assert overdue() > 24 * 3600
    look(portal)
    assert is_closed(attempt)
    assert attempt.state == Attempt.State.UNKNOWN
    assert overdue() == 0
    assert counted_unknown() == before + 1
    assert "\n  unknown\n" in story_of(attempt)
    portal.standin.clear_calls(portal.name)
    look(portal)
    assert portal.calls() == []


def test_of_a_portal_that_is_gone_no_click_waits_for_another(asked_portal: PortalWithApp) -> None:
    """The first one ends the pass, so that the others are not asked about."""
    portal = asked_portal
    left_open(portal, 3, minutes=30)
    portal.standin.clear_calls(portal.name)
    portal.standin.add_fault(portal.name, "batch", "refuse", code="PORTAL_DELETED", times=None)
    rows = Attempt.objects.filter(portal=portal.row)
    list(resolve_by_portal(rows, SweepPauses()))
    assert len(portal.calls("batch")) == 1
    assert rows.filter(refused_since=None).count() == 0


def counted_unknown() -> float:
    return REGISTRY.get_sample_value("payments_attempts_total", {"state": "unknown"}) or 0.0


def story_of(attempt: Attempt) -> str:
    said = StringIO()
    call_command("explain", str(attempt.key), stdout=said)
    return said.getvalue()


def overdue() -> float:
    figures = {name: values for name, _, values in readings()}
    return max(figures["payments_attempts_overdue_seconds"].values())


def test_who_opens_the_card_again_is_told_and_can_add(asked_portal: PortalWithApp) -> None:
    """The payment is there: it is not called missing, and nothing is adopted unasked."""
    portal, attempt = asked_portal, unclear_click(asked_portal)
    delete_deal(portal)
    look(portal)
    pass_time(attempt, timedelta(hours=25))
    look(portal)
    portal.standin.change_deal(portal.name, "fresh", is_deleted=False)
    tab = portal.open_tab()
    assert say.UNKNOWN in told(tab), told(tab)
    assert say.NOT_ADDED not in told(tab)
    assert can_add(tab)
    assert say.UNKNOWN not in told(portal.open_tab(user="admin"))
    page = portal.app.press_add(tab)
    assert say.ADDED in page.status_text, told(page)
    assert say.UNKNOWN not in told(portal.open_tab())
    assert len(portal.payments_of(portal.deal("fresh"))) == 2


def test_one_look_that_is_answered_begins_the_day_anew(asked_portal: PortalWithApp) -> None:
    portal, attempt = asked_portal, unclear_click(asked_portal)
    portal.standin.switch(portal.name, names_makers=False)
    delete_deal(portal)
    look(portal)
    pass_time(attempt, timedelta(hours=25))
    portal.standin.change_deal(portal.name, "fresh", is_deleted=False)
    look(portal)
    delete_deal(portal)
    look(portal)
    assert not is_closed(attempt)


def test_what_nobody_says_in_a_month_is_asked_no_more(asked_portal: PortalWithApp) -> None:
    """A portal that has no address any more refuses nothing: it is silent."""
    portal, attempt = asked_portal, unclear_click(asked_portal)
    portal.standin.add_fault(portal.name, "batch", "drop_before", times=None)
    pass_time(attempt, timedelta(days=29))
    look(portal)
    assert not is_closed(attempt)
    pass_time(attempt, timedelta(days=2))
    look(portal)
    assert is_closed(attempt)
    assert attempt.state == Attempt.State.UNKNOWN


def test_a_queued_click_of_a_removed_app_was_never_sent(asked_portal: PortalWithApp) -> None:
    portal = asked_portal
    portal.open_tab()
    due = timezone.now() - timedelta(minutes=4)
    fields = {"user_id": SALES, "state": Attempt.State.QUEUED, "due_at": due}
    attempt = add_attempt(portal.row, created_at=due, **fields)
    remove_app(portal)
    look(portal)
    assert is_closed(attempt)
    assert attempt.state == Attempt.State.NOT_ADDED


def test_a_click_of_which_no_look_tells_is_asked_about_ever_more_rarely(
    asked_portal: PortalWithApp,
) -> None:
    portal, pauses = asked_portal, SweepPauses()
    attempt = unclear_click(portal)
    delete_deal(portal)
    portal.standin.clear_calls(portal.name)
    for _ in range(3):
        list(resolve_by_portal(Attempt.objects.filter(portal=portal.row), pauses))
    assert len(portal.calls("batch")) == 1
    assert not is_closed(attempt)


def test_a_look_at_a_click_keeps_no_turn_of_a_large_answer(asked_portal: PortalWithApp) -> None:
    portal = asked_portal
    unclear_click(portal)
    large = json.dumps({"result": {"result": ["x" * 1000] * 300}})
    portal.standin.add_fault(portal.name, "batch", "body", body=large, times=None)
    list(resolve_open(Attempt.objects.filter(portal=portal.row)))
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(take_turn, "another", until=time.monotonic() + 2).result()
        pool.submit(let_go).result()
