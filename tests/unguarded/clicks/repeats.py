"""How gunicorn serves an app that sends a call again when no true answer came."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: what HTTP libraries call a retry, also of an answer that is none."""
    client: Any = import_module("b24app.rest.client")
    errors: Any = import_module("b24app.rest.errors")
    send_once = client.Client._send_once

    def send_twice(self: Any, *args: Any, **moments: Any) -> Any:
        try:
            return send_once(self, *args, **moments)
        except errors.Unknown:
            return send_once(self, *args, **moments)

    client.Client._send_once = send_twice
