"""How gunicorn serves an app whose answers say nothing of caches."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class

wsgi_app = "tests.unguarded.portals.stored:application"


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """The app, without the header."""

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        kept = [(name, value) for name, value in headers if name.lower() != "cache-control"]
        return start_response(status, kept, *rest)

    whole: Any = import_module("b24app.wsgi")
    answer: Iterable[bytes] = whole.application(environ, start)
    return answer
