"""How gunicorn serves an app that keeps the first application token for ever."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: no launch brings another one."""
    admission: Any = import_module("b24app.portals.admission")
    admission.is_application_token = lambda portal, token: True
