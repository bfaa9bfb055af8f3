"""Show the app: it runs beside the stand-in portal until Ctrl-C, and one address says where.

Keeps its database and its generated keys in `.demo/`, which is all that it writes.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools.steps import PYTHON, ROOT, StepFailed, run, step, stop

FOLDER = ROOT / ".demo"
HOST = "127.0.0.1"
APP_PORT, PORTAL_PORT = 8000, 9100
CLIENT_ID = "local.standin.app"
START_SECONDS = 30.0
STOP_SECONDS = 5.0
_LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Site:
    """One of the two servers: what people call it, and where a browser finds it."""

    title: str
    name: str
    port: int

    @property
    def url(self) -> str:
        """Its base address."""
        return f"http://{self.name}:{self.port}"


def main() -> None:
    """Migrate, start both servers, say where to look, and stop both when one ends."""
    # A shell starts background jobs with the interrupt switched off.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, lambda number, _: sys.exit(128 + number))
    FOLDER.mkdir(exist_ok=True)
    app = Site("app", "app.localhost", free_port(APP_PORT))
    portal = Site("stand-in portal", "alpha.localhost", free_port(PORTAL_PORT))
    environment = app_environment(app, portal)
    gunicorn = ["-m", "gunicorn", "--bind", f"{HOST}:{app.port}", "--log-level", "warning"]
    stand_in = ["-m", "tests.standin", "--port", str(portal.port), "--app-url", app.url]
    keys = ["--client-id", CLIENT_ID, "--client-secret", environment["B24_CLIENT_SECRET"]]
    try:
        run("database", PYTHON, "manage.py", "migrate", "--verbosity=0", env=environment)
        with ExitStack() as servers:
            with step("servers"):
                processes = {
                    app: servers.enter_context(server(*gunicorn, env=environment)),
                    portal: servers.enter_context(server(*stand_in, *keys, env=environment)),
                }
                await_answer(app, "/healthz", processes[app])
                await_answer(portal, "/", processes[portal])
            print(
                f"\n{portal.url}/\n\n"
                "Open this address, choose Market and install the app as the Administrator.\n"
                "Then open a deal as the Salesperson: its Payments tab is the app. In a portal of\n"
                "today the Administrator alone can mark payments as paid. Ctrl-C ends.",
                flush=True,
            )
            ended, _ = os.wait()
            title = next(site.title for site, each in processes.items() if each.pid == ended)
            raise StepFailed(f"the {title} has ended, see above")
    except StepFailed as failure:
        stop(failure)
    except KeyboardInterrupt:
        print()


def free_port(first: int) -> int:
    """The first port from `first` on that nobody listens at."""
    for port in range(first, first + 100):
        with contextlib.suppress(OSError), socket.create_server((HOST, port)):
            return port
    raise StepFailed(f"no free port from {first} on")


def app_environment(app: Site, portal: Site) -> dict[str, str]:
    """What the app is told; its keys are made once and kept, or stored tokens would not open."""
    return {
        **_kept_keys(FOLDER / "keys.json"),
        "DEBUG": "0",
        "ALLOWED_HOSTS": f"{app.name},{HOST}",
        "APP_URL": app.url,
        "DATABASE_URL": f"sqlite:///{FOLDER / 'db.sqlite3'}",
        "B24_CLIENT_ID": CLIENT_ID,
        "B24_OAUTH_SERVERS": f"http://oauth.localhost:{portal.port}",
        "B24_ALLOW_INSECURE_PORTALS": "1",
        "B24_STANDIN": "1",
    }


@contextmanager
def server(*arguments: str, env: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A Python program in a process group of its own, all of which is gone after the block."""
    process = subprocess.Popen(
        [PYTHON, *arguments],
        cwd=ROOT,
        env={**os.environ, **env},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_SECONDS)
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def await_answer(site: Site, path: str, process: subprocess.Popen[bytes]) -> None:
    """Return when the site answers 200; raises StepFailed if it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    status = None
    while status != 200:
        if process.poll() is not None or time.monotonic() > deadline:
            raise StepFailed(f"the {site.title} does not answer at {site.url}{path}: {status}")
        time.sleep(_LOOK_SECONDS)
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection(HOST, site.port, timeout=START_SECONDS)
            connection.request("GET", path, headers={"Host": f"{site.name}:{site.port}"})
            status = connection.getresponse().status
            connection.close()


def _kept_keys(path: Path) -> dict[str, str]:
    if not path.exists():
        keys = {
            "SECRET_KEY": secrets.token_urlsafe(50),
            "B24_CLIENT_SECRET": f"fake-{secrets.token_hex(16)}",
            "TOKEN_KEYS": f"demo:{base64.b64encode(secrets.token_bytes(32)).decode()}",
        }
        path.write_text(json.dumps(keys))
        path.chmod(0o600)
    return {str(name): str(value) for name, value in json.loads(path.read_text()).items()}


if __name__ == "__main__":
    main()
