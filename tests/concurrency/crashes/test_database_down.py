"""The database stops: nothing is sent that cannot be noted down, nothing noted down is lost."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from b24app.models import PortalUser
from payments.models import Attempt
from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, await_outcome, can_add, key_of, told
from tests.support.people.outsiders import LOGIN, PORTAL, Outsider
from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import SALES, refreshes
from tests.support.servers.another_app import another_app, open_tab_at
from tests.support.servers.forwarder import Forwarder, forwarder_to
from tests.support.waiting import at_once, await_condition

ANSWER_SECONDS = 2
UNNOTED = "--config python:tests.unguarded.clicks.unnoted"
UNGUARDED = "--config python:tests.unguarded.tokens"


@dataclass(frozen=True)
class Line:
    """An app whose way to the database can be cut."""

    app: App
    database: Forwarder


@contextmanager
def line_to(shared: App, folder: Path, gunicorn: str = "") -> Iterator[Line]:
    at = connection.settings_dict
    with forwarder_to(str(at["HOST"]), int(at["PORT"])) as forwarder:
        url = f"postgres://{at['USER']}@127.0.0.1:{forwarder.port}/{at['NAME']}"
        note = str(folder / "point")
        with another_app(
            shared, folder, database_url=url, gunicorn=gunicorn, STAND_STILL=note
        ) as app:
            yield Line(app, forwarder)


@pytest.fixture(scope="module")
def line(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with line_to(running_app, tmp_path_factory.mktemp("line")) as found:
        yield found


def await_ready(app: App) -> None:
    await_condition(lambda: app.send("/readyz").status == 200, 20)


def test_a_click_that_cannot_be_noted_down_sends_nothing_and_says_so(
    portal: PortalWithApp, line: Line
) -> None:
    tab = open_tab_at(line.app, portal)
    line.database.cut()
    try:
        page = line.app.press_add(tab)
    finally:
        line.database.mend()
    assert page.status == 503
    assert say.STORAGE_DOWN in page.alert_text, told(page)
    assert portal.calls(ADD) == []
    await_ready(line.app)
    again = line.app.press_add(tab)
    assert say.ADDED in again.status_text, told(again)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


@pytest.mark.timed
def test_a_tab_says_that_nothing_can_be_saved_and_the_process_stays_alive(
    portal: PortalWithApp, line: Line
) -> None:
    open_tab_at(line.app, portal)
    line.database.cut()
    try:
        began = time.monotonic()
        tab = open_tab_at(line.app, portal)
        took = time.monotonic() - began
        alive, ready = line.app.send("/healthz"), line.app.send("/readyz")
    finally:
        line.database.mend()
    assert took < ANSWER_SECONDS, took
    assert tab.status == 503
    assert say.STORAGE_DOWN in tab.text
    assert (alive.status, ready.status) == (200, 503)
    await_ready(line.app)


def test_the_pages_outside_the_frame_say_so_too(portal: PortalWithApp, line: Line) -> None:
    person, newcomer = Outsider(line.app), Outsider(line.app)
    assert person.sign_in(portal).status == 200
    query, form = newcomer.reach(portal), newcomer.send(LOGIN)
    line.database.cut()
    try:
        pages = at_once([partial(person.send, PORTAL), partial(newcomer.arrive, query)])
        # To begin needs nothing of the database.
        begun = newcomer.press(form, LOGIN, portal=portal.about["origin"])
    finally:
        line.database.mend()
    assert begun.status == 302
    for page in pages:
        assert (page.status, say.STORAGE_DOWN in page.text) == (503, True)
    await_ready(line.app)
    assert person.has_session
    assert newcomer.arrive(query).status == 200


def test_a_pool_that_is_but_busy_is_waited_for(portal: PortalWithApp) -> None:
    """The last of them wait longer than anybody does for a database that is away."""

    def work() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(0.9)")
        connection.close()

    options = connection.settings_dict["OPTIONS"]["pool"]
    at_once([work] * options["max_size"] * 3)


def test_a_database_that_is_back_is_used_at_once(portal: PortalWithApp, line: Line) -> None:
    """Eight people have filled the pool; then the database restarts, and nobody meets it."""
    at_once([partial(open_tab_at, line.app, portal)] * 8)
    line.database.cut()
    line.database.mend()
    assert [open_tab_at(line.app, portal).status for _ in range(20)] == [200] * 20


def test_so_is_one_that_has_closed_its_connections(portal: PortalWithApp, line: Line) -> None:
    at_once([partial(open_tab_at, line.app, portal)] * 8)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid, pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        pids = [pid for pid, _ in cursor.fetchall()]
        assert len(pids) >= 2

        def are_gone() -> bool:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)", [pids])
            return bool(cursor.fetchone() == (0,))

        # The server takes its leave of each of them in its own time.
        await_condition(are_gone)
    assert [open_tab_at(line.app, portal).status for _ in range(20)] == [200] * 20


def click_and_cut(portal: PortalWithApp, line: Line) -> Page:
    """The tab of a click whose payment was made while the database was away, which is back."""
    tab = open_tab_at(line.app, portal)
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=10, when="after")
    with ThreadPoolExecutor(1) as pool:
        click = pool.submit(line.app.press_add, tab)
        await_condition(lambda: portal.payments_of(portal.deal("fresh")))
        line.database.cut()
        portal.standin.release(portal.name)
        page = click.result()
        line.database.mend()
    assert say.ADDED in page.status_text, told(page)
    await_ready(line.app)
    return tab


def test_a_payment_made_while_the_database_was_away_is_found_later(
    portal: PortalWithApp, line: Line
) -> None:
    tab = click_and_cut(portal, line)
    reloaded = open_tab_at(line.app, portal)
    assert reloaded.polled_key == key_of(tab)
    assert not can_add(reloaded)
    past = timezone.now() - timedelta(minutes=2)
    Attempt.objects.filter(key=key_of(tab)).update(created_at=past, settles_at=past)
    found = await_outcome(line.app, reloaded, line.app.press_add(tab))
    assert say.ADDED in found.status_text, told(found)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1
    assert Attempt.objects.filter(portal=portal.row, state=Attempt.State.ADDED).count() == 1


def test_without_the_note_before_it_the_same_click_makes_another(
    portal: PortalWithApp, running_app: App, tmp_path: Path
) -> None:
    with line_to(running_app, tmp_path, UNNOTED) as line:
        tab = click_and_cut(portal, line)
        assert not Attempt.objects.filter(portal=portal.row).exists()
        assert say.ADDED in line.app.press_add(tab).status_text
    assert len(portal.payments_of(portal.deal("fresh"))) == 2


def renewed_while_the_database_was_away(
    app: App, database: Forwarder, portal: PortalWithApp
) -> Page:
    """A click that needs a new pair, which comes when the database is away for a second or two.

    Answers what the next click is told, of somebody whose access token is too old again.
    """
    tab, next_tab = open_tab_at(app, portal), open_tab_at(app, portal, "empty")
    portal.standin.clear_calls(portal.name)
    portal.standin.expire(portal.name, user_id=SALES)
    portal.standin.add_fault(portal.name, "oauth.token", "hold", seconds=30, when="after")
    with ThreadPoolExecutor(1) as pool:
        click = pool.submit(app.press_add, tab)
        await_condition(lambda: refreshes(portal) == 1)
        database.cut()
        portal.standin.release(portal.name)
        # Or the app has given up already.
        await_condition(lambda: click.done() or "is not stored yet" in app.log())
        database.mend()
        click.result()
    assert refreshes(portal) == 1
    await_ready(app)
    # As if a lease that was left behind had run out.
    PortalUser.objects.update(lease_until=None)
    portal.standin.expire(portal.name, user_id=SALES)
    return app.press_add(next_tab)


def test_a_pair_that_comes_while_the_database_is_away_is_stored(
    portal: PortalWithApp, line: Line
) -> None:
    page = renewed_while_the_database_was_away(line.app, line.database, portal)
    assert say.ADDED in page.status_text, told(page)
    assert refreshes(portal) == 2
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_saved_once_alone_it_is_lost(portal: PortalWithApp, line: Line, tmp_path: Path) -> None:
    """The control."""
    url, config = line.app.environment["DATABASE_URL"], f"{UNGUARDED}.one_saving"
    with another_app(portal.app, tmp_path, database_url=url, gunicorn=config) as app:
        page = renewed_while_the_database_was_away(app, line.database, portal)
    assert say.SESSION_ENDED in told(page)
