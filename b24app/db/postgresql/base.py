"""PostgreSQL whose pool gives out no connection that the server has closed.

After a restart of the server each idle connection is dead, and a request that is given one fails.
A dead one shows without a round trip: its socket has something to read, as no idle one has.
While the server is away nobody is given a connection, which the pool's time-out soon shows; while
others are given some, the pool is but busy, and whoever waits goes on waiting.
The server keeps a statement that comes often, and refuses it when the type of a column has changed.
Django looks for a module of this name.
"""

from __future__ import annotations

import select
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base
from django.db.utils import OperationalError
from psycopg.pq import TransactionStatus
from psycopg_pool import PoolTimeout

_LONGEST_WAIT_SECONDS = 5.0


class Cursor(base.ServerBindingCursor):
    """A cursor that goes on without statements the server has kept once it refuses one of them.

    In a transaction the statement fails all the same, because the server has ended that.
    """

    connection: Any

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        # Any, because Django's stubs do not know this method.
        theirs: Any = super()
        try:
            return theirs.execute(query, params, **options)
        except psycopg.errors.FeatureNotSupported:
            is_kept = self.connection.prepare_threshold is not None
            self.connection.prepare_threshold = None
            if is_kept and self.connection.info.transaction_status == TransactionStatus.IDLE:
                return theirs.execute(query, params, **options)
            raise


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at each connection of the pool before it is used; the pool replaces what is dead.

    `given_at` is when anybody in this process last got one.
    """

    given_at = 0.0

    def get_connection_params(self) -> dict[str, Any]:
        return {**super().get_connection_params(), "cursor_factory": Cursor}

    def get_new_connection(self, conn_params: Any) -> Any:
        if not self.pool:
            return super().get_new_connection(conn_params)
        until = time.monotonic() + _LONGEST_WAIT_SECONDS
        while True:
            began = time.monotonic()
            try:
                connection = self._get_living(conn_params)
            except PoolTimeout:
                if DatabaseWrapper.given_at < began or time.monotonic() > until:
                    raise
            else:
                DatabaseWrapper.given_at = time.monotonic()
                return connection

    def _get_living(self, conn_params: Any) -> Any:
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
