"""What needs a database server of its own is collected where there is one."""

from __future__ import annotations

from django.db import connection

collect_ignore = [] if connection.vendor == "postgresql" else ["test_database_down.py"]
