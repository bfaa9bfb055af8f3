"""How gunicorn serves an app whose process stands still at a named point of an add, to be killed.

The file STAND_STILL names the point; whoever gets there takes it away and stops with all threads.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app

preload_app = True


def post_worker_init(worker: Any) -> None:
    """Once Django is there: the points lie before and after what an add does, not in it."""
    attempts: Any = import_module("payments.commands.attempts")
    claims: Any = import_module("payments.commands.claims")
    client: Any = import_module("b24app.rest.client")
    claims.claim = _between("unclaimed", claims.claim, "claimed")
    attempts.record = _between("answered", attempts.record, "recorded")
    post_json = client.post_json
    post_add = _between("unsent", post_json, "")

    def post(url: str, body: bytes, **limits: Any) -> Any:
        is_add = b"crm.item.payment.add" in body
        return (post_add if is_add else post_json)(url, body, **limits)

    client.post_json = post


def _between(before: str, act: Callable[..., Any], after: str) -> Callable[..., Any]:
    def stand_and_act(*args: Any, **kwargs: Any) -> Any:
        _stand_still(before)
        result = act(*args, **kwargs)
        _stand_still(after)
        return result

    return stand_and_act


def _stand_still(point: str) -> None:
    note = Path(os.environ["STAND_STILL"])
    if note.exists() and note.read_text() == point:
        note.unlink()
        os.kill(os.getpid(), signal.SIGSTOP)
        # Any thread may take the signal, and until it does this one would go on.
        threading.Event().wait()
