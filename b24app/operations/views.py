"""Pages for machines: is the process alive, can it serve, and how is it doing."""

from __future__ import annotations

import hmac
import logging

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST

from b24app.operations.gauges import readings
from b24app.spec import app_spec
from b24app.telemetry.metrics import exposition

log = logging.getLogger(__name__)


def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks nobody."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, is migrated, and secrets can be sealed; else 503."""
    checks = {"database": _has_migrations(), "keys": _has_keys()}
    status = 200 if all(checks.values()) else 503
    return JsonResponse({"checks": checks}, status=status)


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures, for who knows METRICS_TOKEN; without such a token there is no such page."""
    if not settings.METRICS_TOKEN:
        raise Http404
    given = request.headers.get("Authorization", "").encode()
    if not hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    try:
        text = exposition([readings, *app_spec().load("readings")])
    except (DatabaseError, InterfaceError):
        log.exception("figures without those of the database")
        text = exposition(())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _has_migrations() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError):
        return False


def _has_keys() -> bool:
    sealed = settings.VAULT.seal("probe", aad="readyz")
    return bool(settings.VAULT.open(sealed, aad="readyz") == "probe")
