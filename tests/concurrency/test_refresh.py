"""Many callers on one token pair that is too old: one refresh, and everybody goes on."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.utils import timezone

from b24app.models import PortalUser
from tests.support.pages import sentences as say
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import SALES, pages_on_an_expired_pair, refreshes
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import at_once, await_condition


def test_fifty_clicks_on_one_expired_pair_need_one_refresh(portal: PortalWithApp) -> None:
    pages = pages_on_an_expired_pair(portal.app, portal, count=50)
    assert [told(page) for page in pages if say.ADDED not in page.status_text] == []
    made = [p["deal_id"] for p in portal.standin.portal(portal.name)["payments"]][-50:]
    assert len(set(made)) == 50
    assert refreshes(portal) == 1


def test_thirty_two_first_tabs_of_a_person_at_once_all_open_without_a_refresh(
    portal: PortalWithApp,
) -> None:
    pages = at_once([portal.open_tab] * 32)
    assert {page.status for page in pages} == {200}
    assert PortalUser.objects.filter(portal=portal.row, user_id=SALES).count() == 1
    assert refreshes(portal) == 0
    assert say.ADDED in portal.app.press_add(pages[0]).status_text


def test_a_dead_refresh_token_is_tried_once_by_twenty_callers(portal: PortalWithApp) -> None:
    add_deal = portal.standin.add_deal
    deals = [add_deal(portal.name, title=f"Deal {n}")["id"] for n in range(20)]
    tabs = [portal.app.open_tab(portal.name, deal) for deal in deals]
    portal.standin.clear_calls(portal.name)
    portal.standin.expire(portal.name, user_id=SALES)
    portal.standin.revoke(portal.name, user_id=SALES, refresh=True)
    pages = at_once([partial(portal.app.press_add, tab) for tab in tabs])
    assert [told(page) for page in pages if say.SESSION_ENDED not in page.alert_text] == []
    assert refreshes(portal) == 1
    assert say.ADDED in portal.app.press_add(portal.open_tab()).status_text


@pytest.mark.parametrize(
    ("when", "mode", "sentence"),
    [
        ("before", "rotate", say.ADDED),
        ("after", "grace", say.ADDED),
        ("after", "rotate", say.SESSION_ENDED),
    ],
)
def test_a_refresh_whose_process_was_killed_is_taken_over(
    portal: PortalWithApp, tmp_path: Path, when: str, mode: str, sentence: str
) -> None:
    portal.standin.switch(portal.name, refresh_mode=mode)
    with another_app(portal.app, tmp_path) as app, ThreadPoolExecutor(1) as pool:
        tab, next_tab = open_tab_at(app, portal), open_tab_at(app, portal, "empty")
        portal.standin.expire(portal.name, user_id=SALES)
        portal.standin.add_fault(portal.name, "oauth.token", "hold", seconds=30, when=when)
        lost = pool.submit(app.press_add, tab)
        await_condition(lambda: refreshes(portal) == 1)
        for pid in app.worker_pids():
            os.kill(pid, signal.SIGKILL)
        assert lost.exception() is not None
    # As if the lease of the dead process had run out.
    rows = PortalUser.objects.filter(portal=portal.row, user_id=SALES)
    assert rows.update(lease_until=timezone.now() - timedelta(seconds=1)) == 1
    page = portal.app.press_add(next_tab)
    assert sentence in told(page)
    assert refreshes(portal) == 2
    assert portal.payments_of(portal.deal("fresh")) == []
    portal.standin.clear_faults(portal.name)
