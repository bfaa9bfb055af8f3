"""How gunicorn serves an app that notes a click down when it has been answered, and not before."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.support.servers import standing_still
from tests.support.servers.standing_still import preload_app as preload_app
from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: a claim leaves no row, and what the call gave makes it."""
    attempts: Any = import_module("payments.commands.attempts")
    claims: Any = import_module("payments.commands.claims")
    close = attempts.close
    claims.store_alone = lambda attempt, watermark: True

    def note_and_close(attempt: Any, *args: Any, **kwargs: Any) -> Any:
        if attempt.pk is None:
            attempt.save()
        return close(attempt, *args, **kwargs)

    attempts.close = note_and_close
    standing_still.post_worker_init(worker)
