"""One portal that keeps its callers waiting: everybody else's goes on as if nothing were."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.support.pages import sentences as say
from tests.support.people.clicks import ADD
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import await_condition

REQUESTS = 60


def test_a_portal_that_keeps_everybody_waiting_leaves_threads_for_the_others(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    quick = installed_portal(portal.app)
    add_deal = portal.standin.add_deal
    deals = [add_deal(portal.name, title=f"Deal {n}")["id"] for n in range(REQUESTS)]
    with (
        another_app(portal.app, tmp_path) as app,
        ThreadPoolExecutor(len(deals)) as pool,
    ):
        tabs = [open_tab_at(app, portal, deal) for deal in deals]
        portal.standin.add_fault(portal.name, ADD, "hold", seconds=20, times=None)
        clicks = [pool.submit(app.press_add, tab) for tab in tabs]
        await_condition(lambda: len(portal.calls(ADD)) >= 8)
        started = time.monotonic()
        page = open_tab_at(app, quick)
        waited = time.monotonic() - started
        portal.standin.clear_faults(portal.name)
        answers = [click.result() for click in clicks]
    assert page.status == 200
    assert waited < 2, waited
    assert {answer.status for answer in answers} == {200}
    told_added = [answer for answer in answers if say.ADDED in answer.status_text]
    truth = portal.standin.portal(portal.name)["payments"]
    assert len([p for p in truth if p["deal_id"] in deals]) == len(told_added)
