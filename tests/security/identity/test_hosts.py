"""A host that changes hands: whoever owns it now is nobody in the portal that had it before."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.utils import timezone

from b24app.models import Portal, PortalUser
from b24app.portals.removal import NOWHERE
from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.scenes import ADMIN, SALES
from tests.support.planting import planted_portal
from tests.support.portal import PortalWithApp
from tests.support.security.traces import assert_shut, launch_of, post
from tests.support.servers.another_app import another_app

UNGUARDED_APP = "--config python:tests.unguarded.portals.hosts"
NOT_YOURS = "could not be matched to your Bitrix24"


@pytest.fixture
def thief(app: App) -> PortalWithApp:
    """Another portal with the app, which will have the host of the first one."""
    return planted_portal(app)


@pytest.fixture
def new_owner(portal: PortalWithApp, thief: PortalWithApp) -> PortalWithApp:
    """The thief's portal at the host that `portal` has given up; both have opened nothing since."""
    portal.open_tab()
    host = portal.name
    portal.standin.change_portal(portal.name, rename=f"{host}left")
    about = thief.standin.change_portal(thief.name, rename=host)
    portal.standin.clear_calls(host)
    return replace(thief, about=about)


def trips(portal: PortalWithApp) -> list[str]:
    """The servers that were asked since the last count, in their order."""
    servers = [call["server"] for call in portal.calls()]
    portal.standin.clear_calls(portal.name)
    return servers


def let_a_day_pass(portal: PortalWithApp, days: float = 1) -> None:
    proven_at = timezone.now() - timedelta(days=days, minutes=1)
    Portal.objects.filter(member_id=portal.member_id).update(proven_at=proven_at)


def rows_of(portal: PortalWithApp) -> list[Any]:
    """All that the app has of a portal and its people."""
    people = PortalUser.objects.filter(portal__member_id=portal.member_id).order_by("user_id")
    return [*Portal.objects.filter(member_id=portal.member_id).values(), *people.values()]


def open_as(app: App, victim: PortalWithApp, owner: PortalWithApp, user: str) -> Page:
    """The new owner's own launch, under the member id of the portal that was there before."""
    launch = launch_of(owner, user)
    parts = urlsplit(launch["url"])
    form = {**launch["fields"], "member_id": victim.member_id}
    return app.send(f"{parts.path}?{parts.query}", form=list(form.items()))


def assert_refused(portal: PortalWithApp, owner: PortalWithApp, user: str) -> None:
    """Shut, in words, and nothing about the old portal is another than before."""
    before = rows_of(portal)
    page = open_as(portal.app, portal, owner, user)
    assert_shut(page)
    assert NOT_YOURS in page.text
    assert rows_of(portal) == before


@pytest.mark.parametrize("user", ["admin", "sales", "reader"])
def test_the_new_owner_is_nobody_there_once_the_proof_is_a_day_old(
    portal: PortalWithApp, new_owner: PortalWithApp, user: str
) -> None:
    let_a_day_pass(portal)
    assert_refused(portal, new_owner, user)
    assert trips(new_owner) == ["oauth"]


def test_nor_at_once_as_somebody_whom_the_app_has_not_seen(
    portal: PortalWithApp, new_owner: PortalWithApp
) -> None:
    assert_refused(portal, new_owner, "reader")
    assert "the token belongs to another portal" in portal.app.log()


def test_a_host_that_was_proven_for_one_portal_is_lost_by_every_other(
    portal: PortalWithApp, new_owner: PortalWithApp
) -> None:
    assert new_owner.open_tab().status == 200
    assert new_owner.row.endpoint.host == new_owner.host
    assert (portal.row.client_endpoint, portal.row.proven_at) == (NOWHERE, None)
    for user in ("admin", "sales"):
        assert_refused(portal, new_owner, user)


