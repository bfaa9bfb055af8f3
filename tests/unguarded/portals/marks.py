"""How gunicorn serves an app that marks no deal before a click leaves."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.support.servers import standing_still
from tests.support.servers.standing_still import preload_app as preload_app
from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: the mark before a click is left out."""
    for name in ("add", "change", "resolve"):
        module: Any = import_module(f"payments.commands.{name}")
        module.mark_click = lambda portal, item, user_id: None
    standing_still.post_worker_init(worker)
