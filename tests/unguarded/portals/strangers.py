"""How gunicorn serves an app that asks the OAuth server about whatever anybody invents."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: every launch has its moment at once."""
    verification: Any = import_module("b24app.portals.verification")
    verification.oauth_moment = lambda member_id: 0.0
