"""When all that is done for one request has to end, and from when on nothing of it may leave."""

from __future__ import annotations

import io
import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_until: ContextVar[float | None] = ContextVar("until", default=None)
NOT_AFTER: ContextVar[float] = ContextVar("not_after", default=math.inf)


@contextmanager
def deadline_at(until: float, *, not_after: float = math.inf) -> Iterator[None]:
    """What is done meanwhile ends at this monotonic time; nothing leaves from `not_after` on."""
    tokens = _until.set(until), NOT_AFTER.set(not_after)
    try:
        yield
    finally:
        _until.reset(tokens[0])
        NOT_AFTER.reset(tokens[1])


def end_of(seconds: float) -> float:
    """When something that may take so long has to end, by the request's deadline too."""
    own, shared = time.monotonic() + seconds, _until.get()
    return own if shared is None else min(own, shared)


def seconds_left(seconds: float) -> float:
    """Of so many, what the request's deadline leaves."""
    return end_of(seconds) - time.monotonic()


class DeadlineReader(io.RawIOBase):
    """Reads from a socket until a moment, however often a few bytes come."""

    def __init__(self, sock: Any, *, until: float) -> None:
        self._sock = sock
        self._raw = sock.makefile("rb", buffering=0)
        self._until = until

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        seconds = seconds_left(self._until - time.monotonic())
        if seconds <= 0:
            raise TimeoutError("too slow")
        self._sock.settimeout(seconds)
        read: int | None = self._raw.readinto(buffer)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()
