"""Tokens of portals where nobody comes: renewed once in five months, never in a storm."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.utils import timezone

from b24app.models import Portal, PortalUser
from b24app.operations.keep_alive import LIFE, OLD, Fate, keep_alive, overdue, usual_limit
from tests.support.app import App
from tests.support.events.posted import await_state
from tests.support.operations.rows import add_portal
from tests.support.pages import sentences as say
from tests.support.people.scenes import ADMIN, SALES, row_of, this_process_as_app
from tests.support.planting import planted_portal
from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import refreshes

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def _in_this_process(portal: PortalWithApp, settings: LazySettings) -> Iterator[None]:
    with this_process_as_app(portal, settings):
        yield


def grow_old(portal: PortalWithApp, age: timedelta | None = OLD + DAY) -> PortalWithApp:
    """The installer has not been here for so long; their access token is long dead."""
    at = None if age is None else timezone.now() - age
    PortalUser.objects.filter(portal=portal.row, user_id=ADMIN).update(renewed_at=at)
    portal.standin.expire(portal.name)
    portal.standin.clear_calls(portal.name)
    return portal


def run(limit: int = 50) -> dict[Fate, int]:
    return {fate: n for fate, n in keep_alive(limit=limit, pause=lambda: 0).items() if n}


def others(app: App, count: int) -> list[PortalWithApp]:
    return [grow_old(planted_portal(app)) for _ in range(count)]


def test_an_old_pair_is_renewed_once_and_serves(portal: PortalWithApp) -> None:
    grow_old(portal)
    version = row_of(portal, ADMIN).token_version
    assert run() == {Fate.RENEWED: 1}
    assert [call["method"] for call in portal.calls()] == ["oauth.token", "profile"]
    assert row_of(portal, ADMIN).token_version == version + 1
    assert run() == {}
    assert refreshes(portal) == 1


@pytest.mark.parametrize(
    ("age", "is_renewed"), [(OLD - DAY, False), (OLD + DAY, True), (None, True), (DAY, False)]
)
def test_only_old_pairs_and_those_of_unknown_age(
    portal: PortalWithApp, age: timedelta | None, is_renewed: bool
) -> None:
    grow_old(portal, age)
    assert run() == ({Fate.RENEWED: 1} if is_renewed else {})
    assert refreshes(portal) == is_renewed
    assert run() == {}


def test_a_salespersons_pair_is_left_alone(portal: PortalWithApp) -> None:
    portal.open_tab()
    PortalUser.objects.filter(user_id=SALES).update(renewed_at=timezone.now() - OLD - DAY)
    assert run() == {}


@pytest.mark.parametrize("state", ["blocked", "uninstalled", "installing"])
def test_portals_that_do_not_work_are_left_alone(portal: PortalWithApp, state: str) -> None:
    grow_old(portal)
    Portal.objects.filter(pk=portal.row.pk).update(state=state)
    assert run() == {}
    assert refreshes(portal) == 0


def test_a_dead_grant_is_tried_once_in_its_life(portal: PortalWithApp) -> None:
    grow_old(portal)
    portal.standin.revoke(portal.name, refresh=True)
    assert run() == {Fate.LOST: 1}
    assert run() == {}
    assert refreshes(portal) == 1
    assert portal.row.installer_id is None


def test_a_pair_past_its_life_is_not_tried_at_all(portal: PortalWithApp) -> None:
    grow_old(portal, LIFE + DAY)
    assert run() == {Fate.LOST: 1}
    assert (refreshes(portal), portal.row.installer_id) == (0, None)
    assert run() == {}


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"is_confirmed": False}, {"role": "sales"}], ids=str
)
def test_an_installer_who_left_is_found_out(
    portal: PortalWithApp, change: dict[str, object]
) -> None:
    """The OAuth server renews a dismissed person's pair; the portal refuses it."""
    grow_old(portal)
    portal.standin.change_portal(portal.name, users={ADMIN: change})
    assert run() == {Fate.LOST: 1}
    row = portal.row
    assert (row.state, row.installer_id) == (Portal.State.ACTIVE, None)


@pytest.mark.parametrize("gone_answer", ["invalid_client", "wrong_client", "NOT_INSTALLED"])
def test_a_removal_without_an_event_is_found_out(portal: PortalWithApp, gone_answer: str) -> None:
    grow_old(portal)
    portal.standin.change_portal(portal.name, app_present=False, tell=False)
    portal.standin.switch(portal.name, gone_answer=gone_answer)
    assert run() == {Fate.LOST: 1}
    await_state(portal, Portal.State.UNINSTALLED)
    assert row_of(portal, ADMIN).refresh_token == ""
    assert run() == {}


