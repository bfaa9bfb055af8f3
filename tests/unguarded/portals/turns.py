"""How gunicorn serves an app in which portals take other turns for their events.

TURN_SECONDS says for how long; without it every event of a portal may have a thread of its own.
"""

from __future__ import annotations

import os
from functools import partial
from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: turns are shorter, longer, or none."""
    tasks: Any = import_module("b24app.events.tasks")
    if seconds := os.environ["TURN_SECONDS"]:
        tasks.TURN_SECONDS = float(seconds)
    else:
        tasks._hand_over = lambda member_id: tasks.submit(partial(tasks._take_turn, member_id))
