"""One connection that asks and waits: the client of the measurements with a single user."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

from tests.bench.load.generator import KEY

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_TIMEOUT = 60


class Line:
    """A kept connection to a port of the loopback."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock

    def ask(self, request: bytes, mark: bytes) -> float:
        """Seconds until the whole answer is there; raises RuntimeError for an answer not good."""
        request = request.replace(KEY.encode(), str(uuid4()).encode())
        began = time.perf_counter()
        self._sock.sendall(request)
        answer = self._read()
        seconds = time.perf_counter() - began
        if answer[9:12] != b"200" or mark not in answer:
            raise RuntimeError(answer[:2000].decode("latin-1"))
        return seconds

    def _read(self) -> bytes:
        answer = bytearray()
        while (head := answer.find(b"\r\n\r\n")) < 0:
            answer += self._receive()
        length = _LENGTH.search(answer, 0, head + 2)
        wanted = head + 4 + (int(length[1]) if length else 0)
        while len(answer) < wanted:
            answer += self._receive()
        return bytes(answer)

    def _receive(self) -> bytes:
        chunk = self._sock.recv(65536)
        if not chunk:
            raise RuntimeError("the connection was closed")
        return chunk


@contextmanager
def line_to(port: int) -> Iterator[Line]:
    with socket.create_connection(("127.0.0.1", port), timeout=_TIMEOUT) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield Line(sock)


def ask_beside(
    line: Line, direct: Line, request: bytes, calls: tuple[bytes, bytes], mark: bytes
) -> tuple[float, float]:
    """(the whole, what it adds to the mean of the call before and the call after), in seconds."""
    before = direct.ask(calls[0], b"")
    seconds = line.ask(request, mark)
    after = direct.ask(calls[1], b"")
    return seconds, seconds - (before + after) / 2
