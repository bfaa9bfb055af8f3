"""A visit of the doctor to a portal of the stand-in, and servers that are not as they should be."""

from __future__ import annotations

import contextlib
import io
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.core.management import call_command

# Under the id of the tests' own key, and another one.
OTHER_KEY = "fake:YW5vdGhlcmZha2VrZXlhbm90aGVyZmFrZWtleTEyMzQ="


def visit(portal: str) -> tuple[int, str]:
    """The exit status of `manage.py doctor`, and all that it said."""
    said = io.StringIO()
    try:
        call_command("doctor", portal, stdout=said)
    except SystemExit as end:
        return int(end.code or 0), said.getvalue()
    return 0, said.getvalue()


def troubles(portal: str) -> str:
    """What the doctor finds wrong, each finding with its next step."""
    status, said = visit(portal)
    assert status == 1, said
    lines = said.splitlines()
    wrong = [index for index, line in enumerate(lines) if line.startswith("WRONG")]
    assert wrong
    assert all(lines[index + 1].startswith("       Next: ") for index in wrong)
    return "\n".join(f"{lines[index]}\n{lines[index + 1]}" for index in wrong)


@contextmanager
def tls_server(context: ssl.SSLContext) -> Iterator[int]:
    """The port of a server that offers this certificate to whoever comes."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_greet, args=(listener, context), daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def _greet(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            near, _ = listener.accept()
        except OSError:
            return
        near.settimeout(5)
        with contextlib.suppress(OSError), context.wrap_socket(near, server_side=True):
            pass
