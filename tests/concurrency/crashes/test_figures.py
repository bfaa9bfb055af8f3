"""A worker killed while it adds or writes: the deal's fields are right all the same."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.utils import timezone

from payments.models import DealFigures, FieldSetup
from tests.support.app import App
from tests.support.people.deaths import kill_at, mortal_app
from tests.support.people.fields import (
    ADD_FIELD,
    LEFT,
    NAMES,
    PAID,
    STATE,
    WRITE,
    press,
    switch_on,
    values,
)
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import open_tab_at
from tests.support.waiting import await_condition

UNMARKED = "--config python:tests.unguarded.portals.marks"
NOTHING_PAID = {PAID: 0, LEFT: 1200, STATE: "none"}


@pytest.fixture(scope="module")
def app_to_kill(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with mortal_app(running_app, tmp_path_factory.mktemp("figures")) as app:
        yield app


@pytest.fixture(scope="module")
def unmarked_app(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with mortal_app(running_app, tmp_path_factory.mktemp("unmarked"), UNMARKED) as app:
        yield app


def kill(app: App) -> None:
    """Its one process dies, and another one takes its place."""
    [pid] = app.worker_pids()
    os.kill(pid, signal.SIGKILL)
    await_condition(lambda: app.worker_pids() not in ([], [pid]))


def let_time_pass(portal: PortalWithApp) -> None:
    """What a dead process had claimed, or was to come back to, is due."""
    rows = DealFigures.objects.filter(portal=portal.row)
    rows.update(due_at=timezone.now(), claimed_until=None)
    FieldSetup.objects.filter(portal=portal.row).update(claimed_until=None)


def died_in_an_add(app: App, portal: PortalWithApp) -> None:
    """A click was recorded, its process died before the answer, and somebody sweeps."""
    deal = portal.deal("fresh")
    kill_at(app, portal, "recorded", deal)
    assert len(portal.payments_of(deal)) == 1
    let_time_pass(portal)
    app.manage("resolve_attempts")


def test_figures_of_a_click_whose_process_died_are_written(
    portal: PortalWithApp, app_to_kill: App
) -> None:
    switch_on(portal)
    died_in_an_add(app_to_kill, portal)
    assert values(portal) == NOTHING_PAID


def test_without_the_mark_before_it_they_are_lost(portal: PortalWithApp, unmarked_app: App) -> None:
    """The control."""
    switch_on(portal)
    died_in_an_add(unmarked_app, portal)
    assert values(portal) == {}


def test_a_write_whose_process_died_is_made_by_another(
    portal: PortalWithApp, app_to_kill: App
) -> None:
    switch_on(portal)
    portal.standin.add_fault(portal.name, WRITE, "hold", seconds=30)
    app_to_kill.press_add(open_tab_at(app_to_kill, portal))
    await_condition(lambda: portal.calls(WRITE))
    kill(app_to_kill)
    portal.standin.clear_faults(portal.name)
    let_time_pass(portal)
    app_to_kill.manage("resolve_attempts")
    assert values(portal) == NOTHING_PAID
    assert not DealFigures.objects.filter(portal=portal.row).exists()


def test_the_making_of_fields_goes_on_where_a_process_died(
    portal: PortalWithApp, app_to_kill: App
) -> None:
    portal.standin.add_fault(portal.name, ADD_FIELD, "hold", seconds=30, when="after")
    with ThreadPoolExecutor(1) as pool:
        pressed = pool.submit(press, portal, "on", app=app_to_kill)
        await_condition(lambda: portal.state()["user_fields"])
        assert pressed.result().status == 200
    kill(app_to_kill)
    portal.standin.clear_faults(portal.name)
    let_time_pass(portal)
    app_to_kill.manage("resolve_attempts")
    assert portal.state()["user_fields"].keys() == NAMES
    assert len(portal.calls(ADD_FIELD)) == len(NAMES)
    assert FieldSetup.objects.get(portal=portal.row).state == FieldSetup.State.READY
