"""A TCP forwarder that can be cut: a database that stops, seen from the app's side."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

LOOPBACK = "127.0.0.1"
_CHUNK = 65536


class Forwarder:
    """Carries connections to `target`; while it is cut, there are none and none can be made."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._lock = threading.Lock()
        self._ends: list[socket.socket] = []
        self._listener: socket.socket | None = None
        self.port = 0
        self.mend()

    def mend(self) -> None:
        """Listen, at the same port as before."""
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, self.port))
        listener.listen(64)
        self.port = int(listener.getsockname()[1])
        self._listener = listener
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def cut(self) -> None:
        """Close every connection and refuse new ones."""
        if self._listener is not None:
            _close(self._listener)
            self._listener = None
        with self._lock:
            ends, self._ends = self._ends, []
        for end in ends:
            _close(end)

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(self._target)
            except OSError:
                near.close()
                continue
            with self._lock:
                self._ends += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=_carry, args=pair, daemon=True).start()


@contextmanager
def forwarder_to(host: str, port: int) -> Iterator[Forwarder]:
    """A forwarder at a free port, cut at the end."""
    forwarder = Forwarder((host, port))
    try:
        yield forwarder
    finally:
        forwarder.cut()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    """Bytes from one end to the other until either closes; then both are closed."""
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK):
            sink.sendall(chunk)
    _close(source)
    _close(sink)


def _close(end: socket.socket) -> None:
    """Closing alone does not wake a thread that is reading."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()
