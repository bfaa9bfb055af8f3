"""How gunicorn serves an app in which everybody may renew a token pair at once."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: the lease is given to all who ask."""
    store: Any = import_module("b24app.tokens.store")
    store.StoredPair._lease = lambda stored, pair: True
