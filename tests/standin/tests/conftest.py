"""A running stand-in for the unit tests, and one fresh portal for each of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.standin.client import StandIn
from tests.standin.portal import StandInPortal
from tests.standin.process import start_standin
from tests.standin.rest.params import nest


@dataclass(frozen=True)
class Heard:
    """A form that reached the place where the app would be."""

    path: str
    form: dict[str, Any]


@dataclass(frozen=True)
class AppEar:
    """Stands where the app would: hears the events, answers 200."""

    url: str
    heard: Queue[Heard]

    def next(self, *, member_id: str) -> Heard:
        """The next event of this portal. Raises queue.Empty after five seconds."""
        while True:
            found = self.heard.get(timeout=5)
            if found.form["auth"]["member_id"] == member_id:
                return found


def until(condition: Callable[[], bool], *, seconds: float = 5) -> None:
    """Ask again until it is so. Raises AssertionError when it never is."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


@pytest.fixture(scope="session")
def app_ear() -> Iterator[AppEar]:
    heard: Queue[Heard] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            heard.put(Heard(self.path, nest(parse_qsl(body, keep_blank_values=True))))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield AppEar(f"http://app.localhost:{server.server_port}", heard)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def standin(app_ear: AppEar) -> Iterator[StandIn]:
    with start_standin(app_ear.url) as running:
        yield running


@pytest.fixture
def portal(standin: StandIn) -> StandInPortal:
    return StandInPortal(standin, standin.create_portal(installed=True))
