"""The way out: what certainly never left, what left without an answer, and where nothing may go."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import LazySettings

from b24app.rest.errors import (
    AddressForbidden,
    CertificateRefused,
    NoAnswer,
    NotSent,
    UnreadableAnswer,
)
from b24app.rest.transport import MAX_ANSWER_BYTES, HttpAnswer, post_json
from tests.support.servers.sockets import Answer, Server, http_answer, serve
from tests.support.waiting import await_condition

HOST = "acme.localhost"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


def post(server: Server, *, scheme: str = "http", seconds: float = 3.0) -> HttpAnswer:
    return post_json(f"{scheme}://{HOST}:{server.port}/rest/profile", b"{}", seconds=seconds)


def send(*parts: bytes) -> Answer:
    def answer(connection: socket.socket, stopped: Event) -> None:
        for part in parts:
            connection.sendall(part)

    return answer


def drip(head: bytes, rest: bytes) -> Answer:
    """`rest` comes byte by byte for some seconds, so that no single read is ever late."""

    def answer(connection: socket.socket, stopped: Event) -> None:
        connection.sendall(head)
        for byte in rest:
            if stopped.wait(0.02):
                return
            connection.sendall(bytes([byte]))

    return answer


def be_silent(connection: socket.socket, stopped: Event) -> None:
    stopped.wait(4)


def reset(connection: socket.socket, stopped: Event) -> None:
    linger_not = b"\x01\x00\x00\x00\x00\x00\x00\x00"
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_not)


def test_an_answer_arrives_whole() -> None:
    with serve(http_answer('{"result":1}', status=403)) as server:
        assert post(server) == HttpAnswer(403, b'{"result":1}', "")
    assert server.requests[0].startswith(b"POST /rest/profile HTTP/1.1\r\n")


def test_a_redirect_is_told_and_not_followed() -> None:
    with serve(http_answer("")) as other:
        headers = {"Location": f"http://{HOST}:{other.port}/rest/profile"}
        with serve(http_answer("", status=302, headers=headers)) as server:
            assert post(server) == HttpAnswer(302, b"", headers["Location"])
    assert (len(server.requests), other.requests) == (1, [])


def test_a_refused_connection_sends_nothing() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent):
            post(Server(unused.getsockname()[1]))


@pytest.mark.parametrize(
    "answer",
    [
        send(),
        reset,
        send(b"HTTP/1."),
        send(b"not http at all\r\n\r\n"),
        send(HEAD, b"X: " + b"y" * 70_000),
        send(HEAD, *[b"X-%d: y\r\n" % number for number in range(200)], b"\r\n"),
    ],
    ids=["closed", "reset", "half a line", "no http", "endless header", "many headers"],
)
def test_a_request_without_an_answer_is_sent_once_and_unknown(answer: Answer) -> None:
    with serve(answer) as server, pytest.raises(NoAnswer):
        post(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        send(HEAD, b"Content-Length: 100\r\n\r\n", b'{"result":1}'),
        send(HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"ff\r\nhalf"),
        send(HEAD, b"Transfer-Encoding: chunked\r\n\r\n", b"zz\r\n"),
        send(HEAD, b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\n", b"nope"),
    ],
    ids=["half", "half a chunk", "no chunk", "no gzip"],
)
def test_an_answer_that_breaks_off_is_unreadable(answer: Answer) -> None:
    with serve(answer) as server, pytest.raises(UnreadableAnswer):
        post(server)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (b"", b"x" * (MAX_ANSWER_BYTES + 1)),
        (b"Content-Encoding: gzip\r\n", gzip.compress(b"x" * (MAX_ANSWER_BYTES + 1))),
        (b"Content-Length: 99999999999\r\n", b"x" * (MAX_ANSWER_BYTES + 1)),
    ],
    ids=["plain", "packed", "announced"],
)
def test_an_answer_too_large_is_not_read_on(headers: bytes, body: bytes) -> None:
    with serve(send(HEAD, headers, b"\r\n", body)) as server, pytest.raises(UnreadableAnswer):
        post(server)


def test_the_largest_answer_still_arrives() -> None:
    body = "x" * MAX_ANSWER_BYTES
    with serve(http_answer(body)) as server:
        assert len(post(server).body) == MAX_ANSWER_BYTES


@pytest.mark.parametrize(
    "answer",
    [be_silent, drip(b"", HEAD + b"X: " + b"y" * 200), drip(HEAD + b"\r\n", b"y" * 200)],
    ids=["silence", "head", "body"],
)
def test_no_server_can_hold_us_past_the_deadline(answer: Answer) -> None:
    with serve(answer) as server:
        began = time.monotonic()
        with pytest.raises((NoAnswer, UnreadableAnswer)):
            post(server, seconds=0.5)
        server.is_stopped.set()
        assert time.monotonic() - began < 2


def certificate(folder: Path, name: str) -> ssl.SSLContext:
    """A server's context with a certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file = folder / "server.pem"
    file.write_bytes(signed.public_bytes(Encoding.PEM) + secret)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def test_a_server_that_cannot_prove_its_name_hears_nothing(tmp_path: Path) -> None:
    with (
        serve(http_answer("{}"), tls=certificate(tmp_path, HOST)) as server,
        pytest.raises(CertificateRefused),
    ):
        post(server, scheme="https")
    assert server.requests == []


