"""How gunicorn serves an app for which what is not listed was not made: as `impatient`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.clicks import impatient
from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: no click waits until the portal can be working on it no more."""
    impatient.post_worker_init(worker)
    models: Any = import_module("payments.models")
    models.Attempt.is_settled = True
