"""The app as the bench alone serves it: each answer says how many database queries it took."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from django.db.backends.signals import connection_created

from b24app.wsgi import application as app
from tests.bench.serving.counting import HEADER

_here = threading.local()


def count(execute: Callable[..., Any], *arguments: Any) -> Any:
    _here.queries = getattr(_here, "queries", 0) + 1
    return execute(*arguments)


def watch(sender: object, connection: Any, **_: object) -> None:
    if count not in connection.execute_wrappers:
        connection.execute_wrappers.append(count)


connection_created.connect(watch)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    _here.queries = 0

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, (HEADER, str(_here.queries))], *rest)

    return app(environ, start)
