"""A load generator: a fixed number of users in a closed loop, each with a connection of its own.

Raw sockets in a few processes, because it must not be what is measured.
"""

from __future__ import annotations

import re
import selectors
import socket
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from uuid import uuid4

from tests.bench.measuring.figures import Times

PROCESSES = 2
# Stands in a request for a key that is new each time it is sent.
KEY = "00000000-0000-4000-8000-000000000000"
_KEY = KEY.encode()
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_CHUNK = 65536


@dataclass(frozen=True)
class User:
    """Sends its requests in turn, one after the answer to the other; `mark` is in a good answer."""

    port: int
    requests: tuple[bytes, ...]
    mark: bytes = b""


@dataclass(frozen=True)
class Load:
    """What a level of load gave: times of good answers, and the number of others.

    `answered` are all answers, those of the warm-up too, as the servers' processor time has them;
    `cpu_seconds` is the load's own.
    """

    users: int
    seconds: float
    times: Times
    errors: int
    complaints: tuple[str, ...]
    answered: int
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Good answers a second."""
        return len(self.times.values) / self.seconds


@dataclass
class _Line:
    user: User
    sock: socket.socket
    turn: int = 0
    sent_at: float = 0.0
    answer: bytearray = field(default_factory=bytearray)
    wanted: int = 0


def apply_load(users: list[User], *, seconds: float, warm: float) -> Load:
    """Everybody asks for `warm` and then for `seconds`, which alone are counted."""
    shares = [users[start::PROCESSES] for start in range(PROCESSES)]
    shares = [share for share in shares if share]
    with ProcessPoolExecutor(len(shares), mp_context=get_context("fork")) as pool:
        work = [pool.submit(_drive, share, seconds, warm) for share in shares]
        parts = [each.result() for each in work]
    times = [each for part in parts for each in part.times]
    complaints = [each for part in parts for each in part.complaints]
    answered = sum(part.answered for part in parts)
    ordered = Times.of_seconds(times)
    cpu = sum(part.cpu_seconds for part in parts)
    return Load(len(users), seconds, ordered, len(complaints), tuple(complaints[:3]), answered, cpu)


@dataclass
class _Part:
    """What one process saw: times in seconds and complaints while it counted, answers always."""

    times: list[float] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    answered: int = 0
    cpu_seconds: float = 0.0

    def note(self, line: _Line, *, is_counted: bool, is_open: bool) -> None:
        seconds = time.perf_counter() - line.sent_at
        self.answered += 1
        if not is_counted:
            return
        if is_open and line.answer[9:12] == b"200" and line.user.mark in line.answer:
            self.times.append(seconds)
        else:
            self.complaints.append(bytes(line.answer[:300]).decode("latin-1") or "closed")


def _drive(users: list[User], seconds: float, warm: float) -> _Part:
    part, started = _Part(), time.process_time()
    lines = selectors.DefaultSelector()
    for user in users:
        _ask(lines, _Line(user, _connect(user)))
    begin = time.perf_counter() + warm
    end = begin + seconds
    while (now := time.perf_counter()) < end:
        for key, _ in lines.select(end - now):
            line: _Line = key.data
            try:
                chunk = line.sock.recv(_CHUNK)
            except OSError:
                chunk = b""
            if chunk and not _is_whole(line, chunk):
                continue
            is_counted = time.perf_counter() >= begin
            part.note(line, is_counted=is_counted, is_open=bool(chunk))
            if not chunk or _is_last(line):
                lines.unregister(line.sock)
                line.sock.close()
                line.sock = _connect(line.user)
            _ask(lines, line)
    for key in list(lines.get_map().values()):
        key.data.sock.close()
    part.cpu_seconds = time.process_time() - started
    return part


def _connect(user: User) -> socket.socket:
    sock = socket.create_connection(("127.0.0.1", user.port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def _ask(lines: selectors.BaseSelector, line: _Line) -> None:
    """Send the next request of the user, whose answer is read when it comes."""
    request = line.user.requests[line.turn % len(line.user.requests)]
    if _KEY in request:
        request = request.replace(_KEY, str(uuid4()).encode())
    line.turn += 1
    line.answer.clear()
    line.wanted = 0
    if line.sock.fileno() not in lines.get_map():
        lines.register(line.sock, selectors.EVENT_READ, line)
    line.sent_at = time.perf_counter()
    line.sock.sendall(request)


def _is_last(line: _Line) -> bool:
    """Whether the server closes the connection after this answer."""
    head = line.answer[:600].lower()
    return head.startswith(b"http/1.0") or b"connection: close" in head


def _is_whole(line: _Line, chunk: bytes) -> bool:
    line.answer += chunk
    if not line.wanted:
        head = line.answer.find(b"\r\n\r\n")
        if head < 0:
            return False
        length = _LENGTH.search(line.answer, 0, head)
        line.wanted = head + 4 + (int(length[1]) if length else 0)
    return len(line.answer) >= line.wanted
