"""How gunicorn serves an app to which a stored address is more proof than it should be.

UNGUARDED names what is left out: "days" (no proof gets old), "newcomers" (nobody new is confirmed)
or "hosts" (a host may be that of many portals).
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from tests.unguarded.serving import threads as threads
from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app


def post_worker_init(worker: Any) -> None:
    """Once Django is there: one guard less."""
    models: Any = import_module("b24app.models")
    admission: Any = import_module("b24app.portals.admission")
    guard = os.environ["UNGUARDED"]
    if guard == "days":
        models.Portal.is_proven = True
    elif guard == "newcomers":
        admission.confirm_newcomer = lambda proof, portal, access: None
    else:
        admission.take_host = lambda portal: None
