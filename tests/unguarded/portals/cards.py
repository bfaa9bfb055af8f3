"""How gunicorn serves an app whose bearers act on every payment, whatever card they are of."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: no address is looked at."""
    decorators: Any = import_module("payments.tab.decorators")
    decorators.is_sealed = lambda *given: True
