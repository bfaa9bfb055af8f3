"""A server of a few lines, for answers that no well-behaved server would send."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

Answer = Callable[[socket.socket, threading.Event], None]
_STOP_SECONDS = 5.0


@dataclass
class Server:
    """Listens on loopback; `requests` are the bytes that came, one entry a connection.

    `ended` counts the connections that the server has closed.
    """

    port: int
    ended: int = 0
    requests: list[bytes] = field(default_factory=list)
    is_stopped: threading.Event = field(default_factory=threading.Event)


def http_answer(body: str, *, status: int = 200, headers: Mapping[str, str] | None = None) -> bytes:
    """A whole HTTP answer, whose connection ends with it; `body` holds bytes below 256."""
    content = body.encode("latin-1")
    lines = [
        f"HTTP/1.1 {status} Status",
        f"Content-Length: {len(content)}",
        "Connection: close",
        *(f"{name}: {value}" for name, value in (headers or {}).items()),
    ]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


@contextmanager
def serve(answer: bytes | Answer, *, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server that reads a request and sends `answer`, or lets `answer` do what it likes.

    A callable gets the connection and an event that is set when the server should end.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(int(listener.getsockname()[1]))

    def attend(connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            talk = tls.wrap_socket(connection, server_side=True) if tls else connection
            server.requests.append(_read_request(talk))
            if callable(answer):
                answer(talk, server.is_stopped)
            else:
                talk.sendall(answer)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                attend(listener.accept()[0])
                server.ended += 1

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield server
    finally:
        server.is_stopped.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(_STOP_SECONDS)


@contextmanager
def dead_port() -> Iterator[int]:
    """A port whose connections are never taken: packets to it get no answer on any address."""
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))  # noqa: S104 - every address of the loopback network
        listener.listen(0)
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", listener.getsockname()[1]))
        try:
            yield listener.getsockname()[1]
        finally:
            for each in waiting:
                each.close()


def _read_request(connection: socket.socket) -> bytes:
    """The head and as much of a body as it promises."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < sum(lengths):
        body += _some(connection)
    return head + b"\r\n\r\n" + body


def _some(connection: socket.socket) -> bytes:
    if not (data := connection.recv(65536)):
        raise ConnectionError("closed before a request came")
    return data
