"""How gunicorn serves an app that sends a call again when no answer came."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.concurrency.unguarded.serving import threads as threads
from tests.concurrency.unguarded.serving import worker_class as worker_class
from tests.concurrency.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: what HTTP libraries call a retry."""
    client: Any = import_module("b24app.rest.client")
    errors: Any = import_module("b24app.rest.errors")
    post_json = client.post_json

    def post_twice(url: str, body: bytes, **limits: Any) -> Any:
        try:
            return post_json(url, body, **limits)
        except errors.Unknown:
            return post_json(url, body, **limits)

    client.post_json = post_twice
