"""How gunicorn serves an app that claims a click in the memory of one process alone."""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app

preload_app = True


def post_worker_init(worker: Any) -> None:
    """Once Django is there: among the threads of a process one sends, whatever the others do."""
    claims: Any = import_module("payments.commands.claims")
    claim, claimed, lock = claims.claim, set(), threading.Lock()

    def claim_here(actor: Any, item: Any, key: Any, *rest: Any) -> Any:
        attempt, _ = claim(actor, item, key, *rest)
        with lock:
            is_first = key not in claimed
            claimed.add(key)
        return attempt, is_first

    claims.claim = claim_here