def test_and_its_own_people_bring_the_new_one(
    portal: PortalWithApp, new_owner: PortalWithApp
) -> None:
    new_owner.open_tab()
    about = portal.standin.portal(f"{new_owner.name}left")
    moved = replace(portal, about=about)
    assert say.ADDED in portal.app.press_add(moved.open_tab()).status_text
    assert portal.row.endpoint.host == moved.host
    assert new_owner.row.endpoint.host == new_owner.host
    assert len(moved.payments_of(moved.deal("fresh"))) == 1


def test_a_portal_that_only_calls_itself_by_anothers_host_takes_it_from_nobody(
    portal: PortalWithApp, thief: PortalWithApp
) -> None:
    tab, before = thief.open_tab(), rows_of(portal)
    thief.standin.switch(thief.name, client_endpoint=portal.row.client_endpoint)
    thief.standin.expire(thief.name, user_id=SALES)
    thief.app.press_add(tab)
    assert (thief.row.endpoint.host, thief.row.proven_at) == (portal.host, None)
    launch = launch_of(thief)
    for query in ({}, {"DOMAIN": portal.host}):
        assert_shut(post(thief, launch, query=query))
    assert rows_of(portal) == before


@pytest.mark.parametrize(("guard", "user"), [("days", "admin"), ("newcomers", "reader")])
def test_without_this_guard_the_new_owner_is_let_in(
    portal: PortalWithApp, new_owner: PortalWithApp, tmp_path: Path, guard: str, user: str
) -> None:
    if guard == "days":
        let_a_day_pass(portal)
    before = rows_of(portal)
    with another_app(portal.app, tmp_path, gunicorn=UNGUARDED_APP, UNGUARDED=guard) as app:
        page = open_as(app, portal, new_owner, user)
    assert page.status == 200
    assert page.bearer
    assert rows_of(portal) != before


def test_without_this_guard_two_portals_have_one_host(
    portal: PortalWithApp, new_owner: PortalWithApp, tmp_path: Path
) -> None:
    with another_app(portal.app, tmp_path, gunicorn=UNGUARDED_APP, UNGUARDED="hosts") as app:
        launch = launch_of(new_owner)
        parts = urlsplit(launch["url"])
        path = f"{parts.path}?{parts.query}"
        assert app.send(path, form=list(launch["fields"].items())).status == 200
    assert portal.row.endpoint.host == new_owner.row.endpoint.host


class TestTheCost:
    """One call to the OAuth server a portal and day, and one for each newcomer."""

    @pytest.mark.parametrize("user", ["admin", "sales"])
    def test_of_the_first_launch_of_a_day(self, portal: PortalWithApp, user: str) -> None:
        portal.open_tab(user=user)
        let_a_day_pass(portal)
        trips(portal)
        for expected in (["oauth", "portal"], ["portal"], ["portal"]):
            assert portal.open_tab(user=user).status == 200
            assert trips(portal) == expected
        let_a_day_pass(portal, days=0.99)
        portal.open_tab(user=user)
        assert trips(portal) == ["portal"]

    def test_of_somebody_new(self, portal: PortalWithApp) -> None:
        for expected in (["portal", "oauth"], ["portal"]):
            assert portal.open_tab(user="reader").status == 200
            assert trips(portal) == expected

    def test_nothing_on_a_day_with_a_renewal(self, portal: PortalWithApp) -> None:
        tab = portal.open_tab()
        let_a_day_pass(portal)
        portal.standin.expire(portal.name, user_id=SALES)
        portal.app.press_add(tab)
        assert "oauth" in trips(portal)
        portal.open_tab()
        assert trips(portal) == ["portal"]


def test_while_the_oauth_server_is_out_of_reach_the_day_decides(portal: PortalWithApp) -> None:
    portal.open_tab()
    portal.standin.add_fault(portal.name, "oauth.app.info", "drop_before", times=None)
    assert portal.open_tab().status == 200
    let_a_day_pass(portal)
    page = portal.open_tab()
    assert_shut(page)
    assert PortalUser.objects.filter(portal=portal.row, user_id=ADMIN).exists()
    portal.standin.clear_faults(portal.name)
    assert portal.open_tab().status == 200
