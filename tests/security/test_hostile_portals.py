"""Portals and OAuth servers that answer anything: a page in words, at once, and no payment."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from b24app.models import PortalPace
from payments.models import Attempt
from tests.support.answers.hostile import BODIES
from tests.support.app import App
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, await_outcome, told
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import at_once

SEED = 20_261_128
SAMPLE = random.Random(SEED).sample(range(len(BODIES)), 8)  # noqa: S311 - a repeatable choice
ATTACKERS, MOST_MEGABYTES = 8, 20
ROUNDS, SAMPLES = 2, 15
UNGUARDED = "--config python:tests.unguarded.portals.costs"
OPEN = {Attempt.State.UNCLEAR, Attempt.State.NOT_ADDED, Attempt.State.REFUSED}


def assert_told(portal: PortalWithApp, page: Page, started: float) -> None:
    assert page.status in {200, 403, 502, 503}, page.text
    assert told(page) or page.soup.find(role="alert")
    assert "<script>alert" not in page.body
    assert len(page.body) < 60_000
    assert time.monotonic() - started < 15
    assert portal.payments_of(portal.deal("fresh")) == []


@pytest.mark.parametrize("number", SAMPLE)
def test_a_portal_may_answer_anything(portal: PortalWithApp, number: int) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, "batch", "body", body=BODIES[number], times=None)
    started = time.monotonic()
    assert_told(portal, portal.open_tab(), started)
    started = time.monotonic()
    assert_told(portal, portal.app.press_add(tab), started)
    assert Attempt.objects.get(portal=portal.row).state in OPEN


@pytest.mark.parametrize("number", SAMPLE[:4])
def test_the_oauth_server_may_answer_anything(portal: PortalWithApp, number: int) -> None:
    tab = portal.open_tab()
    portal.standin.expire(portal.name)
    for name in ("oauth.token", "oauth.app.info"):
        portal.standin.add_fault(portal.name, name, "body", body=BODIES[number], times=None)
    started = time.monotonic()
    assert_told(portal, portal.app.press_add(tab), started)
    kept = portal.row.users.values_list("refresh_token", flat=True)
    assert all(kept)


@pytest.mark.parametrize("on", ["oauth.token", ADD])
def test_an_answer_of_fifty_megabytes_is_not_taken_in(portal: PortalWithApp, on: str) -> None:
    tab = portal.open_tab()
    if on != ADD:
        portal.standin.expire(portal.name)
    before = most_memory(portal.app)
    portal.standin.add_fault(portal.name, on, "huge_body", bytes=50 * 2**20, times=None)
    started = time.monotonic()
    page = portal.app.press_add(tab)
    assert page.status == 200
    assert time.monotonic() - started < 15
    assert most_memory(portal.app) - before < 20


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "huge_body", "bytes": 50 * 2**20},
        {"do": "body", "when": "after", "body": '{"result":[%s{}]}', "many": ("{},", 5 * 10**5)},
    ],
    ids=["too large", "too much in it"],
)
def test_an_add_that_is_answered_so_is_looked_for_and_never_repeated(
    portal: PortalWithApp, fault: dict[str, Any]
) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, **fault)
    page = await_outcome(portal.app, tab, portal.app.press_add(tab))
    assert page.is_added
    assert len(portal.calls(ADD)) == 1
    assert len(portal.payments_of(portal.deal("fresh"))) == 1
    assert Attempt.objects.get(portal=portal.row).state == Attempt.State.ADDED


@contextmanager
def hostile_app(
    portal: PortalWithApp, folder: Path, *, gunicorn: str = "", **environment: Any
) -> Iterator[App]:
    """One process that has had as many people at once as will come, so that it has its size."""
    with another_app(portal.app, folder, gunicorn=gunicorn, **environment) as app:
        at_once([partial(open_tab_at, app, portal)] * ATTACKERS * 2)
        yield app


def answer_with(portal: PortalWithApp, payment: str, *, many: tuple[str, int]) -> None:
    """Let the portal answer as it should, but for its payments; `%s` stands for `many`."""
    look = {
        "app": {"CODE": portal.row.app_code},
        "me": {"ID": str(portal.about["users"]["sales"]), "ADMIN": False},
        "card": {"item": {"title": "Deal", "opportunity": 1200, "currencyId": "EUR"}},
        "payments": "payments",
    }
    body = json.dumps({"result": {"result": look, "result_error": []}})
    body = body.replace('"payments": "payments"', f'"payments": {payment}')
    portal.standin.clear_faults(portal.name)
    portal.standin.add_fault(portal.name, "batch", "body", body=body, many=many, times=None)


ONE = '{"id":1,"accountNumber":"1/1","paid":"N","sum":"1","currency":"EUR"}'
ATTACKS = {
    "a number of a million digits": ("[" + ONE.replace('"1",', '"0.%s",') + "]", ("1", 10**6)),
    "texts of the largest size": ('["%s"]', ("x" * 1000 + '","', 1550)),
    "half a million empty objects": ("[%s{}]", ("{},", 5 * 10**5)),
    "forty thousand payments": (f"[%s{ONE}]", (f"{ONE},", 40_000)),
}


def attack(app: App, portal: PortalWithApp, name: str, *, answers: int) -> list[Page]:
    answer_with(portal, ATTACKS[name][0], many=ATTACKS[name][1])
    with ThreadPoolExecutor(ATTACKERS) as pool:
        return list(pool.map(lambda _: open_tab_at(app, portal), range(answers)))


def test_no_answer_takes_memory_from_the_others(portal: PortalWithApp, tmp_path: Path) -> None:
    with hostile_app(portal, tmp_path) as app:
        before = most_memory(app)
        for name in ATTACKS:
            pages = attack(app, portal, name, answers=50 if "digits" in name else ATTACKERS)
            assert {page.status for page in pages} <= {200, 502}, name
            assert max(len(page.body) for page in pages) < 100_000
            assert most_memory(app) - before < MOST_MEGABYTES, name


def test_without_the_limits_they_take_much(portal: PortalWithApp, tmp_path: Path) -> None:
    with hostile_app(portal, tmp_path, gunicorn=UNGUARDED) as app:
        before = most_memory(app)
        attack(app, portal, "half a million empty objects", answers=ATTACKERS)
        assert most_memory(app) - before > MOST_MEGABYTES


@pytest.mark.timed
def test_nor_does_any_take_time(portal: PortalWithApp, tmp_path: Path) -> None:
    """At the rate that portals have: one that is served at any rate has all the time there is."""
    quick = installed_portal(portal.app, switches={"latency_ms": 60})
    hostile = [installed_portal(portal.app) for _ in ATTACKS]
    rate = {"B24_CALLS_PER_SECOND": "2", "B24_CALLS_AT_ONCE": "100"}
    is_over = threading.Event()
    alone, beside = [], []

    def go_on(portal: PortalWithApp) -> None:
        while not is_over.is_set():
            open_tab_at(app, portal)

    with hostile_app(quick, tmp_path, **rate) as app:
        for _ in range(ROUNDS):
            alone.append(slowest_but_few(app, quick))
            is_over.clear()
            with ThreadPoolExecutor(ATTACKERS) as pool:
                for each, (payments, many) in zip(
                    hostile * 2, [*ATTACKS.values()] * 2, strict=True
                ):
                    answer_with(each, payments, many=many)
                    spend_what_it_may_at_once(each)
                    pool.submit(go_on, each)
                beside.append(slowest_but_few(app, quick))
                is_over.set()
    assert min(beside) < 1.5 * min(alone)


def spend_what_it_may_at_once(portal: PortalWithApp) -> None:
    """From now on it has its two calls a second and no more."""
    full_at = time.time() + (100 - 1) / 2
    PortalPace.objects.update_or_create(member_id=portal.member_id, defaults={"free_at": full_at})


def slowest_but_few(app: App, portal: PortalWithApp) -> float:
    """The seconds within which all tabs but the slowest one open."""
    taken = []
    for _ in range(SAMPLES):
        started = time.monotonic()
        assert open_tab_at(app, portal).status == 200
        taken.append(time.monotonic() - started)
    return sorted(taken)[-2]


def most_memory(app: App) -> int:
    """Megabytes of the largest worker at its largest."""
    peaks = []
    for pid in app.worker_pids():
        with open(f"/proc/{pid}/status") as status:
            peaks += [int(line.split()[1]) for line in status if line.startswith("VmHWM")]
    return max(peaks) // 1024
