"""People who take in a long file slowly keep nobody waiting."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from bs4 import Tag

from payments.models import Attempt
from tests.support.app import App
from tests.support.pages.home_visits import CSV, NOON, SALES, open_home
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.waiting import await_condition

FEW_THREADS = "--config python:tests.unguarded.portals.files"
THREADS = 4
CLICKS = 8_000
# As long as a name may be: with it the file is longer than what the system takes for nobody.
NAME = "\N{PERSONAL COMPUTER}" * 200
DOWNLOADS = 8
PATIENCE_SECONDS = 1


@pytest.fixture(scope="module")
def lone_app(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """One process: all its threads share one pool of connections."""
    with another_app(running_app, tmp_path_factory.mktemp("lone")) as app:
        yield app


def fill_journal(portal: PortalWithApp, count: int) -> None:
    row = portal.row
    row.users.create(user_id=SALES, name=NAME, seen_at=NOON)
    for start in range(0, count, 5000):
        Attempt.objects.bulk_create(
            Attempt(
                portal=row,
                key=uuid4(),
                user_id=SALES,
                entity_type=2,
                entity_id=start + each,
                state=Attempt.State.ADDED,
                number=f"{start + each}/1",
                amount=1200,
                currency="EUR",
                seen_max_id=0,
                settles_at=NOON,
                created_at=NOON,
            )
            for each in range(min(5000, count - start))
        )


@contextmanager
def download(app: App, bearer: str, *, expected: bytes = b"200") -> Iterator[socket.socket]:
    """A browser that has asked for the file and has no room for it."""
    form = urlencode({"frame_session": bearer}).encode()
    head = f"POST {CSV} HTTP/1.1\r\nHost: {app.host}\r\nConnection: close\r\n"
    head += (
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
    )
    with socket.socket() as browser:
        browser.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        browser.settimeout(60)
        browser.connect(("127.0.0.1", app.port))
        browser.sendall(head.encode() + form)
        assert browser.recv(64).startswith(b"HTTP/1.1 " + expected)
        yield browser


def bearer_of(portal: PortalWithApp) -> str:
    meta = open_home(portal).soup.select_one("meta[name=frame-session]")
    assert isinstance(meta, Tag)
    return str(meta["content"])


def test_slow_readers_of_a_long_file_keep_nobody_waiting(
    portal: PortalWithApp, lone_app: App
) -> None:
    fill_journal(portal, CLICKS)
    bearer = bearer_of(portal)
    with ExitStack() as stack:
        first = stack.enter_context(download(lone_app, bearer))
        for _ in range(DOWNLOADS - 1):
            # One file a portal at a time; who wants another is told so and holds nothing.
            stack.enter_context(download(lone_app, bearer, expected=b"503"))
        for _ in range(5):
            assert first.recv(1024)
            began = time.monotonic()
            assert open_tab_at(lone_app, portal).status == 200
            assert lone_app.send("/readyz").status == 200
            assert time.monotonic() - began < PATIENCE_SECONDS
    # The next one is made once nobody takes in the first any more.
    await_condition(lambda: lone_app.send(CSV, form={"frame_session": bearer}).status == 200)


def is_answered(app: App) -> bool:
    """Whether somebody else gets an answer while nobody takes in what was asked for before."""
    with closing(HTTPConnection("127.0.0.1", app.port, timeout=5 * PATIENCE_SECONDS)) as browser:
        try:
            browser.request("GET", "/healthz", headers={"Host": app.host})
            return browser.getresponse().status == 200
        except TimeoutError:
            return False


def test_slow_readers_leave_threads_for_others(portal: PortalWithApp, tmp_path: Path) -> None:
    fill_journal(portal, CLICKS)
    with another_app(portal.app, tmp_path, gunicorn=FEW_THREADS) as app, ExitStack() as stack:
        bearer = bearer_of(portal)
        stack.enter_context(download(app, bearer))
        for _ in range(THREADS - 1):
            stack.enter_context(download(app, bearer, expected=b"503"))
        assert is_answered(app)


def test_without_a_limit_of_files_they_leave_none(portal: PortalWithApp, tmp_path: Path) -> None:
    fill_journal(portal, CLICKS)
    started = another_app(portal.app, tmp_path, gunicorn=FEW_THREADS, UNGUARDED="files")
    with started as app, ExitStack() as stack:
        bearer = bearer_of(portal)
        for _ in range(THREADS):
            stack.enter_context(download(app, bearer))
        assert not is_answered(app)


def test_the_file_is_whole_however_many_pages_it_is_read_in(
    portal: PortalWithApp, lone_app: App
) -> None:
    fill_journal(portal, 1234)
    page = lone_app.send(CSV, form={"frame_session": bearer_of(portal)})
    deals = [int(line.split("Deal ")[1].split(",")[0]) for line in page.body.splitlines()[1:]]
    assert deals == list(reversed(range(1234)))
