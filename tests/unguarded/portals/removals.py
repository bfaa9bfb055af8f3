"""How gunicorn serves an app that believes every removal which the application token proves."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: nobody is asked whether the app is gone."""
    handlers: Any = import_module("b24app.events.handlers")
    handlers.ask_whether_gone = lambda portal, **_: handlers.Word.GONE
