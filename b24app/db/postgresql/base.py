"""PostgreSQL whose pool gives out no connection that the server has closed.

After a restart of the server each idle connection is dead, and a request that is given one fails.
A dead one shows without a round trip: its socket has something to read, as no idle one has.
Django looks for a module of this name.
"""

from __future__ import annotations

import select
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import OperationalError


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at each connection of the pool before it is used; the pool replaces what is dead."""

    def get_new_connection(self, conn_params: Any) -> Any:
        if not self.pool:
            return super().get_new_connection(conn_params)
        for _ in range(2 * self.pool.max_size):
            connection = super().get_new_connection(conn_params)
            if is_alive(connection):
                return connection
            connection.close()
            self.pool.putconn(connection)
        raise OperationalError("the server closes every connection at once")


def is_alive(connection: Any) -> bool:
    """Whether an idle connection still leads to its server, as far as this end has been told."""
    ready = select.poll()
    ready.register(connection.fileno(), select.POLLIN)
    if not ready.poll(0):
        return True
    try:
        # Something has come: a farewell as a rule, but a word about a setting is none.
        connection.execute("")
    except psycopg.Error:
        return False
    return True
