"""The proxy that ends TLS in front of a portal of one's own, with whatever certificate it has."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_CHUNK = 65536
_PATIENCE_SECONDS = 20.0


@contextmanager
def tls_front(port: int, context: ssl.SSLContext) -> Iterator[int]:
    """A port that speaks TLS and passes what it hears to `port` on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, port, context), daemon=True).start()
        yield int(listener.getsockname()[1])
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, port: int, context: ssl.SSLContext) -> None:
    with contextlib.suppress(OSError):
        while True:
            near, _ = listener.accept()
            threading.Thread(target=_attend, args=(near, port, context), daemon=True).start()


def _attend(near: socket.socket, port: int, context: ssl.SSLContext) -> None:
    """One connection: a client that refuses the certificate ends it in the handshake."""
    near.settimeout(_PATIENCE_SECONDS)
    with (
        contextlib.suppress(OSError),
        near,
        context.wrap_socket(near, server_side=True) as secure,
        socket.create_connection(("127.0.0.1", port)) as far,
    ):
        back = threading.Thread(target=_carry, args=(far, secure), daemon=True)
        back.start()
        _carry(secure, far)
        back.join()


def _carry(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(_CHUNK):
            sink.sendall(chunk)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_RDWR)
