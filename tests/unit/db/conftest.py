"""What is true of one database alone is collected where that is."""

from __future__ import annotations

from django.db import connection

collect_ignore = [] if connection.vendor == "postgresql" else ["test_kept_statements.py"]
