"""A portal's rate limit under many people: everybody's click is done, in turn, at the full rate."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from b24app.models import PortalPace
from b24app.portals.rate_limit import SharedPace
from payments.models import Attempt
from tests.support.bucket import Bucket
from tests.support.pages import sentences as say
from tests.support.people.clicks import ADD, told
from tests.support.people.crowd import adds, click_all, limit, open_tabs, paced_app, refusals
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import open_tab_at
from tests.support.waiting import await_condition

BUCKET = Bucket(drain=8, burst=10)
# Seconds by which the pace of such a bucket may be ahead.
AHEAD = (BUCKET.at_once - 1) / BUCKET.drain
PEOPLE, EACH = 10, 5
# Turns that pass while the slowest page of a busy machine asks about its click.
LATE = 2 * BUCKET.drain


def test_clicks_beyond_the_rate_limit_are_all_done_in_turn_at_nine_tenths_of_the_rate(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    people = portal.standin.add_users(portal.name, PEOPLE)
    tabs = open_tabs(portal, people, each=EACH)
    with paced_app(portal.app, tmp_path, BUCKET) as app:
        limit(portal, BUCKET)
        pages = click_all(app, tabs, apart=0.015)
    assert [told(page) for page in pages if say.ADDED not in page.status_text] == []
    calls = adds(portal)
    assert len(calls) == len(tabs)
    assert len(portal.standin.portal(portal.name)["payments"]) >= len(tabs)
    took = calls[-1]["at"] - calls[0]["at"]
    assert BUCKET.seconds_for(len(tabs)) / took >= 0.9
    clicks = Attempt.objects.filter(portal=portal.row).order_by("created_at")
    made = [click.payment_id or 0 for click in clicks]
    turns = {payment_id: turn for turn, payment_id in enumerate(sorted(made))}
    late = [turns[payment_id] - turn for turn, payment_id in enumerate(made)]
    # A machine that stood still sends what was due meanwhile at once: whom the portal then refuses
    # waits for a turn of its own.
    assert len([turns for turns in late if abs(turns) > LATE]) <= refusals(portal), late


def test_tabs_and_clicks_within_the_rate_are_never_refused_and_hardly_wait(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    seconds, clicks = 3, 5
    tabs = open_tabs(portal, ["sales"], each=clicks)
    with paced_app(portal.app, tmp_path, BUCKET) as app, ThreadPoolExecutor(30) as pool:
        limit(portal, BUCKET)
        opened = []
        for _ in range(BUCKET.drain * seconds):
            opened.append(pool.submit(open_tab_at, app, portal))
            time.sleep(1 / BUCKET.drain)
        pages = click_all(app, tabs)
        statuses = [each.result().status for each in opened]
    assert set(statuses) == {200}
    assert [told(page) for page in pages if say.ADDED not in page.status_text] == []
    sent = [call["at"] for call in adds(portal)]
    assert max(sent) - min(sent) <= 2
    assert refusals(portal) == 0


def test_one_portals_queue_holds_up_nobody_elses(portal: PortalWithApp, tmp_path: Path) -> None:
    with paced_app(portal.app, tmp_path, BUCKET) as app:
        SharedPace("0" * 32).reserve([], seconds=0)
        SharedPace("0" * 32).hold_back(60)
        started = time.monotonic()
        assert open_tab_at(app, portal).status == 200
        assert time.monotonic() - started < 2


def test_a_portal_that_says_enough_slows_every_process_down(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    tabs = open_tabs(portal, ["sales"], each=2)
    with paced_app(portal.app, tmp_path, BUCKET) as app, ThreadPoolExecutor(2) as pool:
        portal.standin.clear_calls(portal.name)
        portal.standin.add_fault(portal.name, "batch", "refuse", code="QUERY_LIMIT_EXCEEDED")
        first = pool.submit(app.press_add, tabs[0])
        await_condition(lambda: refusals(portal))
        [refused] = [c["at"] for c in portal.calls() if c["error"] == "QUERY_LIMIT_EXCEEDED"]
        pace = PortalPace.objects.filter(member_id=portal.member_id)
        await_condition(lambda: pace.filter(free_at__gt=refused + AHEAD + 0.3).exists())
        second = pool.submit(app.press_add, tabs[1])
        for click in (first, second):
            assert say.ADDED in click.result().status_text
    done = [call["at"] for call in portal.calls(ADD) if call["at"] > refused]
    assert len(done) == 2
    assert min(done) - refused > 0.3
