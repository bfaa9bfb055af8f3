"""How gunicorn serves an app that sends a click however late: as `hurried`, without the fence."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.clicks import hurried
from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: no request has a last moment."""
    hurried.post_worker_init(worker)
    client: Any = import_module("b24app.rest.client")
    post_json = client.post_json
    client.post_json = lambda url, body, **limits: post_json(url, body)
