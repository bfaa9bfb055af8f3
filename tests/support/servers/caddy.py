"""The real Caddy before an app, with the shipped file: in plain HTTP, and on loopback alone."""

from __future__ import annotations

import contextlib
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from tests.standin.client import LOOPBACK
from tests.support.app import ROOT, STOP_SECONDS, App, free_port
from tests.support.waiting import await_condition
from tools.install import engines

_FILE = ROOT / "deploy" / "Caddyfile"
_NEW_NAMES = (2, 6, 3)


@dataclass(frozen=True)
class Front:
    """Where Caddy listens, and the app behind it."""

    port: int
    app: App

    @property
    def host(self) -> str:
        return f"app.localhost:{self.port}"


def configuration(port: int, upstream: str) -> dict[str, Any]:
    """What Caddy makes of the shipped file for a site at `port`."""
    program = str(engines.find_caddy())
    variables = {"APP_URL": f"http://app.localhost:{port}", "UPSTREAM": upstream}
    said = subprocess.run([program, "version"], capture_output=True, text=True, check=True).stdout
    version = tuple(int(part) for part in re.findall(r"\d+", said)[:3])
    if version < _NEW_NAMES:
        variables["CADDY_BUFFERS"] = "buffers_of_2_6_2"
    command = [program, "adapt", "--config", str(_FILE), "--adapter", "caddyfile"]
    adapted = subprocess.run(
        command, env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )
    assert adapted.returncode == 0, adapted.stderr
    found: dict[str, Any] = json.loads(adapted.stdout)
    return found


def proxy_in(found: dict[str, Any]) -> dict[str, Any]:
    """The part of a configuration that hands requests on; it may be changed in its place."""
    [site] = found["apps"]["http"]["servers"]["srv0"]["routes"]
    [route] = site["handle"][0]["routes"]
    [proxy] = [each for each in route["handle"] if each["handler"] == "reverse_proxy"]
    return cast(dict[str, Any], proxy)


@contextmanager
def start_caddy(app: App, folder: Path, *, without: tuple[str, ...] = ()) -> Iterator[Front]:
    """A Caddy before the app, gone at the end; a control takes something out of its proxy."""
    port = free_port()
    found = configuration(port, f"{LOOPBACK}:{app.port}")
    for name in without:
        proxy_in(found).pop(name, None)
    # Nobody but this machine may ask, and there is nothing to be told at run time.
    found["apps"]["http"]["servers"]["srv0"]["listen"] = [f"{LOOPBACK}:{port}"]
    found["admin"] = {"disabled": True}
    path = folder / "caddy.json"
    path.write_text(json.dumps(found))
    homes = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME")}
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(
            [str(engines.find_caddy()), "run", "--config", str(path)],
            env={**os.environ, **homes},
            stdout=log,
            stderr=log,
        )
    try:
        await_condition(lambda: process.poll() is not None or _listens(port))
        assert process.poll() is None, (folder / "caddy.log").read_text()
        yield Front(port, app)
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port)):
        return True
    return False
