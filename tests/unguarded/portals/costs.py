"""How gunicorn serves an app that takes in and parses whatever a portal answers, all at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: no answer is too much, and none has to wait."""
    responses: Any = import_module("b24app.rest.responses")
    transport: Any = import_module("b24app.rest.transport")
    responses._HEAVIEST = responses._STRIDE = 10**12
    responses.take_turn = transport.take_turn = lambda server, until: True
