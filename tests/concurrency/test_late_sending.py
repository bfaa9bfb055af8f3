"""A click that was held up for so long that it could be closed as not added: it is never sent."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from payments.models import Attempt
from tests.support.app import REQUEST_LIMIT_SECONDS, App
from tests.support.pages import sentences as say
from tests.support.people.clicks import (
    ADD,
    REFUSED_IN_BATCH,
    await_outcome,
    can_add,
    key_of,
    told,
)
from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import SALES
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import await_condition

UNGUARDED = "--config python:tests.unguarded.clicks"


@contextmanager
def hurried_app(shared: App, folder: Path, *, guard: bool = True) -> Iterator[App]:
    """An app whose clicks have two seconds to be sent, with the fence and without."""
    config = "hurried" if guard else "fence"
    with another_app(shared, folder, gunicorn=f"{UNGUARDED}.{config}") as app:
        yield app


def hold_the_way(portal: PortalWithApp) -> None:
    """The portal answers slowly that the token is too old, and a new one takes still longer."""
    portal.standin.clear_calls(portal.name)
    portal.standin.switch(portal.name, refresh_mode="grace", latency_ms=500)
    portal.standin.expire(portal.name, user_id=SALES)
    portal.standin.add_fault(portal.name, "oauth.token", "hold", seconds=10)


def let_go(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, latency_ms=None)
    portal.standin.release(portal.name)


def is_renewing(portal: PortalWithApp) -> bool:
    return "oauth.token" in [call["method"] for call in portal.calls()]


def is_over(key: str) -> bool:
    """Whether the last moment of a click is in the past."""
    attempt = Attempt.objects.filter(key=key).first()
    limit = timedelta(seconds=REQUEST_LIMIT_SECONDS)
    return attempt is not None and timezone.now() > attempt.settles_at - limit


@pytest.mark.parametrize("switches", [{}, REFUSED_IN_BATCH], ids=["in a batch", "alone"])
def test_a_click_whose_moment_has_passed_is_not_sent_and_the_next_adds_one(
    portal: PortalWithApp, tmp_path: Path, switches: dict[str, Any]
) -> None:
    portal.standin.switch(portal.name, **switches)
    with hurried_app(portal.app, tmp_path) as app, ThreadPoolExecutor(1) as pool:
        # Once it has learnt what a batch forbids, the app sends that alone.
        app.press_add(open_tab_at(app, portal, "empty"))
        assert bool(portal.row.unbatchable) is bool(switches)
        tab = open_tab_at(app, portal)
        hold_the_way(portal)
        click = pool.submit(app.press_add, tab)
        await_condition(lambda: is_renewing(portal))
        key = key_of(tab)
        await_condition(lambda: is_over(key), seconds=5)
        let_go(portal)
        page = click.result()
        assert say.UNREACHED in page.alert_text, told(page)
        assert can_add(page)
        assert {call["error"] for call in portal.calls(ADD)} <= {"expired_token"}
        assert portal.payments_of(portal.deal("fresh")) == []
        again = app.press_add(page)
        assert say.ADDED in again.status_text, told(again)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def payments_of_two_clicks(app: App, portal: PortalWithApp) -> int:
    """A click is held up; its page, loaded again, calls it not added; the person clicks again."""
    tab = open_tab_at(app, portal)
    hold_the_way(portal)
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(app.press_add, tab)
        await_condition(lambda: is_renewing(portal))
        portal.standin.switch(portal.name, latency_ms=None)
        # The launch brings tokens of its own.
        reloaded = open_tab_at(app, portal)
        assert reloaded.polled_key == key_of(tab)
        page = await_outcome(app, reloaded, reloaded, seconds=8)
        assert say.NOT_ADDED in told(page), told(page)
        again = app.press_add(page)
        assert say.ADDED in again.status_text, told(again)
        assert not held.done()
        let_go(portal)
        held.result()
    return len(portal.payments_of(portal.deal("fresh")))


def test_what_could_be_closed_is_never_sent(portal: PortalWithApp, tmp_path: Path) -> None:
    with hurried_app(portal.app, tmp_path) as app:
        assert payments_of_two_clicks(app, portal) == 1


def test_without_the_fence_what_was_closed_is_still_sent(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    with hurried_app(portal.app, tmp_path, guard=False) as app:
        assert payments_of_two_clicks(app, portal) == 2
