"""How gunicorn serves an app of four threads that sends everybody a file of the journal at once.

UNGUARDED is "files"; without it all guards are there, and the four threads are as few.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any

from tests.unguarded.serving import worker_class as worker_class
from tests.unguarded.serving import wsgi_app as wsgi_app

threads = 4


def post_worker_init(worker: Any) -> None:
    """Once Django is there: nobody counts the files that are open."""
    if os.environ.get("UNGUARDED") == "files":
        export: Any = import_module("payments.journal.export")
        export.begin_file = export.JournalFile
