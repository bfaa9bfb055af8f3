"""The way from an unchanged client to the stand-in: an https proxy that knows its hosts alone.

The client is told of it by the environment, as behind any company's proxy; it goes on speaking
https, to the names that it knows. Every other host is refused, so nothing leaves the machine.
"""

from __future__ import annotations

import contextlib
import ssl
import threading
from collections.abc import Iterator
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.standin.client import StandIn
from tests.support.servers.certificates import Authority

OAUTH_SERVERS = {"oauth.bitrix24.tech", "oauth.bitrix.info"}
_KEPT = ("content-type", "authorization")
_OWN_DOMAIN = ".localhost"


@contextlib.contextmanager
def start_proxy(standin: StandIn, authority: Authority) -> Iterator[dict[str, str]]:
    """The environment in which `requests` finds the stand-in under its names."""

    class Handler(_Tunnel):
        target = standin
        signer = authority

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield {
            "https_proxy": f"http://127.0.0.1:{server.server_port}",
            "no_proxy": "",
            "REQUESTS_CA_BUNDLE": str(authority.bundle),
        }
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Tunnel(BaseHTTPRequestHandler):
    """One connection: CONNECT, the handshake as the host asked for, then requests."""

    protocol_version = "HTTP/1.1"
    target: StandIn
    signer: Authority
    _host = ""

    def do_CONNECT(self) -> None:
        name, _, port = self.path.partition(":")
        if name in OAUTH_SERVERS:
            self._host = self.target.oauth_host
        elif name.endswith(_OWN_DOMAIN) and port in ("443", str(self.target.port)):
            self._host = f"{name}:{self.target.port}"
        else:
            self.send_error(502, "Nobody lives there")
            return
        self.send_response(200)
        self.end_headers()
        context = self.signer.context_for(name)
        try:
            self.connection = context.wrap_socket(self.connection, server_side=True)
        except (ssl.SSLError, OSError):
            self.close_connection = True
            return
        self.rfile = self.connection.makefile("rb", -1)
        self.wfile = self.connection.makefile("wb", 0)
        self.close_connection = False

    def forward(self) -> None:
        """Pass the request on as it came; an answer that breaks off breaks off here as well."""
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {key: value for key, value in self.headers.items() if key.lower() in _KEPT}
        try:
            answer = self.target.send(
                self._host, self.path, method=self.command, raw=raw, headers=headers
            )
        except (OSError, HTTPException):
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name in ("content-type", "location"):
            if name in answer.headers:
                self.send_header(name, answer.headers[name])
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)

    def do_GET(self) -> None:
        self.forward()

    def do_POST(self) -> None:
        self.forward()

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:
        return None
