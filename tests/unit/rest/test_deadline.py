"""One deadline for name, connecting, TLS and answer: once it is over nothing is sent."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from urllib3.util.connection import create_connection

from b24app.protocol.addresses import few_in_turn
from b24app.rest import transport
from b24app.rest.errors import NotSent
from b24app.rest.transport import post_json
from tests.support.servers.sockets import Server, dead_port, serve

SLACK = 0.6
NAME = "many.example"
DEAD = [f"127.0.0.{number}" for number in range(2, 52)]


def name(
    monkeypatch: pytest.MonkeyPatch, addresses: Sequence[str], *, after: float = 0.0
) -> list[str]:
    """NAME has these addresses, known `after` seconds; returns a list of those connected to."""
    truth, connect = socket.getaddrinfo, create_connection
    tried: list[str] = []

    def resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host != NAME:
            return truth(host, port, *args, **kwargs)
        time.sleep(after)
        return [(0, 0, 0, "", (address, port)) for address in addresses]

    def note(address: Any, *args: Any, **kwargs: Any) -> socket.socket:
        tried.append(address[0])
        return connect(address, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(transport, "create_connection", note)
    return tried


@contextmanager
def heard() -> Iterator[tuple[int, bytearray]]:
    """A port that takes connections and says nothing, and every byte that came to it."""
    bytes_in, ended = bytearray(), threading.Event()

    def listen(listener: socket.socket) -> None:
        while not ended.is_set():
            try:
                taken, _ = listener.accept()
            except OSError:
                return
            taken.settimeout(0.2)
            while not ended.is_set():
                try:
                    if not (some := taken.recv(65536)):
                        break
                    bytes_in.extend(some)
                except TimeoutError:
                    continue
            taken.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=listen, args=(listener,))
        thread.start()
        try:
            yield listener.getsockname()[1], bytes_in
        finally:
            time.sleep(0.3)
            ended.set()
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)


def seconds_until_not_sent(port: int, *, seconds: float, scheme: str = "http") -> float:
    began = time.monotonic()
    with pytest.raises(NotSent):
        post_json(f"{scheme}://{NAME}:{port}/rest/profile", b"{}", seconds=seconds)
    return time.monotonic() - began


def test_fifty_addresses_that_never_answer_end_with_the_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = name(monkeypatch, DEAD)
    with dead_port() as port:
        assert seconds_until_not_sent(port, seconds=4.0) < 4.0 + SLACK
    assert tried == DEAD[:2]


def test_a_port_that_refuses_is_tried_three_times(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = name(monkeypatch, DEAD[:1])
    with socket.socket() as unused:
        unused.bind((DEAD[0], 0))
        assert seconds_until_not_sent(unused.getsockname()[1], seconds=12.0) < 0.6 + SLACK
    assert tried == DEAD[:1] * 3


def test_of_many_addresses_four_are_tried_of_both_families(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "CONNECT_SECONDS", 0.1)
    monkeypatch.setattr(transport, "_RECONNECTS", 0)
    tried = name(monkeypatch, [*DEAD, "::1"])
    with dead_port() as port:
        assert seconds_until_not_sent(port, seconds=30.0) < 0.4 + SLACK
    assert tried == [DEAD[0], "::1", *DEAD[1:3]]


@pytest.mark.parametrize(
    ("found", "tried"),
    [
        (["192.0.2.1"], ["192.0.2.1"]),
        (
            ["2001:db8::1", "2001:db8::2", "2001:db8::3", "192.0.2.1", "192.0.2.2"],
            ["2001:db8::1", "192.0.2.1", "2001:db8::2", "192.0.2.2"],
        ),
        (
            ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4", "192.0.2.5", "2001:db8::1"],
            ["192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.3"],
        ),
        ([], []),
    ],
)
def test_both_families_come_in_turn(found: list[str], tried: list[str]) -> None:
    assert few_in_turn(found) == tried


def test_a_name_that_is_known_too_late_sends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with heard() as (port, bytes_in):
        tried = name(monkeypatch, ["127.0.0.1"], after=1.5)
        assert seconds_until_not_sent(port, seconds=1.0) < 1.0 + SLACK
        time.sleep(1.0)
    assert (tried, bytes(bytes_in)) == ([], b"")


def test_a_server_that_never_speaks_tls_has_what_connecting_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A slow connection does not begin the time of TLS anew."""
    name(monkeypatch, ["127.0.0.1"])
    connect_late(monkeypatch, 1.0)
    with heard() as (port, bytes_in):
        assert seconds_until_not_sent(port, seconds=1.5, scheme="https") < 1.5 + SLACK
    assert b"POST" not in bytes_in


def test_a_connection_that_stands_too_late_hears_not_a_byte(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name(monkeypatch, ["127.0.0.1"])
    connect_late(monkeypatch, 0.7)
    with heard() as (port, bytes_in):
        seconds_until_not_sent(port, seconds=0.5)
    assert bytes(bytes_in) == b""


def test_a_connection_that_is_kept_hears_nothing_after_the_deadline() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    def answer(connection: socket.socket, stopped: threading.Event) -> None:
        connection.sendall(head)
        connection.settimeout(2)
        later.extend(connection.recv(65536))

    later = bytearray()
    with serve(answer) as server:
        url = url_of(server)
        assert post_json(url, b"{}", seconds=3).body == b"{}"
        with pytest.raises(NotSent):
            post_json(url, b"{}", seconds=-1)
    assert bytes(later) == b""


@pytest.mark.parametrize("ahead", [-1.0, 0.4], ids=["past", "past once connected"])
def test_what_has_no_time_to_leave_any_more_is_not_sent(
    monkeypatch: pytest.MonkeyPatch, ahead: float
) -> None:
    name(monkeypatch, ["127.0.0.1"])
    connect_late(monkeypatch, 0.7)
    with heard() as (port, bytes_in):
        not_after = time.time() + ahead
        with pytest.raises(NotSent):
            post_json(f"http://{NAME}:{port}/", b"{}", seconds=8, not_after=not_after)
    assert bytes(bytes_in) == b""


def test_what_leaves_in_time_may_be_answered_later() -> None:
    def answer(connection: socket.socket, stopped: threading.Event) -> None:
        stopped.wait(0.6)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with serve(answer) as server:
        sent = post_json(url_of(server), b"{}", seconds=3, not_after=time.time() + 0.3)
    assert sent.body == b"{}"


def connect_late(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Every connection stands so many seconds later than it did."""

    def late(*args: Any, **kwargs: Any) -> socket.socket:
        found = create_connection(*args, **kwargs)
        time.sleep(seconds)
        return found

    monkeypatch.setattr(transport, "create_connection", late)


def url_of(server: Server) -> str:
    return f"http://kept.localhost:{server.port}/rest/profile"
