"""A client that stalls holds a thread of the app for a while, and never the app."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from pathlib import Path

from tests.standin.client import StandIn
from tests.support.app import App, free_port, start_app

EACH = 2
PATIENCE_SECONDS = 1
# What gunicorn waits for a client to hang up.
LINGER_SECONDS = 2
ASSET = "/static/admin/js/vendor/jquery/jquery.js"
# More than the buffers of two sockets on loopback take.
ASSETS = 60
POST = "POST /events/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n\r\na"
WAYS_TO_STALL = {
    "in the head": POST,
    "in the body": POST + FORM,
    "at the answer": f"GET {ASSET} HTTP/1.1\r\nHost: {{host}}\r\n\r\n" * ASSETS,
}


def stall(app: App, text: str) -> socket.socket:
    """A client that says this, and then neither speaks, nor listens, nor hangs up."""
    client = socket.create_connection(("127.0.0.1", app.port))
    client.sendall(text.format(host=app.host).encode())
    return client


def test_who_stalls_anywhere_holds_a_thread_for_a_while_and_never_the_app(
    standin: StandIn, database_url: str, tmp_path: Path
) -> None:
    options = f"--threads {EACH * len(WAYS_TO_STALL)} --graceful-timeout {PATIENCE_SECONDS}"
    with (
        start_app(
            database_url=database_url,
            standin=standin,
            port=free_port(),
            log_path=tmp_path / "app.log",
            workers=1,
            environment={"GUNICORN_CMD_ARGS": options},
        ) as app,
        ExitStack() as clients,
    ):
        for text in [*WAYS_TO_STALL.values()] * EACH:
            clients.enter_context(stall(app, text))
        # Many answers to one client come one after another, and let others in between.
        time.sleep(PATIENCE_SECONDS / 2)
        started = time.monotonic()
        statuses = [app.send("/healthz").status for _ in range(EACH)]
        took = time.monotonic() - started
        assert statuses == [200] * EACH
        # At first every thread is held. Nobody waits for the loop behind them, which would hang up
        # on one client after another.
        assert 0.1 < took < PATIENCE_SECONDS + LINGER_SECONDS + 1
