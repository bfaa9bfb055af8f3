"""A PostgreSQL for the tests: one that answers here, or else a cluster of our own.

A server counts when it lets us in at 127.0.0.1:5432 without a password and create databases.
"""

from __future__ import annotations

import getpass
import os
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from tools.install import apt
from tools.steps import run_quietly, step

HOST = "127.0.0.1"
PORT = 5432
OLDEST = 140000
_ACCOUNT = "postgres"
# Speed over safety: nothing in the cluster outlives the run.
_OPTIONS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200"


@dataclass(frozen=True)
class Server:
    """Where a PostgreSQL listens and as whom it lets us in."""

    port: int
    user: str

    def url(self, name: str) -> str:
        """The DATABASE_URL of a database there."""
        return f"postgres://{self.user}@{HOST}:{self.port}/{name}"


@contextmanager
def database() -> Iterator[str | None]:
    """The DATABASE_URL of a new name, all of whose databases are dropped at the end.

    None if there is no PostgreSQL and none can be installed; raises StepFailed.
    """
    with server() as found:
        if found is None:
            yield None
            return
        name = _new_name()
        try:
            yield found.url(name)
        finally:
            _drop_databases(found, f"test_{name}")


@contextmanager
def new_databases(count: int) -> Iterator[list[str]]:
    """The addresses of so many empty databases, dropped at the end; none without a PostgreSQL."""
    with server() as found:
        if found is None:
            yield []
            return
        prefix = _new_name()
        names = [f"{prefix}_{number}" for number in range(count)]
        try:
            with psycopg.connect(found.url("postgres"), autocommit=True) as connection:
                for name in names:
                    create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
                    connection.execute(create)
            yield [found.url(name) for name in names]
        finally:
            _drop_databases(found, prefix)


@contextmanager
def server() -> Iterator[Server | None]:
    """The PostgreSQL that is here, else a cluster of our own, else None; raises StepFailed."""
    found = _running_server()
    if found is not None:
        yield found
        return
    if _programs() is None and apt.can_install():
        apt.install("postgresql")
    programs = _programs()
    if programs is None:
        yield None
        return
    with own_cluster(programs) as own:
        yield own


@contextmanager
def own_cluster(programs: Path) -> Iterator[Server]:
    """A cluster in a temporary folder, on a free port of the loopback, for the time of the block.

    PostgreSQL refuses to run as root, so root lends it to the account `postgres`.
    """
    is_root = os.geteuid() == 0
    account = ["runuser", "-u", _ACCOUNT, "--"] if is_root else []
    with tempfile.TemporaryDirectory(prefix="deal-payments-") as folder:
        if is_root:
            shutil.chown(folder, _ACCOUNT)
        data, home = Path(folder, "data"), Path(folder)
        control = [*account, str(programs / "pg_ctl"), "-D", str(data)]
        with socket.create_server((HOST, 0)) as listener:
            port = int(listener.getsockname()[1])
        with step("PostgreSQL cluster"):
            trusted = ["--auth=trust", f"--username={_ACCOUNT}", "--no-sync", "--encoding=UTF8"]
            run_quietly([*account, programs / "initdb", "-D", data, *trusted], cwd=home)
            listening = f"-h {HOST} -p {port} -k {folder} {_OPTIONS}"
            start = ["-w", "-l", str(home / "log"), "-o", listening, "start"]
            run_quietly([*control, *start], cwd=home)
        try:
            yield Server(port=port, user=_ACCOUNT)
        finally:
            run_quietly([*control, "-m", "immediate", "stop"], cwd=home)


def _new_name() -> str:
    return f"deal_payments_{secrets.token_hex(4)}"


def _running_server() -> Server | None:
    for user in (getpass.getuser(), _ACCOUNT):
        server = Server(port=PORT, user=user)
        try:
            with psycopg.connect(server.url("postgres"), connect_timeout=3) as connection:
                role = "SELECT rolcreatedb OR rolsuper FROM pg_roles WHERE rolname = current_user"
                may_create = connection.execute(role).fetchone() == (True,)
                if may_create and connection.info.server_version >= OLDEST:
                    return server
        except psycopg.Error:
            continue
    return None


def _programs() -> Path | None:
    """The folder of the newest installed initdb and pg_ctl."""
    versions = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if versions:
        return max(versions, key=lambda path: float(path.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _drop_databases(server: Server, prefix: str) -> None:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        query = "SELECT datname FROM pg_database WHERE starts_with(datname, %s)"
        for (name,) in connection.execute(query, [prefix]).fetchall():
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))
