"""One HTTP answer straight from a connection: llhttp (httptools) finds its head, body and end.

Knows neither times nor the errors of a call. What llhttp does not take for one whole answer is
broken: two lengths, a length beside chunks, bytes after the end.
"""

from __future__ import annotations

from collections.abc import Callable
from http.client import HTTPException

from httptools import HttpParserError, HttpParserUpgrade, HttpResponseParser

_MOST_HEADERS = 100
# Of bytes that bring nothing of a body: a head, names of chunks, what follows the last one.
_MOST_IN_VAIN = 64 * 1024


class AnswerBroken(HTTPException):
    """No HTTP answer, or one that cannot be told from what comes after it."""


class Answer:
    """An answer whose head has come; its body comes by `read1`.

    `receive` gives the next bytes of the connection, none at its end. `is_last`, known with the end
    of the body: the connection carries no other answer. Raises AnswerBroken, and what `receive`
    raises.
    """

    # The decoders of urllib3 read from files.
    closed = False

    def __init__(self, receive: Callable[[], bytes]) -> None:
        self.status = 0
        self.is_last = True
        self._headers: dict[bytes, bytes] = {}
        self._has_head = self._is_whole = self._has_rest = False
        self._parts: list[bytes] = []
        self._in_vain = self._header_count = 0
        self._receive = receive
        self._broken: AnswerBroken | None = None
        self._parser = HttpResponseParser(self)
        while not self._has_head:
            self._read()

    def header(self, name: bytes) -> str:
        """The value of a header by its name in lower case; empty where there is none."""
        return self._headers.get(name, b"").decode("latin-1")

    def read1(self, most: int = -1) -> bytes:
        """The next bytes of the body, as many as have come; none at its end."""
        while not (self._parts or self._is_whole or self._broken):
            self._read()
        if self._broken:
            raise self._broken
        if len(self._parts) == 1:
            return self._parts.pop()
        parts, self._parts = self._parts, []
        return b"".join(parts)

    read = read1

    def close(self) -> None:
        """The connection is its owner's."""

    def _read(self) -> None:
        data = self._receive()
        try:
            self._take(data)
        except (HttpParserError, HttpParserUpgrade, AnswerBroken) as error:
            broken = AnswerBroken(str(error))
            if not self._has_head:
                raise broken from error
            self._broken = broken
        if self._is_whole or self._broken:
            # It holds this answer, which holds it.
            del self._parser

    def _take(self, data: bytes) -> None:
        if not data:
            if not self._has_head or self._is_framed:
                raise AnswerBroken("ended too early")
            self._is_whole = True
        else:
            self._parser.feed_data(data)
        if self._has_rest:
            raise AnswerBroken("bytes after the answer")
        self._in_vain = 0 if self._parts else self._in_vain + len(data)
        if self._in_vain > _MOST_IN_VAIN:
            raise AnswerBroken("endless")

    @property
    def _is_framed(self) -> bool:
        """Whether the head says where the body ends; else the connection's end is its own."""
        coding = self._headers.get(b"transfer-encoding", b"").lower()
        return b"chunked" in coding or b"content-length" in self._headers

    def on_message_begin(self) -> None:
        """Called by the parser, as are all below."""
        self._has_rest = self._is_whole

    def on_header(self, name: bytes, value: bytes) -> None:
        self._header_count += 1
        if self._header_count > _MOST_HEADERS:
            raise AnswerBroken("too many headers")
        if not self._has_head:
            self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        self.status = self._parser.get_status_code()
        # What comes before the answer itself is no answer.
        self._has_head = self.status >= 200
        if not self._has_head:
            self._headers.clear()

    def on_body(self, body: bytes) -> None:
        self._parts.append(body)

    def on_message_complete(self) -> None:
        self._is_whole = self._has_head
        self.is_last = not self._parser.should_keep_alive()
