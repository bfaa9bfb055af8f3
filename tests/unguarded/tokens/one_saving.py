"""How gunicorn serves an app that tries to save a new pair of tokens once."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: the first pause already is longer than any lease."""
    store: Any = import_module("b24app.tokens.store")
    store._SAVING_PAUSES = (3600.0,)
