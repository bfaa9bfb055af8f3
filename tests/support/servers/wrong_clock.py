"""How gunicorn serves an app on a machine whose clock is CLOCK_IS_OFF seconds ahead."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: the clock goes on from another time, for whoever looks at it."""
    off = timedelta(seconds=float(os.environ["CLOCK_IS_OFF"]))
    time_machine.travel(datetime.now(UTC) + off, tick=True).start()
