"""The servers side by side: the app, and the rivals that are servers, under the same gunicorn."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.measuring.processes import children
from tests.standin.client import StandIn
from tests.support.app import ROOT, UNTHROTTLED, App, free_port, start_app
from tools.fake_environment import FAKE_ENVIRONMENT

WORKERS = 2
READY_SECONDS = 30.0
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Served:
    """A running rival: its port, and the process that started its workers."""

    port: int
    pid: int

    @property
    def host(self) -> str:
        return f"app.localhost:{self.port}"

    def worker_pids(self) -> list[int]:
        return children(self.pid)


@contextmanager
def own_app(
    standin: StandIn,
    database_url: str,
    folder: Path,
    *,
    port: int = 0,
    gunicorn: str = "",
    environment: dict[str, str] | None = None,
) -> Iterator[App]:
    """The app on a migrated database; `gunicorn` are options of its server."""
    migrate(database_url)
    with start_app(
        database_url=database_url,
        standin=standin,
        port=port or free_port(),
        log_path=folder / "app.log",
        workers=WORKERS,
        environment={**UNTHROTTLED, "GUNICORN_CMD_ARGS": gunicorn, **(environment or {})},
    ) as app:
        yield app


def migrate(database_url: str) -> None:
    variables = {**os.environ, **FAKE_ENVIRONMENT, "DATABASE_URL": database_url}
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    subprocess.run(command, cwd=ROOT, env=variables, check=True)


@contextmanager
def rival(
    module: str, folder: Path, *, environment: dict[str, str] | None = None
) -> Iterator[Served]:
    """A rival under the app's own gunicorn settings, ready when its port answers."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-b", f"{LOOPBACK}:{port}", "-w", str(WORKERS)]
    with (folder / f"{module}.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--log-level", "error", f"tests.bench.rivals.{module}:application"],
            cwd=ROOT,
            env={**os.environ, **(environment or {})},
            stderr=log,
            start_new_session=True,
        )
    try:
        await_port(port)
        yield Served(port, process.pid)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
        process.wait()


def await_port(port: int) -> None:
    """Return when a request at the port is answered; raises TimeoutError."""
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        with (
            contextlib.suppress(OSError),
            socket.create_connection((LOOPBACK, port), timeout=READY_SECONDS) as sock,
        ):
            sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            if sock.recv(12):
                return
        time.sleep(0.005)
    raise TimeoutError(f"nobody answers at {port}")
