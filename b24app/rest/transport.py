"""The only file that opens a socket: one pool, deadlines, no redirects, checked addresses.

Knows bytes and times, not methods, tokens or models. Looking up a name, connecting, TLS, sending
and reading share one deadline. A request that certainly never left raises NotSent, also when its
time was over before the connection stood; one that left without an answer raises NoAnswer; that
split is what exactly-once stands on.
"""

from __future__ import annotations

import io
import math
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from typing import Any, Protocol, cast

import urllib3
from django.conf import settings
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util.connection import create_connection

from b24app.fast.answers import Answer
from b24app.fast.request_heads import RequestHead, request_head
from b24app.protocol.addresses import (
    few_in_turn,
    is_loopback_address,
    is_loopback_name,
    is_public_address,
)
from b24app.rest.deadline import NOT_AFTER, DeadlineReader, deadline_at, end_of, seconds_left
from b24app.rest.errors import (
    AddressForbidden,
    CertificateRefused,
    NoAnswer,
    NotSent,
    UnreadableAnswer,
)
from b24app.rest.large_answers import LARGE_BYTES, READING_SECONDS, take_turn
from b24app.rest.name_lookup import Names

CONNECT_SECONDS = 3.05
ANSWER_SECONDS = 12.0
# 5,000 payments have less.
MAX_ANSWER_BYTES = 3 * 512 * 1024
_RECONNECTS = 2
_RECONNECT_PAUSE = 0.3
# A host that swallows every packet is no longer tried: whoever waits is told in time.
_RECONNECT_SECONDS = 8.0


class Reader(Protocol):
    """An answer whose body comes bit by bit, none at its end."""

    status: int

    def read1(self, most: int, /) -> bytes: ...


@dataclass(frozen=True)
class HttpAnswer:
    """An answer that arrived whole; `location` is where a redirect points."""

    status: int
    body: bytes | bytearray
    location: str
    server: str = field(default="", compare=False)


def _look_up(name: str) -> list[str]:
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


NAMES = Names(_look_up)


def _permitted_addresses(name: str) -> list[str]:
    """The resolved addresses of `name`; raises AddressForbidden if any of them is not public."""
    if is_loopback_name(name):
        addresses = ["127.0.0.1"]
    else:
        addresses = NAMES.addresses(name, until=end_of(ANSWER_SECONDS))
    for address in addresses:
        is_loopback_test = settings.B24_ALLOW_INSECURE_PORTALS and is_loopback_address(address)
        if not (is_loopback_test or is_public_address(address)):
            raise AddressForbidden(text=name)
    return addresses


class _DeadlineResponse(HTTPResponse):
    """An answer whose head and body together take no longer than the socket's time-out."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        until = end_of(sock.gettimeout() or ANSWER_SECONDS)
        self.fp.close()
        self.fp = io.BufferedReader(DeadlineReader(sock, until=until))


class _CheckedConnection(HTTPConnection):
    """Connects to checked addresses alone: no name can change between the check and its use.

    Whatever fails in `connect` (name, route, time, TLS) fails before a byte of the request left.
    """

    response_class = _DeadlineResponse

    def request(self, *args: Any, **kwargs: Any) -> None:
        """As of urllib3; on a connection that stands, new or used before, only while it is time."""
        self.timeout = self._stand()
        super().request(*args, **kwargs)

    def ask(self, request: bytes) -> Answer:
        """The answer to a request, its head read; raises NotSent, NoAnswer."""
        seconds = self._stand()
        try:
            self.sock.settimeout(seconds)
            # Whoever hangs up on a request may have answered it before.
            with suppress(BrokenPipeError, ConnectionResetError):
                self.sock.sendall(request)
            return Answer(self._receive)
        except (HTTPException, OSError) as error:
            raise NoAnswer(text=type(error).__name__) from error

    def _receive(self) -> bytes:
        if (seconds := seconds_left(math.inf)) <= 0:
            raise TimeoutError("too slow")
        self.sock.settimeout(seconds)
        return bytes(self.sock.recv(64 * 1024))

    def _stand(self) -> float:
        """Connect where there is no connection; answers the seconds that are left, or NotSent."""
        if self.sock is None:
            self.connect()
        seconds = seconds_left(ANSWER_SECONDS)
        if seconds <= 0 or time.time() >= NOT_AFTER.get():
            self.close()
            raise NotSent(text="its time was over before the connection stood")
        return seconds

    def connect(self) -> None:
        try:
            super().connect()
        except ssl.SSLCertVerificationError as error:
            self.close()
            raise CertificateRefused(text=error.verify_message) from error
        except (HTTPError, HTTPException, OSError, UnicodeError) as error:
            self.close()
            raise NotSent(text=type(error).__name__) from error

    def _new_conn(self) -> socket.socket:
        port = self.port or self.default_port
        failure: OSError = OSError("no address")
        for address in few_in_turn(_permitted_addresses(self.host)):
            seconds = seconds_left(CONNECT_SECONDS)
            if seconds <= 0:
                raise TimeoutError("no time is left for a connection")
            try:
                found = create_connection(
                    (address, port), seconds, socket_options=self.socket_options
                )
            except OSError as error:
                failure = error
            else:
                # TLS takes what connecting has left; nought would be no limit at all.
                found.settimeout(max(0.001, seconds_left(CONNECT_SECONDS)))
                return found
        raise failure


class _CheckedTlsConnection(_CheckedConnection, HTTPSConnection):
    """The same below TLS; the certificate is checked against the name, not the address."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = _CheckedConnection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _CheckedTlsConnection


