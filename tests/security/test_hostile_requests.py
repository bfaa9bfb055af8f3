"""Requests that no browser sends, from a small seeded fuzzer: never a failure, nothing stored."""

from __future__ import annotations

import random
import socket
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from tests.security.test_hostile_portals import most_memory
from tests.support.app import HTMX, App
from tests.support.portal import PortalWithApp
from tests.support.security.traces import ANY_PORTAL, launch_of, policy, row_counts

SEED = 20_261_128
ROUNDS = 150
PATHS = [
    "/",
    "/install/",
    "/placements/deal/",
    "/placements/invoice/",
    "/events/",
    "/payments/add/",
    "/journal/",
]
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
TYPES = [FORM, PARTS, "multipart/form-data", "application/json", "x/y"]
MEGABYTE = 2**20


@pytest.fixture(autouse=True)
def bearer(portal: PortalWithApp) -> Iterator[str]:
    """A good one; whatever a test sends, nothing is stored, and the portal hears nothing."""
    tab = portal.open_tab()
    before = row_counts()
    portal.standin.clear_calls(portal.name)
    already_logged = len(portal.app.log())
    yield tab.bearer
    assert row_counts() == before
    assert portal.calls("batch") == []
    assert "Internal Server Error" not in portal.app.log()[already_logged:]


def mutated(chance: random.Random, body: bytes) -> bytes:
    """The body with a few bytes changed, cut, doubled or filled up with odd ones."""
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(body) + 1)
        odd = chance.choice([b"\x00", b"%00", b"%ED%A0%80", b"\xff", b"&" * 50, b"[a][b]=", b"="])
        body = chance.choice(
            [body[:at], body[:at] + odd + body[at:], body[at:] + body[:at], body + body[:at], odd]
        )
    return body[: 64 * 1024]


def test_odd_forms(portal: PortalWithApp, bearer: str) -> None:
    """Launches whose token is spoilt anyway, so that none of them is a true one by chance."""
    chance = random.Random(SEED)  # noqa: S311 - a repeatable choice
    fields = {**launch_of(portal)["fields"], "AUTH_ID": "short", "event": "ONAPPUNINSTALL"}
    for _ in range(ROUNDS):
        path, kind = chance.choice(PATHS), chance.choice(TYPES)
        headers = {"Content-Type": kind, **chance.choice([{}, HTMX])}
        if chance.random() < 0.3:
            headers["Authorization"] = f"Bearer {bearer[: chance.randrange(len(bearer))]}"
        body = mutated(chance, urlencode(fields).encode())
        page = portal.app.send(path, method="POST", raw=body, headers=headers)
        assert page.status in {200, 400, 401, 403}, (path, kind, body)
        assert "x-frame-session" not in page.headers
        assert page.status != 200 or path == "/events/", (path, body)


@pytest.mark.parametrize(
    "body",
    [
        b"x=" + b"a" * (5 * MEGABYTE),
        b"&".join(b"f%d=1" % number for number in range(10_000)),
        b"[" * 100_000,
        b"\x1f\x8b" + bytes(2000),
    ],
    ids=["five megabytes", "ten thousand fields", "deep nesting", "gzip"],
)
def test_too_much(portal: PortalWithApp, body: bytes) -> None:
    before = most_memory(portal.app)
    for path in PATHS:
        started = time.monotonic()
        status = raw_post(portal.app, path, body, length=len(body))
        # A server that has heard enough closes, and the rest of the body meets a closed door.
        assert status in {0, 400, 401, 413}, path
        assert time.monotonic() - started < 5
    assert most_memory(portal.app) - before < 20


@pytest.mark.parametrize("kind", [FORM, PARTS, "application/json"])
@pytest.mark.parametrize("length", [256 * 1024 + 1, 10**12])
def test_a_body_that_is_announced_is_not_waited_for(
    portal: PortalWithApp, length: int, kind: str
) -> None:
    """Nor with a page of another kind, whose forms are read for their token."""
    for path in (*PATHS, "/accounts/login/", "/portal/repair/", "/healthz"):
        started = time.monotonic()
        assert raw_post(portal.app, path, b"x=1", length=length, kind=kind) == 413, path
        assert time.monotonic() - started < 2


@pytest.mark.parametrize("kind", [FORM, PARTS, "application/json"])
def test_a_launch_that_is_too_long_is_refused_in_words(portal: PortalWithApp, kind: str) -> None:
    body = bytes(256 * 1024 + 1)
    page = portal.app.send(
        "/placements/deal/", method="POST", raw=body, headers={"Content-Type": kind}
    )
    assert page.status == 413
    assert "could not read what this page sent" in page.text
    assert page.headers["x-request-id"] in page.text
    assert policy(page)["frame-ancestors"] == ANY_PORTAL


def test_a_file_is_not_kept(portal: PortalWithApp) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    body = part + bytes(1000) + b"\r\n--x--\r\n"
    page = portal.app.send("/", method="POST", raw=body, headers={"Content-Type": PARTS})
    assert page.status == 400
    assert "could not read what this page sent" in page.text


def test_a_body_that_ends_early(portal: PortalWithApp) -> None:
    for path in PATHS:
        assert raw_post(portal.app, path, b"member_id=1", length=2000, is_cut=True) in {0, 400, 401}
    assert portal.app.send("/healthz").status == 200


def raw_post(
    app: App, path: str, body: bytes, *, length: int, is_cut: bool = False, kind: str = FORM
) -> int:
    """The status of a form that says it has `length` bytes; 0 when no answer came."""
    head = f"POST {path} HTTP/1.1\r\nHost: {app.host}\r\nContent-Type: {kind}\r\n"
    head += f"Content-Length: {length}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", app.port), timeout=20) as connection:
        try:
            connection.sendall(head.encode() + body)
            if is_cut:
                connection.shutdown(socket.SHUT_WR)
            answer = connection.recv(200)
        except ConnectionError:
            return 0
    return int(answer.split(b" ")[1]) if answer else 0