def test_an_unpaid_app_is_found_out_and_then_left_alone(portal: PortalWithApp) -> None:
    grow_old(portal)
    portal.standin.switch(portal.name, payment_expired=True)
    assert run() == {Fate.LOST: 1}
    assert (portal.row.state, portal.row.trouble) == (Portal.State.BLOCKED, "app_unpaid")
    assert run() == {}
    assert refreshes(portal) == 1


def test_a_rotated_client_secret_costs_no_portal_anything(
    app: App, portal: PortalWithApp, settings: LazySettings, caplog: pytest.LogCaptureFixture
) -> None:
    """Three portals refused in a row end the run: the fault is ours, and the log says so."""
    portals = [grow_old(portal), *others(app, 4)]
    settings.B24_CLIENT_SECRET = "fake-secret-of-yesterday"
    assert run() == {Fate.FAILED: 3}
    assert sum(refreshes(each) for each in portals) == 3
    told = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert sum("is the client secret right?" in line for line in told) == 3
    assert told[-1] == "keep_alive stopped: 3 failures in a row"
    assert {each.row.state for each in portals} == {Portal.State.ACTIVE}
    assert all(row_of(each, ADMIN).refresh_token for each in portals)
    settings.B24_CLIENT_SECRET = "fake-client-secret"
    PortalUser.objects.update(lease_until=None, retry_after=None)
    assert run() == {Fate.RENEWED: 5}


def test_the_oldest_come_first_in_small_batches(app: App, portal: PortalWithApp) -> None:
    unknown = grow_old(portal, None)
    old, older = others(app, 2)
    grow_old(older, OLD + 20 * DAY)
    assert run(limit=1) == {Fate.RENEWED: 1}
    assert [refreshes(each) for each in (older, old, unknown)] == [1, 0, 0]
    assert run(limit=1) == {Fate.RENEWED: 1}
    assert [refreshes(each) for each in (older, old, unknown)] == [1, 1, 0]


def many_due(count: int, age: timedelta) -> None:
    """Portals that were installed on one day, long ago."""
    seen = {"user_id": ADMIN, "seen_at": timezone.now(), "refresh_token": "sealed"}
    portals = [add_portal(installer_id=ADMIN) for _ in range(count)]
    PortalUser.objects.bulk_create(
        PortalUser(portal=each, renewed_at=timezone.now() - OLD - age, **seen) for each in portals
    )


def test_a_run_is_as_long_as_it_takes_to_be_in_time() -> None:
    assert usual_limit() == 50
    many_due(120, DAY / 2)
    assert usual_limit() == 50
    many_due(1, 18 * DAY)
    assert usual_limit() == 61
    many_due(1, 25 * DAY)
    assert usual_limit() == 122


def test_what_is_overdue_is_told_to_the_operator(caplog: pytest.LogCaptureFixture) -> None:
    many_due(1, 19 * DAY)
    assert (overdue(), run(limit=0)) == (0, {})
    many_due(2, 21 * DAY)
    assert (overdue(), run(limit=0)) == (2, {})
    [said] = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert said.startswith("2 portals are about to lose their background access")


def test_what_failed_yesterday_holds_up_nobody_today(app: App, portal: PortalWithApp) -> None:
    failed, fresh = grow_old(portal, OLD + 20 * DAY), others(app, 1)[0]
    failed.standin.add_fault(failed.name, "oauth.token", "html", status=502)
    assert run(limit=1) == {Fate.FAILED: 1}
    # As if it were tomorrow.
    yesterday = timezone.now() - DAY
    PortalUser.objects.filter(portal=failed.row).update(lease_until=yesterday)
    assert run(limit=1) == {Fate.RENEWED: 1}
    assert refreshes(fresh) == 1
    assert run(limit=1) == {Fate.RENEWED: 1}
    assert refreshes(failed) == 2


def test_two_runs_at_once_do_not_renew_twice(portal: PortalWithApp) -> None:
    grow_old(portal)
    lease = timezone.now() + timedelta(seconds=15)
    PortalUser.objects.filter(portal=portal.row, user_id=ADMIN).update(lease_until=lease)
    assert run() == {}
    assert refreshes(portal) == 0


def test_the_command_says_what_it_did(app: App, portal: PortalWithApp) -> None:
    grow_old(portal)
    dead = others(app, 1)[0]
    app.standin.revoke(dead.name, refresh=True)
    said = app.manage("keep_alive", "--limit", "2", "--pause", "0").stdout
    assert said == "renewed 1, lost 1, failed 0, still old 0, overdue 0\n"
    assert say.ADDED in app.press_add(portal.open_tab(user="admin")).status_text
