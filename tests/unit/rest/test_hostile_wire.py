"""Bytes that no honest server sends in place of an answer: what each ends in, and its connection.

NoAnswer where no head can be read, UnreadableAnswer where one can; a connection is used again only
after an answer that had a clear end and nothing behind it.
"""

from __future__ import annotations

import gzip
import socket
from threading import Event

import pytest

from b24app.rest.errors import NoAnswer, RestError, UnreadableAnswer
from b24app.rest.transport import HttpAnswer, post_json
from tests.support.servers.sockets import Answer, Server, serve

OK = b"HTTP/1.1 200 OK\r\n"
TWO, SAME, CHUNKED = b"Content-Length: 2\r\n", b"\r\n{}", b"Transfer-Encoding: chunked\r\n"
GOOD = OK + TWO + SAME
CHUNKS = b"\r\n2;name=x\r\n{}\r\n0\r\nTrailer: y\r\n\r\n"
PACKED = gzip.compress(b"{}")
KEPT, CLOSED = 1, 2


def post(server: Server) -> HttpAnswer:
    return post_json(f"http://acme.localhost:{server.port}/rest/profile", b"{}", seconds=3)


def send(*parts: bytes) -> Answer:
    """These bytes, and a good answer to whatever else comes on the same connection."""

    def answer(connection: socket.socket, stopped: Event) -> None:
        for part in parts:
            connection.sendall(part)
        connection.settimeout(0.05)
        while parts[-1] and not stopped.is_set():
            try:
                if not connection.recv(65536):
                    return
            except TimeoutError:
                continue
            connection.sendall(GOOD)

    return answer


READ = {
    "plain": (GOOD, KEPT),
    "no words for the status": (b"HTTP/1.1 200\r\n" + TWO + SAME, KEPT),
    "go on, first": (b"HTTP/1.1 100 Continue\r\n\r\n" + GOOD, KEPT),
    "hints, first": (b"HTTP/1.1 103 Early\r\nContent-Length: 9\r\n\r\n" + GOOD, KEPT),
    "chunks": (OK + CHUNKED + CHUNKS, KEPT),
    "packed": (OK + b"Content-Encoding: gzip\r\n" + CHUNKED + b"\r\n%x\r\n" % len(PACKED), KEPT),
    "of old": (b"HTTP/1.0 200 OK\r\n" + TWO + SAME, CLOSED),
    "the last": (OK + b"Connection: close\r\n" + TWO + SAME, CLOSED),
}


@pytest.mark.parametrize(("sent", "connections"), READ.values(), ids=READ)
def test_a_whole_answer_is_read(sent: bytes, connections: int) -> None:
    parts = [PACKED, b"\r\n0\r\n\r\n"] if b"gzip" in sent else []
    with serve(send(sent, *parts)) as server:
        for _ in range(2):
            assert post(server) == HttpAnswer(200, bytearray(b"{}"), "")
        assert len(server.requests) == connections


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    with serve(send(OK + SAME, b"")) as server:
        assert post(server).body == b"{}"


def test_an_answer_without_a_body_is_whole() -> None:
    with serve(send(b"HTTP/1.1 204 None\r\n\r\n")) as server:
        assert post(server) == HttpAnswer(204, bytearray(), "")


HEADLESS = {
    "two lengths": OK + TWO + b"Content-Length: 3\r\n" + SAME,
    "one length twice": OK + TWO + TWO + SAME,
    "a list of lengths": OK + b"Content-Length: 2, 2\r\n" + SAME,
    "a negative length": OK + b"Content-Length: -2\r\n" + SAME,
    "a length beyond all numbers": OK + b"Content-Length: 99999999999999999999\r\n" + SAME,
    "a length, then chunks": OK + TWO + CHUNKED + CHUNKS,
    "chunks, then a length": OK + CHUNKED + TWO + CHUNKS,
    "another protocol": b"HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n" + GOOD,
    "go on, for ever": b"HTTP/1.1 100 Continue\r\n\r\n" * 10_000,
    "lines that end early": GOOD.replace(b"\r\n", b"\n"),
    "a space before the colon": OK + b"Content-Length : 2\r\n" + SAME,
    "a folded header": OK + b"X: y\r\n z\r\n" + TWO + SAME,
    "nought in a header": OK + b"X: \x00\r\n" + TWO + SAME,
    "a later protocol": b"HTTP/2 200\r\n" + TWO + SAME,
    "no protocol": b"<html>\r\n\r\n",
}
BODYLESS = {
    "one byte more": GOOD + b"!",
    "another answer": GOOD + GOOD,
    "another answer after chunks": OK + CHUNKED + CHUNKS + GOOD,
    "something after the last": OK + b"Connection: close\r\n" + TWO + SAME + b"!",
    "a chunk beyond all numbers": OK + CHUNKED + b"\r\nfffffffffffffffff\r\n",
    "a negative chunk": OK + CHUNKED + b"\r\n-2\r\n{}\r\n0\r\n\r\n",
    "a chunk longer than it says": OK + CHUNKED + b"\r\n1\r\n{}\r\n0\r\n\r\n",
    "a chunk with an endless name": OK + CHUNKED + b"\r\n2;" + b"x" * 200_000,
    "an endless trailer": OK + CHUNKED + b"\r\n2\r\n{}\r\n0\r\nX: " + b"y" * 200_000,
    "many trailers": OK + CHUNKED + b"\r\n2\r\n{}\r\n0\r\n" + b"X: y\r\n" * 200 + b"\r\n",
    "no packing": OK + b"Content-Encoding: gzip\r\n" + TWO + SAME,
}
BROKEN = [
    *((each, sent, NoAnswer) for each, sent in HEADLESS.items()),
    *((each, sent, UnreadableAnswer) for each, sent in BODYLESS.items()),
]


@pytest.mark.parametrize(
    ("sent", "error"), [case[1:] for case in BROKEN], ids=[c[0] for c in BROKEN]
)
def test_what_is_no_answer_is_unknown_and_nothing_is_sent_on_its_connection(
    sent: bytes, error: type[RestError]
) -> None:
    with serve(send(sent)) as server:
        with pytest.raises(error):
            post(server)
        assert len(server.requests) == 1
        with pytest.raises(error):
            post(server)
        assert len(server.requests) == 2


@pytest.mark.parametrize("late", [b"!", GOOD], ids=["a byte", "an answer"])
def test_what_comes_after_an_answer_was_read_answers_no_other_request(late: bytes) -> None:
    is_read, is_sent = Event(), Event()

    def answer(connection: socket.socket, stopped: Event) -> None:
        connection.sendall(GOOD)
        if not is_sent.is_set():
            is_read.wait(5)
            connection.sendall(late)
            is_sent.set()

    with serve(answer) as server:
        post(server)
        is_read.set()
        assert is_sent.wait(5)
        assert post(server).body == b"{}"
        assert len(server.requests) == 2


def test_a_connection_that_ends_with_a_second_request_has_taken_it() -> None:
    def answer(connection: socket.socket, stopped: Event) -> None:
        connection.sendall(GOOD)
        taken.append(connection.recv(65536))

    taken: list[bytes] = []
    with serve(answer) as server:
        post(server)
        with pytest.raises(NoAnswer):
            post(server)
        assert len(server.requests) == 1
    assert taken[0].startswith(b"POST /rest/profile HTTP/1.1\r\n")
