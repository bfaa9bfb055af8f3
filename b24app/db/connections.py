"""The database connection is given back while a request waits for somebody else's server.

Dozens of threads then share a small pool, because none holds a connection for seconds.
"""

from __future__ import annotations

from django.db import connection


def release_connection() -> None:
    """Return the connection to the pool, unless a transaction is open or it is kept on purpose."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
