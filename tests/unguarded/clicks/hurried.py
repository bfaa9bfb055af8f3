"""How gunicorn serves the app with all its guards, whose clicks have two seconds to be sent."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: what takes 40 and 15 seconds there takes 2 and 1 here."""
    claims: Any = import_module("payments.commands.claims")
    resolve: Any = import_module("payments.commands.resolve")
    claims._BEFORE_SENDING = timedelta(seconds=2)
    resolve._STILL_SENDING = timedelta(seconds=1)
