"""Launches of portals that nobody knows: each would cost the OAuth server a question."""

from __future__ import annotations

import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from tests.support.app import App
from tests.support.pages.page import Page
from tests.support.pages.sentences import SERVER_BUSY
from tests.support.portal import PortalWithApp, new_portal
from tests.support.security.traces import assert_shut, launch_of
from tests.support.servers.another_app import another_app
from tests.support.waiting import await_condition

LAUNCHES, SENDERS = 200, 24
AT_ONCE, PER_SECOND, PATIENCE_SECONDS = 30, 5, 3
UNGUARDED = "--config python:tests.unguarded.portals.strangers"


def invent(app: App, portal: PortalWithApp) -> list[Page]:
    """What so many launches came to, each of a portal that is none, with a token that is one.

    So the questions stand in the ledger of the token's portal.
    """
    launch = launch_of(portal)
    path = urlsplit(launch["url"])._replace(scheme="", netloc="").geturl()

    def post(_: int) -> Page:
        fields = {**launch["fields"], "member_id": secrets.token_hex(16)}
        return app.send(path, form=list(fields.items()))

    with ThreadPoolExecutor(SENDERS) as pool:
        return list(pool.map(post, range(LAUNCHES)))


def questions(portal: PortalWithApp) -> int:
    return len([call for call in portal.calls() if call["server"] == "oauth"])


def test_invented_launches_cost_the_oauth_server_little_and_a_newcomer_gets_in(
    portal: PortalWithApp,
) -> None:
    newcomer = new_portal(portal.app)
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        flood = pool.submit(invent, portal.app, portal)
        await_condition(lambda: questions(portal) >= AT_ONCE)
        # As people do: who is told to try again does so.
        await_condition(lambda: newcomer.open_installer().status == 200)
        pages = flood.result()
    seconds = time.monotonic() - began
    for page in pages:
        assert_shut(page)
    assert {page.status for page in pages} == {403, 503}
    assert all(SERVER_BUSY in page.text for page in pages if page.status == 503)
    assert questions(portal) <= AT_ONCE + PER_SECOND * (seconds + PATIENCE_SECONDS)
    assert questions(portal) < LAUNCHES / 2
    assert newcomer.is_known


def test_without_the_rate_each_costs_a_question(portal: PortalWithApp, tmp_path: Path) -> None:
    with another_app(portal.app, tmp_path, gunicorn=UNGUARDED) as app:
        invent(app, portal)
    assert questions(portal) == LAUNCHES
