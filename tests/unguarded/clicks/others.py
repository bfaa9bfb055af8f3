"""How gunicorn serves an app that writes every click down, whoever else is at work on the item."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: a click is stored, and nobody else is looked for."""
    claims: Any = import_module("payments.commands.claims")
    prepared: Any = import_module("b24app.db.prepared")

    def store(attempt: Any, watermark: Any) -> bool:
        prepared.insert(attempt)
        return True

    claims.store_alone = store
