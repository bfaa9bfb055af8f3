"""How gunicorn serves an app that sends every click, whoever has claimed its key."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: a claim never says that somebody else is sending already."""
    claims: Any = import_module("payments.commands.claims")
    claim = claims.claim

    def claim_anyway(*args: Any) -> Any:
        attempt, _ = claim(*args)
        return attempt, True

    claims.claim = claim_anyway
