"""Forgetting a portal: all of it and nothing else, and what comes late is refused."""

from __future__ import annotations

import pytest
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from b24app.models import EventReceipt, Portal, PortalUser, RestCall
from payments.models import Attempt
from tests.support.app import App
from tests.support.pages.console import act, good, page_of, post, say_who_you_are
from tests.support.people.operators import Person, make_person
from tests.support.planting import planted_portal
from tests.support.portal import PortalWithApp, new_portal


@pytest.fixture
def neighbour(app: App) -> PortalWithApp:
    """Another portal, which has the same to lose."""
    return planted_portal(app)


def live(portal: PortalWithApp) -> None:
    """Rows of every kind that belong to a portal."""
    assert "added" in portal.app.press_add(portal.open_tab()).status_text
    EventReceipt.objects.create(
        digest=portal.member_id,
        member_id=portal.member_id,
        name="X",
        body="",
        is_proven=True,
        at=timezone.now(),
    )
    made = make_person(f"b24-{portal.name}", is_staff=False, has_factor=False)
    uid = f"{portal.member_id}:7"
    SocialAccount.objects.create(user=made.user, provider="bitrix24", uid=uid)


def traces(portal: PortalWithApp) -> list[int]:
    return [
        PortalUser.objects.filter(portal__member_id=portal.member_id).count(),
        RestCall.objects.filter(portal__member_id=portal.member_id).count(),
        Attempt.objects.filter(portal__member_id=portal.member_id).count(),
        EventReceipt.objects.filter(member_id=portal.member_id).count(),
        SocialAccount.objects.filter(uid__startswith=portal.member_id).count(),
        User.objects.filter(username=f"b24-{portal.name}").count(),
    ]


def forget(client: Client, portal: PortalWithApp) -> None:
    path = f"{page_of(portal)}forget/"
    host = portal.row.endpoint.host
    assert f"Forget {host}?" in say_who_you_are(client, path).text
    assert "Everything of this portal was deleted" in good(post(client, path, host=host))


def test_everything_of_the_portal_goes_and_nothing_of_another(
    operator: Person, client: Client, portal: PortalWithApp, neighbour: PortalWithApp
) -> None:
    live(portal)
    live(neighbour)
    kept = traces(neighbour)
    act(client, portal, "resolve")
    assert all(traces(portal))
    old = portal.row
    forget(client, portal)
    assert traces(portal) == [0] * 6
    assert traces(neighbour) == kept
    stone = portal.row
    assert (stone.state, stone.epoch) == (Portal.State.UNINSTALLED, old.epoch + 1)
    assert (stone.application_token, stone.installer_id, stone.notes) == ("", None, {})
    assert (stone.scopes, stone.pk != old.pk) == ([], True)
    entries = LogEntry.objects.order_by("pk").values_list("action_flag", "object_id", "user")
    assert list(entries)[1] == (DELETION, str(stone.pk), operator.user.pk)
    assert {entry[1] for entry in entries} == {str(stone.pk)}


def test_what_comes_late_is_refused(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    tab = portal.open_tab()
    forget(client, portal)
    told = portal.standin.deliver_event(portal.name, "ONAPPUNINSTALL", {"CLEAN": "1"})
    assert told["status"] == 200
    assert portal.app.press_add(tab).status == 401
    assert traces(portal) == [0] * 6


def test_it_can_be_installed_again(operator: Person, client: Client, portal: PortalWithApp) -> None:
    forget(client, portal)
    portal.open_installer()
    assert portal.row.state == Portal.State.ACTIVE
    assert "added" in portal.app.press_add(portal.open_tab()).status_text


def test_another_host_deletes_nothing(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    before = traces(portal)
    path = f"{page_of(portal)}forget/"
    say_who_you_are(client, path)
    for typed in ("", "another.bitrix24.com", "localhost"):
        assert post(client, path, host=typed).soup.select(".errorlist"), typed
    assert traces(portal) == before


def test_a_session_that_did_not_say_who_it_is_deletes_nothing(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    before = traces(portal)
    page = post(client, f"{page_of(portal)}forget/", host=portal.row.endpoint.host)
    assert "Enter your password" in page.text
    assert traces(portal) == before


def test_a_click_under_way_ends_in_words(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, "batch", "drop_after")
    unclear = portal.app.press_add(tab)
    assert unclear.polled_key
    forget(client, portal)
    assert portal.app.ask_attempt(tab, unclear.polled_key).status == 401


def test_staff_who_signed_in_from_the_portal_stays(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    uid = f"{portal.member_id}:1"
    SocialAccount.objects.create(user=operator.user, provider="bitrix24", uid=uid)
    forget(client, portal)
    assert not SocialAccount.objects.exists()
    assert User.objects.get() == operator.user


def test_a_portal_nobody_installed_yet_can_be_forgotten_too(
    operator: Person, client: Client, app: App
) -> None:
    portal = new_portal(app)
    portal.open_installer(user="sales")
    forget(client, portal)
