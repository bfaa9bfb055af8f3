"""How gunicorn serves an app that keeps every pair that a renewal brings, whose it may be."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: no pair is compared with the person."""
    store: Any = import_module("b24app.tokens.store")
    store.StoredPair._check_owner = lambda stored, answer, old, **lease: None
