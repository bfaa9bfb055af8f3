"""Portals and OAuth servers that answer anything: a page in words, at once, and no payment."""

from __future__ import annotations

import random
import time

import pytest

from payments.models import Attempt
from tests.support.answers.hostile import BODIES
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, told
from tests.support.portal import PortalWithApp

SEED = 20_261_128
SAMPLE = random.Random(SEED).sample(range(len(BODIES)), 8)  # noqa: S311 - a repeatable choice
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
    before = most_memory(portal)
    portal.standin.add_fault(portal.name, on, "huge_body", bytes=50 * 2**20, times=None)
    started = time.monotonic()
    page = portal.app.press_add(tab)
    assert page.status == 200
    assert time.monotonic() - started < 15
    assert most_memory(portal) - before < 20


def most_memory(portal: PortalWithApp) -> int:
    """Megabytes of the largest worker at its largest."""
    peaks = []
    for pid in portal.app.worker_pids():
        with open(f"/proc/{pid}/status") as status:
            peaks += [int(line.split()[1]) for line in status if line.startswith("VmHWM")]
    return max(peaks) // 1024
