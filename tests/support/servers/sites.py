"""Small throw-away sites for browser tests: every `*.localhost` host of one loopback server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# The start of a page for which the browser asks no icon, maybe after the server has gone.
PAGE = '<!doctype html><title>Site</title><link rel="icon" href="data:,">'


@dataclass(frozen=True)
class Asked:
    """A request that reached a site; header names are lower case."""

    method: str
    host: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Given:
    """What a site answers."""

    body: str | bytes = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    status: int = 200
    content_type: str = "text/html; charset=utf-8"


@dataclass
class Sites:
    """The running server: `asked` has every request, and `answer` decides on the next one."""

    port: int
    answer: Callable[[Asked], Given]
    asked: list[Asked] = field(default_factory=list)

    def url(self, site: str, path: str = "/") -> str:
        return f"http://{site}.localhost:{self.port}{path}"


@contextmanager
def serve_sites(answer: Callable[[Asked], Given]) -> Iterator[Sites]:
    """Sites that answer with `answer` until the end; an icon is asked for and is nothing."""
    sites = Sites(0, answer)

    class Handler(BaseHTTPRequestHandler):
        def give(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            headers = {key.lower(): value for key, value in self.headers.items()}
            host = headers["host"].partition(":")[0]
            asked = Asked(self.command, host, self.path, headers, self.rfile.read(length))
            if asked.path == "/favicon.ico":
                given = Given(status=204)
            else:
                sites.asked.append(asked)
                given = sites.answer(asked)
            body = given.body.encode() if isinstance(given.body, str) else given.body
            self.send_response(given.status)
            for name, value in given.headers:
                self.send_header(name, value)
            self.send_header("Content-Type", given.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.give()

        def do_POST(self) -> None:
            self.give()

        def log_message(self, format: str, *args: object) -> None:
            return None

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    sites.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield sites
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
