"""How gunicorn serves the app with all its guards, which waits two seconds for any answer."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: what takes 12 seconds, or 8 at the OAuth server, takes 2 here."""
    client: Any = import_module("b24app.rest.client")
    client.post_json = partial(client.post_json, seconds=2.0)
    server: Any = import_module("b24app.tokens.server")
    server._PATIENCE = (1.0, 2.0)
