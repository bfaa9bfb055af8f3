"""How gunicorn serves an app that takes "none of these" for "not added": as `impatient`."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from tests.unguarded.clicks import impatient
from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: whoever says none has their click closed at once."""
    impatient.post_worker_init(worker)
    attempts: Any = import_module("payments.commands.attempts")
    resolve: Any = import_module("payments.commands.resolve")
    views: Any = import_module("payments.tab.views")

    def close(attempt: Any, **_: Any) -> Any:
        return resolve.Outcome(attempts.close(attempt, attempt.State.NOT_ADDED))

    views.choose_payment = close
