"""The app leaves a portal: what goes, what stays, and what was on its way meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from b24app.models import Portal
from payments.models import Attempt
from tests.support.app import App
from tests.support.events.posted import await_handled, await_state, event, post, remove, tokens_kept
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.security.scenarios import SALES, refreshes
from tests.support.security.traces import dump, row_counts
from tests.support.waiting import at_once, await_condition

CLEAN = {"CLEAN": "1"}
REMOVED = "ONAPPUNINSTALL"


def live(portal: PortalWithApp) -> Page:
    """A tab with a payment added, by a person whose tokens are kept."""
    portal.open_tab(user="admin")
    tab = portal.open_tab()
    assert portal.app.press_add(tab).status_text
    assert post(portal.app, event(portal, "ONAPPINSTALL")) == 200
    await_handled(portal.member_id)
    return tab


def test_a_removal_that_keeps_the_data_takes_the_secrets(portal: PortalWithApp) -> None:
    live(portal)
    portal.standin.change_portal(portal.name, app_present=False)
    row = await_state(portal, Portal.State.UNINSTALLED)
    assert (row.application_token, tokens_kept(portal)) == ("", [])
    assert Attempt.objects.filter(portal=row).count() == 1


def test_a_removal_with_the_data_leaves_one_line_that_says_so(app: App) -> None:
    neighbour = installed_portal(app)
    live(neighbour)
    before = row_counts()
    portal = installed_portal(app)
    tab = live(portal)
    app.standin.change_portal(portal.name, app_present=False, clean=True)
    await_state(portal, Portal.State.UNINSTALLED)
    assert row_counts() == {**before, "b24app.Portal": before["b24app.Portal"] + 1}
    left = dump()
    gone = [portal.name, str(portal.about["application_token"]), *portal.standin.secrets()]
    assert [value for value in gone if value in left] == []
    [line] = [line for line in left.splitlines() if portal.member_id in line]
    assert line.startswith("b24app_portal ")
    assert portal.row.uninstalled_at is not None
    assert app.press_add(tab).status == 401
    assert neighbour.row.state == Portal.State.ACTIVE
    assert len(tokens_kept(neighbour)) == 4


def test_after_a_removal_with_the_data_the_app_can_come_back(portal: PortalWithApp) -> None:
    form = event(portal, REMOVED, data=CLEAN)
    portal.standin.change_portal(portal.name, app_present=False, clean=True)
    await_state(portal, Portal.State.UNINSTALLED)
    assert post(portal.app, form) == 200
    portal.standin.change_portal(portal.name, app_present=True)
    portal.install()
    assert portal.row.state == Portal.State.ACTIVE
    assert portal.app.press_add(portal.open_tab()).status_text.startswith("Payment ")


@pytest.mark.parametrize("data", [{}, CLEAN], ids=["data kept", "data removed"])
@pytest.mark.parametrize(
    ("seconds", "outcome", "asked"),
    [
        (1, ("refused", "still installed"), ["oauth.app.info"]),
        (601, ("handled", "installed again since"), []),
    ],
    ids=["nearly as young", "long before"],
)
def test_a_removal_older_than_the_installation_does_nothing(
    portal: PortalWithApp,
    data: dict[str, str],
    seconds: int,
    outcome: tuple[str, str],
    asked: list[str],
) -> None:
    installed_at = timezone.now() - timedelta(hours=2)
    Portal.objects.filter(pk=portal.row.pk).update(installed_at=installed_at)
    form = event(portal, REMOVED, data=data, ts=installed_at.timestamp() - seconds)
    assert post(portal.app, form) == 200
    assert await_handled(portal.member_id) == [outcome]
    assert [call["method"] for call in portal.calls()] == asked
    assert portal.row.state == Portal.State.ACTIVE
    assert portal.app.press_add(portal.open_tab()).status_text.startswith("Payment ")


@pytest.mark.parametrize("is_reversed", [False, True], ids=["in order", "out of order"])
def test_a_hundred_replays_in_any_order_do_it_once(
    portal: PortalWithApp, is_reversed: bool
) -> None:
    now = time.time()
    names = ["ONAPPINSTALL", REMOVED]
    forms = [(name, event(portal, name, ts=now + n)) for n, name in enumerate(names)]
    before = portal.row.epoch
    portal.standin.change_portal(portal.name, app_present=False, tell=False)
    portal.standin.clear_calls(portal.name)
    for name, form in reversed(forms) if is_reversed else forms:
        statuses = at_once([partial(post, portal.app, form)] * 50)
        assert set(statuses) <= {200, 403}
        # With the removal the secret goes, in the background: late replays of it, and what is told
        # after it, are a stranger's from then on.
        least = 1 if name == REMOVED else 0
        is_removed = name == REMOVED or is_reversed
        assert statuses.count(200) in (range(least, 51) if is_removed else (0, 50))
    row = await_state(portal, Portal.State.UNINSTALLED)
    handled = await_handled(portal.member_id)
    assert handled.count(("handled", "removed")) == 1
    assert len(handled) == (1 if is_reversed else 2)
    assert row.epoch == before + 1
    assert tokens_kept(portal) == []
    assert [call["method"] for call in portal.calls()] == ["oauth.app.info"]


@pytest.mark.parametrize(
    "name", ["ONAPPINSTALL", "ONAPPUPDATE", REMOVED, "ONAPPPAYMENT", "ONAPPMETHODCONFIRM"]
)
def test_no_portal_tells_an_event_of_another(app: App, portal: PortalWithApp, name: str) -> None:
    neighbour = installed_portal(app)
    stolen = str(neighbour.about["application_token"])
    assert post(app, event(portal, name, application_token=stolen)) == 403
    assert await_handled(portal.member_id) == []
    assert portal.row.state == neighbour.row.state == Portal.State.ACTIVE


def remove_during(
    portal: PortalWithApp,
    act: Callable[[], Page],
    on: str,
    data: dict[str, str],
    *,
    seconds: float = 0,
) -> Page:
    """What `act` gives when the app is removed between a call's work and its answer.

    The removal is `seconds` later than the beginning: events know their time to the second.
    """
    begun = time.time()
    portal.standin.clear_calls(portal.name)
    portal.standin.add_fault(portal.name, on, "hold", seconds=30, when="after")
    with ThreadPoolExecutor(1) as pool:
        page = pool.submit(act)
        await_condition(lambda: [c for c in portal.calls() if c["method"] == on])
        await_condition(lambda: time.time() > begun + seconds)
        assert remove(portal, event(portal, REMOVED, data=data)) == 200
        await_state(portal, Portal.State.UNINSTALLED)
        portal.standin.clear_faults(portal.name)
        return page.result()


@pytest.mark.parametrize("data", [{}, CLEAN], ids=["data kept", "data removed"])
def test_a_refresh_that_was_on_its_way_brings_no_token_into_a_removed_portal(
    portal: PortalWithApp, data: dict[str, str]
) -> None:
    tab = portal.open_tab()
    portal.standin.expire(portal.name, user_id=SALES)
    page = remove_during(portal, lambda: portal.app.press_add(tab), "oauth.token", data)
    assert refreshes(portal) == 1
    assert page.status in {200, 401, 403, 503}
    assert portal.row.state == Portal.State.UNINSTALLED
    assert tokens_kept(portal) == []
    assert portal.payments_of(portal.deal("fresh")) == []


@pytest.mark.parametrize("data", [{}, CLEAN], ids=["data kept", "data removed"])
def test_a_refresh_that_was_on_its_way_never_replaces_the_pair_of_a_new_installation(
    portal: PortalWithApp, data: dict[str, str]
) -> None:
    tab = portal.open_tab(user="admin")
    portal.standin.expire(portal.name)
    portal.standin.clear_calls(portal.name)
    portal.standin.add_fault(portal.name, "oauth.token", "hold", seconds=30, when="after")
    with ThreadPoolExecutor(1) as pool:
        click = pool.submit(portal.app.press_add, tab)
        await_condition(lambda: refreshes(portal) == 1)
        assert remove(portal, event(portal, REMOVED, data=data)) == 200
        await_state(portal, Portal.State.UNINSTALLED)
        portal.standin.change_portal(portal.name, app_present=True)
        page = portal.app.open_frame(portal.name, user="admin", placement="DEFAULT")
        assert page.status == 200
        installed = tokens_kept(portal)
        portal.standin.release(portal.name)
        told = click.result().status_text
    assert tokens_kept(portal) == installed
    assert len(portal.payments_of(portal.deal("fresh"))) == told.startswith("Payment ")
    portal.finish()
    assert portal.app.press_add(portal.open_tab()).status_text.startswith("Payment ")


@pytest.mark.parametrize("data", [{}, CLEAN], ids=["data kept", "data removed"])
@pytest.mark.parametrize("user", ["admin", "reader"])
def test_a_launch_that_was_on_its_way_brings_no_token_into_a_removed_portal(
    portal: PortalWithApp, user: str, data: dict[str, str]
) -> None:
    page = remove_during(portal, lambda: portal.open_tab(user=user), "batch", data)
    assert page.status in {403, 503}
    assert portal.row.state == Portal.State.UNINSTALLED
    assert tokens_kept(portal) == []


def test_an_installer_that_was_on_its_way_does_not_revive_a_removed_portal(
    portal: PortalWithApp,
) -> None:
    handler = f"{portal.app.origin}/events/"
    portal.result("event.unbind", "admin", event="ONAPPUPDATE", handler=handler)
    portal.standin.change_portal(portal.name, installed=False)

    def open_and_wait() -> Page:
        opened_at = int(time.time())
        page = portal.open_installer()
        assert int(time.time()) > opened_at
        return page

    page = remove_during(portal, open_and_wait, "batch", {}, seconds=1.1)
    assert page.status == 403
    row = Portal.objects.get(member_id=portal.member_id)
    assert (row.state, row.application_token) == (Portal.State.UNINSTALLED, "")
    assert tokens_kept(portal) == []
