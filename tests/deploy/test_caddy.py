"""People reach the app through the shipped Caddyfile, and slow clients stay before it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from tests.standin.client import LOOPBACK, StandIn
from tests.support.app import App, free_port, start_app
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp
from tests.support.security.traces import launch_of
from tests.support.servers.caddy import Front, configuration, proxy_in, start_caddy
from tests.support.waiting import await_condition

# More than all threads of the app.
SLOW_CLIENTS = 400
BUFFERS = ("request_buffers", "response_buffers", "buffer_requests", "buffer_responses")
HEAD = "POST /events/ HTTP/1.1\r\nHost: {host}\r\nContent-Length: 1000\r\n"
FORM = "Content-Type: application/x-www-form-urlencoded\r\n\r\na"
SECOND = 1_000_000_000


def through(front: Front) -> App:
    """The app as a browser meets it, that knows of the proxy alone."""
    return replace(front.app, port=front.port)


def open_tab(portal: PortalWithApp, front: Front) -> Page:
    launch = launch_of(portal)
    path = launch["url"].removeprefix(portal.app.origin)
    return through(front).send(path, form=list(launch["fields"].items()))


@contextmanager
def slow_clients(front: Front) -> Iterator[None]:
    """Each has sent its head and one byte of its body, and takes its time for the rest."""
    text = (HEAD + FORM).format(host=front.host).encode()
    with ExitStack() as clients:
        for _ in range(SLOW_CLIENTS):
            client = clients.enter_context(socket.create_connection((LOOPBACK, front.port)))
            client.sendall(text)
        # Time for Caddy to hand them on, if it would.
        time.sleep(0.5)
        yield


def is_alive(host: str, port: int) -> bool:
    """Whether the app says within a second that it is."""
    try:
        return StandIn(port, timeout=1).send(host, "/healthz", method="GET").status == 200
    except TimeoutError:
        return False


def test_a_launch_and_a_click_go_through_and_make_one_payment(
    portal: PortalWithApp, front: Front
) -> None:
    tab = open_tab(portal, front)
    assert tab.status == 200
    assert through(front).press_add(tab).status == 200
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_slow_clients_hold_nothing_of_the_app(front: Front) -> None:
    with slow_clients(front):
        assert is_alive(front.host, front.port)
        assert is_alive(front.app.host, front.app.port)


def test_without_buffers_they_hold_all_of_it(
    caddy: None, standin: StandIn, database_url: str, tmp_path: Path
) -> None:
    """One process, because of two the one that is quicker may take all of them."""
    with (
        start_app(
            database_url=database_url,
            standin=standin,
            port=free_port(),
            log_path=tmp_path / "app.log",
            workers=1,
        ) as app,
        start_caddy(app, tmp_path, without=BUFFERS) as front,
        slow_clients(front),
    ):
        await_condition(lambda: not is_alive(app.host, app.port))


def test_who_sends_too_much_is_told_so_by_the_app(front: Front) -> None:
    """And whoever comes next does not find a connection that the app has just closed."""
    for size in (300_000, 400_000) * 2:
        page = through(front).send("/placements/deal/", method="POST", raw=bytes(size))
        assert page.status == 413
        assert "could not read what this page sent" in page.text
        assert is_alive(front.host, front.port)


def test_who_sends_far_too_much_does_not_reach_it(front: Front) -> None:
    page = through(front).send("/placements/deal/", method="POST", raw=bytes(1_100_000))
    # Caddy 2.6.2 takes its own limit for a fault of the app.
    assert page.status in {413, 502}
    assert "x-request-id" not in page.headers


def test_every_wait_for_a_client_has_an_end(caddy: None) -> None:
    found = configuration(8123, f"{LOOPBACK}:8000")
    server, proxy = found["apps"]["http"]["servers"]["srv0"], proxy_in(found)
    assert 0 < server["read_header_timeout"] <= server["read_timeout"] <= 20 * SECOND
    # The app may take 60 seconds.
    assert 60 * SECOND < server["write_timeout"] <= 120 * SECOND
    assert proxy.get("max_buffer_size") or proxy["request_buffers"] > 1_000_000
    assert proxy.get("buffer_responses") or proxy["response_buffers"] > 1_000_000
