"""How gunicorn serves an app that takes an access token's answer for the last word."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: what may be true for an hour is true for good."""
    handlers: Any = import_module("b24app.events.handlers")
    check: Any = import_module("b24app.portals.removal_check")

    def ask(portal: Any, *, since: Any) -> Any:
        try:
            return check.ask_whether_gone(portal, since=since)
        except check.NotYet:
            return check.Word.INSTALLED

    handlers.ask_whether_gone = ask
