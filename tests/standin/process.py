"""A stand-in of its own in a process of its own, for as long as a test run needs it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.standin.client import StandIn

ROOT = Path(__file__).resolve().parents[2]
STOP_SECONDS = 5
_READY = re.compile(r"stand-in ready https?://[^:]+:(\d+)")


@contextmanager
def start_standin(
    app_url: str,
    *,
    port: int = 0,
    client_id: str = "local.standin.app",
    client_secret: str = "fake-client-secret",  # noqa: S107
    latency_ms: float = 0,
    tls: Path | None = None,
) -> Iterator[StandIn]:
    """A running stand-in that sends frames and events to `app_url`; any free port by default.

    `tls` is a PEM file with a key and its certificate; its clients then speak https.
    It is ready when it says so, and is stopped at the end. Raises RuntimeError when it ends early.
    """
    options = {
        "--port": port,
        "--app-url": app_url,
        "--client-id": client_id,
        "--client-secret": client_secret,
        "--latency-ms": latency_ms,
    }
    command = [sys.executable, "-m", "tests.standin"]
    command += [str(part) for pair in options.items() for part in pair]
    command += ["--tls", str(tls)] if tls else []
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline() if process.stdout else ""
        ready = _READY.match(line)
        if ready is None:
            raise RuntimeError(f"the stand-in ended before it was ready: {line!r}")
        yield StandIn(int(ready[1]), tls=tls)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()
