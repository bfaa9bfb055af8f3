"""The doctor names what is wrong with the way between this server and one portal."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import LazySettings

from b24app.models import Portal, PortalUser
from b24app.vault import Vault
from tests.support.operations.visits import OTHER_KEY, tls_server, troubles, visit
from tests.support.portal import PortalWithApp
from tests.support.servers.certificates import Authority

ADMIN = 1


pytestmark = pytest.mark.usefixtures("this_server")


def change(portal: PortalWithApp, **fields: object) -> None:
    Portal.objects.filter(member_id=portal.member_id).update(**fields)


def test_a_healthy_portal_is_called_so_by_host_and_by_member_id(portal: PortalWithApp) -> None:
    for name in (str(portal.about["host"]), portal.member_id):
        status, said = visit(name)
        assert (status, said.count("WRONG")) == (0, 0), said
        assert said.endswith("Everything is in order.\n")


def test_a_look_changes_nothing_and_shows_no_secret(portal: PortalWithApp) -> None:
    before = list(PortalUser.objects.values())
    _, said = visit(portal.member_id)
    assert list(PortalUser.objects.values()) == before
    assert not [secret for secret in portal.standin.secrets() if secret in said]


def test_an_unknown_portal(portal: PortalWithApp) -> None:
    assert "No portal with the host" in troubles("nobody.bitrix24.com")


def test_a_portal_that_removed_the_app(portal: PortalWithApp) -> None:
    change(portal, state=Portal.State.UNINSTALLED)
    assert "The app was removed from this portal" in troubles(portal.member_id)


def test_a_removal_that_nobody_told_us_of(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, app_present=False, tell=False)
    assert "says that the app is not installed there" in troubles(portal.member_id)


def test_a_blocked_portal(portal: PortalWithApp) -> None:
    change(portal, state=Portal.State.BLOCKED, trouble="app_unpaid")
    assert "blocked (app_unpaid): The paid period of this app is over." in troubles(
        portal.member_id
    )


def test_an_installation_that_was_never_finished(portal: PortalWithApp) -> None:
    change(portal, state=Portal.State.INSTALLING)
    assert "was begun and never finished" in troubles(portal.member_id)


def test_keys_that_do_not_open_the_tokens(portal: PortalWithApp, settings: LazySettings) -> None:
    settings.VAULT = Vault.from_text(OTHER_KEY)
    assert "The stored tokens do not open" in troubles(portal.member_id)


def test_nobody_in_the_background(portal: PortalWithApp) -> None:
    change(portal, installer_id=None)
    assert "Nobody's tokens are stored" in troubles(portal.member_id)


def test_a_dead_refresh_token(portal: PortalWithApp) -> None:
    portal.standin.expire(portal.name)
    portal.standin.revoke(portal.name, refresh=True)
    said = troubles(portal.member_id)
    assert "refresh token is dead" in said
    assert "Ask an administrator of the portal to open the app" in said
    assert "Nobody's tokens are stored" in troubles(portal.member_id)


def test_an_oauth_server_that_cannot_be_reached(
    portal: PortalWithApp, settings: LazySettings
) -> None:
    settings.B24_OAUTH_SERVERS = ["http://oauth.localhost:1"]
    change(portal, oauth_server="http://oauth.localhost:1")
    assert "OAuth server of Bitrix24 cannot be reached" in troubles(portal.member_id)


def test_a_wrong_client_secret(portal: PortalWithApp, settings: LazySettings) -> None:
    settings.B24_CLIENT_SECRET = "fake-other-secret"
    assert "refuses the app's key pair (invalid_client)" in troubles(portal.member_id)


def test_a_name_that_does_not_resolve(portal: PortalWithApp) -> None:
    change(portal, client_endpoint="http://nowhere.invalid/rest/")
    assert "name does not resolve" in troubles("nowhere.invalid")


def test_a_server_that_refuses_connections(portal: PortalWithApp) -> None:
    change(portal, client_endpoint="http://down.localhost:1/rest/")
    assert "refuses connections" in troubles(portal.member_id)


def test_a_portal_without_https(portal: PortalWithApp) -> None:
    change(portal, client_endpoint=f"https://{portal.about['host']}/rest/")
    assert "does not speak https" in troubles(portal.member_id)


def test_a_certificate_that_nobody_vouches_for(portal: PortalWithApp, tmp_path: Path) -> None:
    context = Authority(tmp_path).context_for("own.localhost")
    with tls_server(context) as port:
        change(portal, client_endpoint=f"https://own.localhost:{port}/rest/")
        assert "certificate is refused" in troubles(portal.member_id)


def test_an_address_that_is_none(portal: PortalWithApp, settings: LazySettings) -> None:
    settings.B24_ALLOW_INSECURE_PORTALS = False
    assert "begins with https" in troubles(portal.member_id)


def test_a_portal_that_moved_where_nobody_confirms_it(portal: PortalWithApp) -> None:
    location = f"http://elsewhere.localhost:{portal.standin.port}/rest/batch"
    portal.standin.add_fault(portal.name, "batch", "redirect", location=location, times=None)
    assert "answers from another address" in troubles(portal.member_id)


def test_a_plan_without_apps(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, plan_rest=False)
    assert "not included in the plan" in troubles(portal.member_id)


def test_an_app_that_is_not_paid(portal: PortalWithApp) -> None:
    portal.standin.add_fault(
        portal.name, "batch", "refuse", code="PAYMENT_REQUIRED", status=402, times=None
    )
    assert "paid period of this app is over" in troubles(portal.member_id)


def test_an_installer_who_was_dismissed(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, users={str(ADMIN): {"is_active": False}})
    assert "dismissed or locked out" in troubles(portal.member_id)


def test_an_installer_who_has_not_signed_in(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, users={str(ADMIN): {"is_confirmed": False}})
    assert "has not signed in yet" in troubles(portal.member_id)


def test_an_installer_who_is_no_administrator_any_more(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, users={str(ADMIN): {"role": "sales"}})
    assert "not an administrator any more" in troubles(portal.member_id)


def test_a_missing_permission(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, scopes=["placement"])
    assert "Not granted: crm" in troubles(portal.member_id)


def test_a_clock_that_is_wrong(portal: PortalWithApp) -> None:
    portal.standin.add_fault(
        portal.name, "server.time", "answer", result="2020-01-01T00:00:00+03:00", times=None
    )
    assert "clock and the portal's differ" in troubles(portal.member_id)


def test_a_file_of_erasures_that_nobody_can_write(
    portal: PortalWithApp, settings: LazySettings, tmp_path: Path
) -> None:
    settings.ERASURES_FILE = tmp_path / "nowhere" / "erasures.jsonl"
    assert f"nobody can write {settings.ERASURES_FILE}" in troubles(portal.member_id)
