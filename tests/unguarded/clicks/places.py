"""How gunicorn serves an app in which whoever waits for a portal may hold any thread."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app

# As the real one: so many as the crowd is made for.
threads = 64


def post_worker_init(worker: Any) -> None:
    """Once Django is there: there is always room for one more."""
    concurrency: Any = import_module("b24app.rest.concurrency")
    concurrency._make_room = lambda portal: None
