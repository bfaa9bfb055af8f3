"""The page of figures: whom it opens to, and that it tells those of all workers together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

from b24app.operations.gauges import readings
from b24app.telemetry.metrics import OTHER, bounded
from payments.commands.attempts import drop_from_queue
from payments.models import Attempt
from tests.support.app import App, free_port, start_app
from tests.support.operations.rows import add_attempt, add_event, add_portal
from tests.support.people.clicks import ADD
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import open_tab_at
from tests.support.waiting import await_condition

TOKEN = "fake-metrics-token"
# A process whose file of figures cannot grow for a while: the library's file has room for 64 kB.
_FULL_DISK = """
import resource
from b24app.telemetry.metrics import count_refresh, exposition

_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
count_refresh(outcome="before")
resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, hard))
for number in range(1000):
    count_refresh(outcome=f"full {number}")
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
for number in range(1000):
    count_refresh(outcome=f"after {number}")
count_refresh(outcome="before")
print(exposition([]).decode())
"""

# A worker begins with a new file for each kind of figure.
_FULL_AT_THE_START = """
import os, resource
from b24app.telemetry.metrics import begin_request, count_refresh

begin_request()
count_refresh(outcome="before")
if child := os.fork():
    raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
begin_request()
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
begin_request()
count_refresh(outcome="before")
"""


@pytest.fixture(scope="module")
def measured(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app of two workers whose figures can be read."""
    with start_app(
        database_url=running_app.environment["DATABASE_URL"],
        standin=running_app.standin,
        port=free_port(),
        log_path=Path(tmp_path_factory.mktemp("measured") / "app.log"),
        environment={"METRICS_TOKEN": TOKEN},
    ) as app:
        yield app


def figures(app: App) -> dict[str, float]:
    """The samples by their name and the values of their labels, in the labels' order."""
    page = app.send("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert page.status == 200
    return {
        " ".join(
            [sample.name, *(value for _, value in sorted(sample.labels.items()))]
        ): sample.value
        for family in text_string_to_metric_families(page.body)
        for sample in family.samples
        if "le" not in sample.labels
    }


def test_without_a_token_in_the_settings_there_is_no_such_page(app: App) -> None:
    assert app.send("/metrics").status == 404
    assert app.send("/metrics", headers={"Authorization": "Bearer "}).status == 404


@pytest.mark.parametrize("given", ["", TOKEN, "Bearer", "Bearer ", f"Bearer {TOKEN}x", "Bearer é"])
def test_a_stranger_reads_nothing(measured: App, given: str) -> None:
    page = measured.send("/metrics", headers={"Authorization": given} if given else {})
    assert page.status == 401
    assert page.body == ""


@pytest.mark.django_db
def test_a_click_that_ends_in_the_queue_is_counted_once() -> None:
    name, labels = "payments_attempts_total", {"state": "not_added"}
    before = REGISTRY.get_sample_value(name, labels) or 0.0
    attempt = add_attempt(add_portal(), state=Attempt.State.QUEUED, due_at=timezone.now())
    drop_from_queue(attempt)
    drop_from_queue(attempt)
    assert REGISTRY.get_sample_value(name, labels) == before + 1


@pytest.mark.django_db
def test_an_event_that_waits_for_its_time_is_not_late() -> None:
    hour, now = timedelta(hours=1), timezone.now()
    portal = add_portal()
    for until in (now + hour, now - timedelta(minutes=1)):
        add_event(portal, received_at=now - hour, claimed_until=until, state="waiting")
        figures = {name: values for name, _, values in readings()}
        late = figures["b24_events_waiting_seconds"]["waiting"]
        assert late == (0 if until > now else pytest.approx(60, abs=5))
    assert figures["b24_events_waiting"]["waiting"] == 2


def test_the_figures_of_both_workers_add_up_and_outlive_one(measured: App) -> None:
    before = figures(measured).get("b24_requests_total 200 healthz", 0)
    for _ in range(40):
        measured.send("/healthz")
    seen = figures(measured)
    assert seen["b24_requests_total 200 healthz"] == before + 40
    assert seen["b24_request_seconds_count healthz"] == before + 40
    old = measured.worker_pids()
    measured.process.send_signal(signal.SIGHUP)
    await_condition(lambda: not set(measured.worker_pids()) & set(old))
    after = figures(measured)
    assert after["b24_requests_total 200 healthz"] == before + 40
    assert after["b24_requests_in_progress"] == 1


def test_a_click_is_counted_on_its_way(measured: App, portal: PortalWithApp) -> None:
    before = figures(measured)
    tab = open_tab_at(measured, portal)
    measured.press_add(tab)
    portal.standin.expire(portal.name)
    portal.standin.add_fault(portal.name, ADD, "refuse", code="ACCESS_DENIED")
    measured.press_add(tab)
    after = figures(measured)
    grown = {name: value - before.get(name, 0) for name, value in after.items()}
    assert grown["b24_requests_total 200 payments:deal"] == 1
    assert grown["b24_requests_total 200 payments:add"] == 2
    assert grown["b24_rest_calls_total batch ok"] >= 2
    assert grown["b24_rest_calls_total batch token_expired"] == 1
    assert grown[f"b24_rest_commands_total {ADD} ok"] == 1
    assert grown["b24_refreshes_total ok"] == 1
    assert grown["payments_attempts_total added"] == 1
    assert after["payments_attempts_open unclear"] == 0
    assert {"b24_events_waiting waiting", "b24_tasks ready"} <= after.keys()
    assert not [name for name in after if portal.member_id in name]


def test_what_is_not_found_is_counted_without_its_address(measured: App) -> None:
    measured.send("/no-such-page-of-ours")
    assert "no-such-page" not in str(figures(measured))


def test_names_from_outside_cannot_grow_the_figures() -> None:
    names = {bounded(f"method.{number}") for number in range(1000)}
    assert OTHER in names
    assert len(names) <= 101


def counted_amid(trouble: str, folder: Path) -> str:
    """What a process that counts prints."""
    variables = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    command = [sys.executable, "-c", trouble]
    done = subprocess.run(command, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_disk_that_was_full_costs_figures_and_nothing_else(tmp_path: Path) -> None:
    said = counted_amid(_FULL_DISK, tmp_path)
    assert 'b24_refreshes_total{outcome="before"} 2.0' in said


def test_so_does_one_that_is_full_when_a_worker_begins(tmp_path: Path) -> None:
    counted_amid(_FULL_AT_THE_START, tmp_path)