# One TLS context for all: reading the authorities' certificates takes 50 ms a context.
POOL = PoolManager(num_pools=256, maxsize=16, ssl_context=ssl.create_default_context())
POOL.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}


def post_json(
    url: str, body: bytes, *, seconds: float = ANSWER_SECONDS, not_after: float = math.inf
) -> HttpAnswer:
    """The answer to one POST, within `seconds`; a connection that never opened is tried anew.

    No byte of it leaves from the unix time `not_after` on.
    Redirects are not followed. Raises NotSent with its kinds AddressForbidden and
    CertificateRefused, NoAnswer, UnreadableAnswer.
    """
    began = time.monotonic()
    deadline = began + seconds
    last_try = min(deadline, began + _RECONNECT_SECONDS) - CONNECT_SECONDS - _RECONNECT_PAUSE
    for _ in range(_RECONNECTS):
        try:
            return _send_once("POST", url, body, deadline=deadline, not_after=not_after)
        except (AddressForbidden, CertificateRefused):
            raise
        except NotSent:
            if time.monotonic() > last_try or time.time() + _RECONNECT_PAUSE >= not_after:
                raise
            time.sleep(_RECONNECT_PAUSE)
    return _send_once("POST", url, body, deadline=deadline, not_after=not_after)


def get(url: str, *, seconds: float = ANSWER_SECONDS) -> HttpAnswer:
    """The answer to one GET, within `seconds`; raises like `post_json`."""
    return _send_once("GET", url, None, deadline=time.monotonic() + seconds)


def _send_once(
    method: str, url: str, body: bytes | None, *, deadline: float, not_after: float = math.inf
) -> HttpAnswer:
    try:
        head = request_head(method, url)
    except ValueError as error:
        raise NotSent(text="not an address") from error
    with deadline_at(deadline, not_after=not_after), _lent(head) as connection:
        answer = connection.ask(head.before(body))
        reader = _unpacked(answer) if answer.header(b"content-encoding") else answer
        whole = _whole(reader, server=head.netloc, deadline=deadline)
        if answer.is_last:
            connection.close()
    return HttpAnswer(answer.status, whole, answer.header(b"location"), head.netloc)


@contextmanager
def _lent(head: RequestHead) -> Iterator[_CheckedConnection]:
    """A connection of the pool, closed unless all goes well."""
    try:
        pool = POOL.connection_from_host(head.host, head.port, head.scheme)
        connection = cast(_CheckedConnection, pool._get_conn())
    except HTTPError as error:
        raise NotSent(text=type(error).__name__) from error
    try:
        yield connection
    except BaseException:
        connection.close()
        raise
    finally:
        pool._put_conn(connection)


def _unpacked(answer: Answer) -> Reader:
    """What is packed, although nobody asks for that, is unpacked by urllib3."""
    packed = {"Content-Encoding": answer.header(b"content-encoding")}
    return urllib3.HTTPResponse(answer, packed, answer.status, preload_content=False)  # type: ignore[arg-type]


def read_whole(response: urllib3.BaseHTTPResponse, *, server: str, deadline: float) -> bytearray:
    """The whole body, at most MAX_ANSWER_BYTES, before `deadline`; raises Unknown.

    What is larger than LARGE_BYTES has to wait for its turn, and to be quick in it.
    """
    try:
        body = _whole(response, server=server, deadline=deadline)
    except (UnreadableAnswer, NoAnswer):
        response.close()
        raise
    response.release_conn()
    return body


def _whole(answer: Reader, *, server: str, deadline: float) -> bytearray:
    body = bytearray()
    try:
        if not _is_read(answer, body, most=LARGE_BYTES, deadline=deadline):
            if not take_turn(server, until=deadline):
                raise NoAnswer(text="too many large answers", status=answer.status)
            deadline = min(deadline, time.monotonic() + READING_SECONDS)
            with deadline_at(deadline):
                if not _is_read(answer, body, most=MAX_ANSWER_BYTES, deadline=deadline):
                    raise UnreadableAnswer(text="too large", status=answer.status)
    except (HTTPError, HTTPException, OSError) as error:
        raise UnreadableAnswer(text=type(error).__name__, status=answer.status) from error
    return body


def _is_read(answer: Reader, body: bytearray, *, most: int, deadline: float) -> bool:
    """Whether the body ends within `most` bytes."""
    while chunk := answer.read1(64 * 1024):
        body += chunk
        if len(body) > most:
            return False
        if time.monotonic() > deadline:
            raise NoAnswer(text="too slow", status=answer.status)
    return True
