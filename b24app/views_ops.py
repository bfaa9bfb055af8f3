"""Pages for machines: is the process alive, and can it serve."""

from __future__ import annotations

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as the process answers; asks nobody."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, is migrated, and secrets can be sealed; else 503."""
    checks = {"database": _has_migrations(), "keys": _has_keys()}
    status = 200 if all(checks.values()) else 503
    return JsonResponse({"checks": checks}, status=status)


def _has_migrations() -> bool:
    try:
        executor = MigrationExecutor(connection)
        return not executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (DatabaseError, InterfaceError):
        return False


def _has_keys() -> bool:
    sealed = settings.VAULT.seal("probe", place="readyz")
    return bool(settings.VAULT.open(sealed, place="readyz") == "probe")
