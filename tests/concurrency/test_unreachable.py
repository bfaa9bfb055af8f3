"""Portals to which no connection can be made: nothing is sent, and the person is told in time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from b24app.models import Portal
from tests.support.app import free_port
from tests.support.pages import sentences as say
from tests.support.people.clicks import can_add, told
from tests.support.portal import PortalWithApp
from tests.support.servers.sockets import dead_port

PATIENCE_SECONDS = 8
SYN_SENT = "02"


@contextmanager
def moved(portal: PortalWithApp, port: int) -> Iterator[None]:
    """The portal's address leads to another port meanwhile."""
    rows = Portal.objects.filter(member_id=portal.member_id)
    endpoint = portal.row.client_endpoint
    rows.update(client_endpoint=endpoint.replace(f":{portal.standin.port}/", f":{port}/"))
    yield
    rows.update(client_endpoint=endpoint)


def connecting_to(port: int) -> set[str]:
    """Our ends of the connections to a port that nobody has answered yet."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return {
        near for _, near, far, state, *_ in lines if state == SYN_SENT and far[-4:] == f"{port:04X}"
    }


@pytest.mark.timed
@pytest.mark.words
@pytest.mark.parametrize("swallows", [False, True], ids=["refuses", "swallows"])
def test_a_portal_that_cannot_be_reached_gets_nothing_and_the_next_click_adds_one(
    portal: PortalWithApp, swallows: bool
) -> None:
    tab = portal.open_tab()
    with dead_port() as dead, ThreadPoolExecutor(1) as pool:
        port = dead if swallows else free_port()
        others = connecting_to(port)
        tries: set[str] = set()
        with moved(portal, port):
            began = time.monotonic()
            click = pool.submit(portal.app.press_add, tab)
            while not click.done():
                tries |= connecting_to(port) - others
                time.sleep(0.02)
            took = time.monotonic() - began
        page = click.result()
    assert took < PATIENCE_SECONDS
    assert len(tries) == (2 if swallows else 0)
    assert say.UNREACHED in page.alert_text, told(page)
    assert page.polled_key == ""
    assert can_add(page)
    again = portal.app.press_add(portal.open_tab())
    assert say.ADDED in again.status_text, told(again)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1
