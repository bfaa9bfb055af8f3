"""Refuses a query about rows of portals that does not say of which portal.

It looks at each statement that an app sends to its database. What is about all portals at once is
the work of jobs, listed here by the modules that do it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from django.db.backends.signals import connection_created

# By table: the columns that name a portal, or one row that was found through it.
TABLES = {
    "b24app_portaluser": ("portal_id", "member_id", "id"),
    "b24app_restcall": ("portal_id", "member_id", "id"),
    "payments_attempt": ("portal_id", "member_id", "id"),
    "payments_fieldsetup": ("portal_id", "member_id"),
    "payments_dealfigures": ("portal_id", "member_id", "id"),
    "b24app_eventreceipt": ("member_id", "digest", "id"),
    "b24app_portalpace": ("member_id",),
}
JOBS = (
    # The inbox is one queue of all portals, and counts what strangers have sent.
    "b24app.events.receipts",
    "b24app.console.",
    "b24app.management.",
    "b24app.operations.",
    "payments.commands.sweep",
    "payments.follow_up.runner",
    "payments.management.",
    "payments.operations.",
)


class Unscoped(Exception):
    """A statement about rows of portals, and nothing in it says of which."""


def guard_connections() -> None:
    """Have every connection of this process refuse such statements from now on."""
    connection_created.connect(_guard, weak=False)


def _guard(connection: Any, **_: object) -> None:
    if _watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(_watch)


def _watch(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    if (table := unscoped_table(sql)) and not _is_of_a_job():
        raise Unscoped(f"{table}: {sql}")
    return execute(sql, params, many, context)


@cache
def unscoped_table(sql: str) -> str:
    """The first table in a statement that does not name the portal of its rows, or nothing."""
    plain = sql.replace('"', "").lower()
    if plain.lstrip().startswith(("insert", "create", "drop", "alter", "pragma")):
        return ""
    conditions = plain.partition(" where ")[2]
    for table, columns in TABLES.items():
        is_named = re.search(rf"\b(?:{'|'.join(columns)}) (?:= %s|in \(%s)", conditions)
        if is_named is None and re.search(rf"\b{table}\b", plain):
            return table
    return ""


def _is_of_a_job() -> bool:
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if str(frame.f_globals.get("__name__", "")).startswith(JOBS):
            return True
    return False
