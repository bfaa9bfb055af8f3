"""Checks of this server itself: its database, its public address, its background work."""

from __future__ import annotations

import json

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from b24app.models import EventReceipt
from b24app.operations.doctor.findings import Finding, backlog, too_long_ago
from b24app.portals import erasures
from b24app.rest.errors import RestError
from b24app.rest.transport import get


def check_migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    names = ", ".join(str(migration) for migration, _ in missing[:3])
    problem = f"The database is older than the app: {names} is missing." if missing else ""
    return Finding("database", problem, "Run `manage.py migrate`, then restart the app.")


def check_app_url() -> Finding:
    """Whether the app answers at the address that portals are told."""
    address = f"{settings.APP_URL}/healthz"
    try:
        answer = get(address, seconds=5)
        is_ours = json.loads(answer.body) == {"status": "alive"}
    except RestError as error:
        problem = f"Nobody answers at {address} ({error.text or error.kind})."
        step = (
            "Check that the app and its proxy run, that the name of APP_URL leads to this server, "
            "and that its certificate is valid."
        )
        return Finding("public address", problem, step)
    except ValueError:
        is_ours = False
    problem = f"Something else than this app answers at {address} (HTTP {answer.status})."
    step = "Set APP_URL to the address under which the proxy serves this app, then restart it."
    return Finding("public address", "" if is_ours else problem, step)


def check_erasures() -> Finding:
    """Whether what is erased from now on would be erased again after a restore."""
    trouble = erasures.trouble()
    problem = f"Erasures are not written down: {trouble}." if trouble else ""
    step = "Set ERASURES_FILE to a file that the app's user may write, outside the database."
    return Finding("erasures", problem, step)


def check_worker() -> Finding:
    """Whether somebody takes the background work from the queue."""
    ready = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    rows = ready.filter(enqueued_at__lt=too_long_ago())
    problem = "pieces of background work have waited for more than ten minutes."
    step = "Start a worker (`manage.py db_worker`) and read its log."
    return backlog("worker", rows, problem, step)


def check_events() -> Finding:
    waiting = EventReceipt.objects.filter(state=EventReceipt.State.WAITING)
    rows = waiting.filter(received_at__lt=too_long_ago())
    problem = "events have waited for more than ten minutes."
    step = "Start `manage.py handle_events` and read its log."
    return backlog("events received", rows, problem, step)