def test_a_server_without_tls_hears_nothing() -> None:
    with serve(http_answer("{}")) as server, pytest.raises(NotSent):
        post(server, scheme="https", seconds=0.5)
    assert not [request for request in server.requests if b"POST" in request]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "acme.localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0.0.0.0",  # noqa: S104
        "[::1]",
        "[::ffff:127.0.0.1]",
        "169.254.169.254",
        "10.0.0.1",
        "[fd00:ec2::254]",
    ],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_nothing_is_sent_inside_this_network(
    settings: LazySettings, host: str, scheme: str
) -> None:
    settings.B24_ALLOW_INSECURE_PORTALS = False
    with serve(http_answer("{}")) as server, pytest.raises(AddressForbidden):
        post_json(f"{scheme}://{host}:{server.port}/rest/profile", b"{}", seconds=3)
    assert server.requests == []


def test_a_test_run_may_ask_this_machine_and_no_other_inside() -> None:
    with pytest.raises(AddressForbidden):
        post_json("http://169.254.169.254/latest/meta-data/", b"{}", seconds=3)


@pytest.mark.parametrize(
    "url",
    ["https://acme.invalid/rest/", "https://" + "a" * 70 + ".invalid/", "https://a..invalid/"],
)
def test_a_name_that_is_none_sends_nothing(url: str) -> None:
    with pytest.raises(NotSent):
        post_json(url, b"{}", seconds=3)


def test_a_connection_that_was_dropped_is_not_used_again() -> None:
    with serve(send(HEAD, b"Content-Length: 2\r\n\r\n{}")) as server:
        for number in range(1, 4):
            assert json.loads(post(server).body) == {}
            await_condition(lambda: server.ended >= number)  # noqa: B023
    assert len(server.requests) == 3


def test_a_name_that_changes_after_its_check_leads_nowhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The address that was checked is the one that is connected to, and every connection checks."""
    truth, asked = socket.getaddrinfo, []

    def resolve(host: Any, port: Any, *args: Any, **kwargs: Any) -> Any:
        if host != "rebinding.example":
            return truth(host, port, *args, **kwargs)
        asked.append(host)
        return truth("127.0.0.1" if len(asked) == 1 else "169.254.169.254", port, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with serve(http_answer("{}")) as server:
        url = f"http://rebinding.example:{server.port}/rest/profile"
        assert post_json(url, b"{}", seconds=3).body == b"{}"
        assert len(asked) == 1
        with pytest.raises(AddressForbidden):
            post_json(url, b"{}", seconds=3)
    assert len(server.requests) == 1
