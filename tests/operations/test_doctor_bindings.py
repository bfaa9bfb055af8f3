"""The doctor on what a portal has bound, and on this server itself."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from b24app.models import EventReceipt
from payments.models import Attempt
from tests.support.operations.rows import add_attempt, add_event
from tests.support.operations.visits import troubles, visit
from tests.support.portal import PortalWithApp

TAB = "CRM_DEAL_DETAIL_TAB"


pytestmark = [pytest.mark.usefixtures("this_server"), pytest.mark.words]


def as_admin(portal: PortalWithApp, method: str, **params: Any) -> None:
    """One call of the administrator's, past the app."""
    token = portal.standin.launch(portal.name, user="admin")["fields"]["AUTH_ID"]
    body = {"auth": token, **params}
    answer = portal.standin.send(str(portal.about["host"]), f"/rest/{method}", body=body)
    assert answer.status == 200, answer.body


def long_ago() -> Any:
    return timezone.now() - timedelta(minutes=20)


def test_a_place_that_is_not_bound(portal: PortalWithApp) -> None:
    as_admin(portal, "placement.unbind", PLACEMENT=TAB)
    assert f"{TAB} is not bound" in troubles(portal.member_id)


def test_a_place_that_is_bound_twice(portal: PortalWithApp) -> None:
    row = {"placement": TAB, "handler": f"{portal.app.origin}/placements/deal/"}
    portal.standin.add_fault(portal.name, "placement.get", "answer", result=[row, row], times=None)
    assert f"{TAB} is bound twice" in troubles(portal.member_id)


def test_a_handler_of_another_address(portal: PortalWithApp) -> None:
    handler = "https://old.example.com/placements/deal/"
    as_admin(portal, "placement.bind", PLACEMENT=TAB, HANDLER=handler)
    assert f"{TAB} leads to {handler}, which is not ours" in troubles(portal.member_id)


def test_an_event_that_nobody_tells_us_of(portal: PortalWithApp) -> None:
    as_admin(portal, "event.unbind", event="ONAPPUNINSTALL")
    assert "ONAPPUNINSTALL is not bound" in troubles(portal.member_id)


def test_an_event_that_is_told_elsewhere_too(portal: PortalWithApp) -> None:
    handler = "https://old.example.com/events/"
    as_admin(portal, "event.bind", event="ONAPPUPDATE", handler=handler)
    assert f"ONAPPUPDATE leads to {handler}, which is not ours" in troubles(portal.member_id)


def test_a_public_address_where_nobody_answers(
    portal: PortalWithApp, settings: LazySettings
) -> None:
    settings.APP_URL = "http://app.localhost:1"
    assert "Nobody answers at http://app.localhost:1/healthz" in troubles(portal.member_id)


def test_a_public_address_that_is_somebody_elses(
    portal: PortalWithApp, settings: LazySettings
) -> None:
    settings.APP_URL = str(portal.about["origin"])
    assert "Something else than this app answers" in troubles(portal.member_id)


def test_a_database_that_was_not_migrated(portal: PortalWithApp) -> None:
    [newest] = MigrationLoader(connection).graph.leaf_nodes("b24app")
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied(*newest)
    try:
        said = troubles(portal.member_id)
    finally:
        recorder.record_applied(*newest)
    assert "The database is older than the app" in said
    assert "manage.py migrate" in said


def test_a_worker_that_does_not_run(portal: PortalWithApp) -> None:
    row = DBTaskResult.objects.create(
        args_kwargs={},
        task_path="x",
        backend_name="default",
        run_after=timezone.now(),
        exception_class_path="",
        traceback="",
    )
    DBTaskResult.objects.filter(pk=row.pk).update(enqueued_at=long_ago())
    assert "1 pieces of background work have waited" in troubles(portal.member_id)


def test_events_that_wait_too_long(portal: PortalWithApp) -> None:
    add_event(portal.row, state=EventReceipt.State.WAITING, received_at=long_ago())
    assert "1 events have waited" in troubles(portal.member_id)


def test_clicks_that_should_have_been_settled(portal: PortalWithApp) -> None:
    add_attempt(portal.row, state=Attempt.State.UNCLEAR, created_at=long_ago())
    assert "1 clicks on Add payment are still unclear" in troubles(portal.member_id)


def test_the_exit_status_tells_a_script(portal: PortalWithApp) -> None:
    portal.app.manage("doctor", portal.member_id)
    with pytest.raises(subprocess.CalledProcessError) as ended:
        portal.app.manage("doctor", "nobody.bitrix24.com")
    assert ended.value.returncode == 1
    assert visit(portal.member_id)[0] == 0
