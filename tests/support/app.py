"""The app as its users meet it: gunicorn processes on loopback, spoken to over HTTP."""

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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.standin.client import StandIn
from tests.support.pages.page import Page
from tools.fake_environment import FAKE_ENVIRONMENT

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 30.0
STOP_SECONDS = 10.0
REQUEST_LIMIT_SECONDS = 3
HTMX = {"HX-Request": "true"}
# What lifts the app's own limits for portals that have none: load and soak runs start with it.
UNTHROTTLED = {"B24_CALLS_PER_SECOND": "10000", "B24_CALLS_AT_ONCE": "10000"}


@dataclass
class App:
    """A running app at `origin`, beside the stand-in whose portals open it."""

    port: int
    standin: StandIn
    log_path: Path
    environment: dict[str, str] = field(repr=False)
    process: subprocess.Popen[bytes] = field(repr=False)

    @property
    def host(self) -> str:
        return f"app.localhost:{self.port}"

    @property
    def origin(self) -> str:
        return f"http://{self.host}"

    def send(self, path: str, **request: Any) -> Page:
        """One request to the app, as `StandIn.send` sends it; GET unless it carries a form."""
        request.setdefault("method", "POST" if "form" in request else "GET")
        with_port = StandIn(self.port, timeout=60)
        answer = with_port.send(self.host, path, **request)
        return Page(answer.status, answer.headers, answer.body.decode())

    def open_frame(self, portal: str, **launch: Any) -> Page:
        """The page that a portal's user sees: the stand-in makes the launch, we post it."""
        made = self.standin.launch(portal, **launch)
        return self.post_launch(made["url"], made["fields"])

    def post_launch(self, url: str, fields: dict[str, str]) -> Page:
        """Post it here, whichever app the portal knows: they share their rows."""
        path = urlunsplit(("", "", *urlsplit(url)[2:]))
        return self.send(path, form=list(fields.items()))

    def open_tab(
        self, portal: str, deal: int | str, *, user: str = "sales", lang: str = "en"
    ) -> Page:
        """The Payments tab of a deal."""
        options = {"ID": str(deal)}
        return self.open_frame(
            portal, user=user, placement="CRM_DEAL_DETAIL_TAB", options=options, lang=lang
        )

    def press_add(self, tab: Page, *, wants_page: bool = False) -> Page:
        """A click that asks for an empty payment: the form of the tab without its rows."""
        headers = {} if wants_page else {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
        given = tab.form_fields("/payments/add/")
        fields = {name: value for name, value in given.items() if not name.startswith("row_")}
        return self.send("/payments/add/", form=list(fields.items()), headers=headers)

    def ask_attempt(self, tab: Page, key: str) -> Page:
        """What the page asks while the outcome of a click is open."""
        headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
        return self.send(f"/payments/attempts/{key}/", headers=headers)

    def log(self) -> str:
        return self.log_path.read_text(errors="replace")

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`manage.py` with the environment of the running app."""
        command = [sys.executable, "manage.py", *arguments]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        )

    def worker_pids(self) -> list[int]:
        """The processes that serve requests."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(pid) for pid in children.read_text().split()]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def start_app(
    *,
    database_url: str,
    standin: StandIn,
    port: int,
    log_path: Path,
    workers: int = 2,
    environment: dict[str, str] | None = None,
) -> Iterator[App]:
    """A gunicorn with the app, ready when it answers; it and its workers are gone at the end."""
    variables = {
        **os.environ,
        **FAKE_ENVIRONMENT,
        "DATABASE_URL": database_url,
        "APP_URL": f"http://app.localhost:{port}",
        "B24_OAUTH_SERVERS": standin.oauth_origin,
        "B24_REQUEST_LIMIT_SECONDS": str(REQUEST_LIMIT_SECONDS),
        **(environment or {}),
    }
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", "-w", str(workers)]
    with log_path.open("ab") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env=variables, stdout=log, stderr=log, start_new_session=True
        )
    try:
        app = App(port, standin, log_path, variables, process)
        _await(app)
        yield app
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _await(app: App) -> None:
    """Return when the app answers; raises RuntimeError with its log when it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and app.process.poll() is None:
        with contextlib.suppress(OSError):
            if app.send("/healthz").status == 200:
                return
        time.sleep(0.05)
    raise RuntimeError(f"the app did not start:\n{app.log()}")
