"""Checks of this server itself: its database, its public address, its background work."""

from __future__ import annotations

import json
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from b24app.models import EventReceipt
from b24app.operations.doctor.findings import Finding
from b24app.rest.errors import RestError
from b24app.rest.transport import get

_TOO_LONG = timedelta(minutes=10)


def check_migrations() -> Finding:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        return Finding("database")
    names = ", ".join(str(migration) for migration, _ in missing[:3])
    problem = f"The database is older than the app: {names} is missing."
    return Finding("database", problem, "Run `manage.py migrate`, then restart the app.")


def check_app_url() -> Finding:
    """Whether the app answers at the address that portals are told."""
    address = f"{settings.APP_URL}/healthz"
    try:
        answer = get(address, seconds=5)
        is_ours = json.loads(answer.body) == {"status": "alive"}
    except RestError as error:
        reason = error.text or error.kind
        return Finding(
            "public address",
            f"Nobody answers at {address} ({reason}).",
            "Check that the app and its proxy run, that the name of APP_URL leads to this server, "
            "and that its certificate is valid.",
        )
    except ValueError:
        is_ours = False
    if is_ours:
        return Finding("public address")
    return Finding(
        "public address",
        f"Something else than this app answers at {address} (HTTP {answer.status}).",
        "Set APP_URL to the address under which the proxy serves this app, then restart it.",
    )


def check_worker() -> Finding:
    """Whether somebody takes the background work from the queue."""
    rows = DBTaskResult.objects.filter(status=TaskResultStatus.READY)
    count = rows.filter(enqueued_at__lt=timezone.now() - _TOO_LONG).count()
    if not count:
        return Finding("worker")
    problem = f"{count} pieces of background work have waited for more than ten minutes."
    return Finding("worker", problem, "Start a worker (`manage.py db_worker`) and read its log.")


def check_events() -> Finding:
    rows = EventReceipt.objects.filter(state=EventReceipt.State.WAITING)
    count = rows.filter(received_at__lt=timezone.now() - _TOO_LONG).count()
    if not count:
        return Finding("events received")
    problem = f"{count} events have waited for more than ten minutes."
    return Finding("events received", problem, "Start `manage.py handle_events` and read its log.")
