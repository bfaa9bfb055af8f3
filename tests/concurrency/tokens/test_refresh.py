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
from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import SALES, pages_on_an_expired_pair, refreshes
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import at_once, await_condition

UNLEASED = "--config python:tests.unguarded.tokens.lease"


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


def pages_after_a_lost_answer(app: App, portal: PortalWithApp) -> list[Page]:
    """Eight clicks on a pair too old; the answer that brings the new one is lost on its way."""
    portal.standin.switch(portal.name, refresh_mode="grace")
    portal.standin.add_fault(portal.name, "oauth.token", "drop_after")
    return pages_on_an_expired_pair(app, portal, count=8)


def test_an_answer_of_the_server_that_is_lost_costs_one_more_refresh(
    portal: PortalWithApp,
) -> None:
    """Whoever asked is told to try again, the others wait for the second, and all is well."""
    pages = pages_after_a_lost_answer(portal.app, portal)
    assert refreshes(portal) == 2
    [unlucky] = [page for page in pages if say.ADDED not in page.status_text]
    assert say.SIGN_IN_SILENT in unlucky.alert_text, told(unlucky)
    assert say.ADDED in portal.app.press_add(unlucky).status_text
    assert refreshes(portal) == 2
    assert say.ADDED in portal.app.press_add(portal.open_tab()).status_text


def test_without_the_lease_it_costs_as_many_as_there_are_callers(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with another_app(portal.app, tmp_path, gunicorn=UNLEASED) as app:
        pages_after_a_lost_answer(app, portal)
    assert refreshes(portal) > 2


def test_a_launch_during_a_refresh_brings_the_pair_that_stays(portal: PortalWithApp) -> None:
    """The newest grant wins: what the refresh brings is older, and is used by nobody."""
    tab = portal.open_tab()
    rows = PortalUser.objects.filter(portal=portal.row, user_id=SALES)
    portal.standin.clear_calls(portal.name)
    portal.standin.expire(portal.name, user_id=SALES)
    portal.standin.add_fault(portal.name, "oauth.token", "hold", seconds=30, when="after")
    with ThreadPoolExecutor(1) as pool:
        click = pool.submit(portal.app.press_add, tab)
        await_condition(lambda: refreshes(portal) == 1)
        portal.open_tab("empty")
        launched = rows.get()
        portal.standin.release(portal.name)
        page = click.result()
    assert say.ADDED in page.status_text, told(page)
    assert pair_of(rows.get()) == pair_of(launched)
    assert refreshes(portal) == 1


def pair_of(user: PortalUser) -> tuple[int, str, str]:
    return user.token_version, user.access_token, user.refresh_token
