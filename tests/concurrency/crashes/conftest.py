"""What needs a database server of its own is collected where there is one."""

from __future__ import annotations

from django.db import connection

_ON_POSTGRES = ["test_database_down.py", "test_left_open.py"]
collect_ignore = [] if connection.vendor == "postgresql" else _ON_POSTGRES
