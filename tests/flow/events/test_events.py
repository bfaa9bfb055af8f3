"""Events: whom the app believes, what a removal ends, and what a lie can do (nothing)."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from b24app.models import Portal
from tests.standin.rest.params import flatten
from tests.support.app import App
from tests.support.events.posted import (
    FAKE_TOKEN,
    await_handled,
    await_state,
    event,
    post,
    receipts_of,
    remove,
    token_of,
    tokens_kept,
)
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp, installed_portal, new_portal
from tests.support.security.traces import dump


def assert_still_working(portal: PortalWithApp, tab: Page) -> None:
    assert portal.row.state == Portal.State.ACTIVE
    assert portal.app.press_add(tab).status == 200
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_removal_ends_every_session_and_erases_every_token(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    assert tokens_kept(portal)
    portal.standin.change_portal(portal.name, app_present=False)
    assert await_state(portal, Portal.State.UNINSTALLED).application_token == ""
    assert tokens_kept(portal) == []
    portal.standin.clear_calls(portal.name)
    page = portal.app.press_add(tab)
    assert page.status == 401
    assert "Reload the page in Bitrix24. Nothing was sent." in page.text
    assert portal.calls() == []
    assert portal.payments_of(portal.deal("fresh")) == []


def test_a_session_of_before_a_removal_stays_over_after_a_new_installation(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab()
    portal.standin.change_portal(portal.name, app_present=False)
    await_state(portal, Portal.State.UNINSTALLED)
    portal.standin.change_portal(portal.name, app_present=True)
    portal.install()
    assert portal.app.press_add(tab).status == 401
    assert_still_working(portal, portal.open_tab())


@pytest.mark.parametrize("token", ["", FAKE_TOKEN])
def test_a_removal_with_a_wrong_secret_is_not_believed(portal: PortalWithApp, token: str) -> None:
    tab = portal.open_tab()
    form = event(portal, "ONAPPUNINSTALL", application_token=token)
    assert post(portal.app, form) == 403
    assert_still_working(portal, tab)


@pytest.mark.parametrize("data", [{}, {"CLEAN": "1"}], ids=["data kept", "data removed"])
def test_a_secret_that_is_a_list_or_comes_twice_is_none(
    portal: PortalWithApp, data: dict[str, str]
) -> None:
    """The app is gone, so that the secret alone decides; of a field that is repeated the last."""
    portal.standin.change_portal(portal.name, app_present=False, tell=False)
    secret = str(portal.about["application_token"])
    form = event(portal, "ONAPPUNINSTALL", application_token="", data=data)
    name = "auth[application_token]"
    others = [pair for pair in flatten(form) if pair[0] != name]
    before = dump()
    for told in (
        [(f"{name}[]", secret)],
        [(f"{name}[0]", secret), (f"{name}[1]", FAKE_TOKEN)],
        [(name, secret), (name, "")],
        [(name, secret), (name, FAKE_TOKEN)],
        [("auth[]", secret), ("application_token", secret)],
    ):
        assert portal.app.send("/events/", form=[*others, *told]).status == 403, told
    assert dump() == before
    assert portal.row.state == Portal.State.ACTIVE
    assert (
        portal.app.send("/events/", form=[*others, (name, FAKE_TOKEN), (name, secret)]).status
        == 200
    )
    await_state(portal, Portal.State.UNINSTALLED)


def test_without_a_known_secret_no_removal_is_believed(app: App) -> None:
    portal = installed_portal(app, switches={"send_optional_fields": False})
    assert portal.row.application_token == ""
    tab = portal.open_tab()
    for token in ("", FAKE_TOKEN, str(portal.about["application_token"])):
        form = event(portal, "ONAPPUNINSTALL", application_token=token)
        assert post(app, form) == 403
    assert_still_working(portal, tab)


def test_one_portals_secret_cannot_remove_another(app: App, portal: PortalWithApp) -> None:
    neighbour = installed_portal(app)
    tab = portal.open_tab()
    stolen = str(neighbour.about["application_token"])
    form = event(portal, "ONAPPUNINSTALL", application_token=stolen)
    assert post(app, form) == 403
    assert_still_working(portal, tab)
    assert neighbour.row.state == Portal.State.ACTIVE


def test_a_replayed_removal_does_not_end_the_next_installation(portal: PortalWithApp) -> None:
    form = event(portal, "ONAPPUNINSTALL")
    assert remove(portal, form) == 200
    await_state(portal, Portal.State.UNINSTALLED)
    assert post(portal.app, form) == 200
    portal.standin.change_portal(portal.name, app_present=True)
    portal.install()
    tab = portal.open_tab()
    assert post(portal.app, form) == 200
    assert len(await_handled(portal.member_id)) == 1
    assert_still_working(portal, tab)


def test_the_same_installation_told_twice_changes_nothing(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    form = event(portal, "ONAPPINSTALL", access_token=token_of(portal, "admin"))
    before = portal.row.epoch
    assert [post(portal.app, form) for _ in range(2)] == [200, 200]
    assert await_handled(portal.member_id) == [("handled", "known already")]
    assert portal.row.epoch == before
    assert_still_working(portal, tab)


def assert_real_removal_is_believed(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, app_present=False)
    await_state(portal, Portal.State.UNINSTALLED)


@pytest.mark.parametrize("name", ["ONAPPINSTALL", "ONAPPUPDATE"])
@pytest.mark.parametrize("user", ["sales", "reader", "guest"])
def test_only_an_administrators_token_brings_a_new_secret(
    portal: PortalWithApp, user: str, name: str
) -> None:
    portal.open_tab(user="sales")
    token = token_of(portal, user)
    forged = event(portal, name, access_token=token, application_token=FAKE_TOKEN)
    assert post(portal.app, forged) == 200
    assert await_handled(portal.member_id) == []
    removal = event(portal, "ONAPPUNINSTALL", application_token=FAKE_TOKEN)
    assert post(portal.app, removal) == 403
    assert portal.row.state == Portal.State.ACTIVE
    assert_real_removal_is_believed(portal)


def test_a_token_of_another_portal_brings_no_new_secret(app: App, portal: PortalWithApp) -> None:
    neighbour = installed_portal(app)
    token = token_of(neighbour, "admin")
    form = event(portal, "ONAPPINSTALL", access_token=token, application_token=FAKE_TOKEN)
    assert post(app, form) == 200
    assert await_handled(portal.member_id) == []
    assert_real_removal_is_believed(portal)


def test_a_token_of_nobody_brings_no_new_secret(portal: PortalWithApp) -> None:
    form = event(portal, "ONAPPINSTALL", access_token=FAKE_TOKEN, application_token=FAKE_TOKEN)
    assert post(portal.app, form) == 200
    assert await_handled(portal.member_id) == []
    assert_real_removal_is_believed(portal)


def test_an_update_brings_a_new_secret_with_the_administrators_token(
    portal: PortalWithApp,
) -> None:
    token = token_of(portal, "admin")
    form = event(portal, "ONAPPUPDATE", access_token=token, application_token=FAKE_TOKEN)
    assert post(portal.app, form) == 200
    assert await_handled(portal.member_id) == [("handled", "bound again, ready")]
    removal = event(portal, "ONAPPUNINSTALL", application_token=FAKE_TOKEN)
    assert remove(portal, removal) == 200
    await_state(portal, Portal.State.UNINSTALLED)


def test_no_event_leads_the_app_to_a_named_host(app: App, portal: PortalWithApp) -> None:
    app.standin.clear_strays()
    evil = f"evil.localhost:{app.standin.port}"
    addresses: dict[str, Any] = {
        "domain": evil,
        "client_endpoint": f"http://{evil}/rest/",
        "server_endpoint": f"http://{evil}/rest/",
    }
    form = event(portal, "ONAPPUPDATE", access_token=FAKE_TOKEN, **addresses)
    assert post(app, {**form, "auth": {**form["auth"], "application_token": ""}}) == 403
    for secret in (str(portal.about["application_token"]), FAKE_TOKEN):
        told = {**form, "auth": {**form["auth"], "application_token": secret}}
        assert post(app, told) == 200
    assert await_handled(portal.member_id) == [("handled", "bound again, ready")]
    assert app.standin.strays() == []
    assert evil not in portal.row.client_endpoint + portal.row.oauth_server


def test_an_event_of_an_unknown_portal_that_cannot_be_proven_is_not_believed(app: App) -> None:
    stranger = new_portal(app)
    for name in ("ONAPPINSTALL", "ONAPPUPDATE", "ONAPPUNINSTALL", "ONAPPPAYMENT"):
        assert post(app, event(stranger, name)) == 403
    assert not Portal.objects.filter(member_id=stranger.member_id).exists()
    assert receipts_of(stranger.member_id) == []
    assert stranger.calls() == []


@pytest.mark.parametrize("name", ["ONAPPPAYMENT", "ONAPPMETHODCONFIRM", "ONCRMDEALADD"])
def test_other_events_are_taken_and_change_nothing(portal: PortalWithApp, name: str) -> None:
    tab = portal.open_tab()
    assert post(portal.app, event(portal, name)) == 200
    assert post(portal.app, event(portal, name, application_token=FAKE_TOKEN)) == 403
    assert receipts_of(portal.member_id) == []
    assert_still_working(portal, tab)


def test_a_malformed_event_is_refused(portal: PortalWithApp) -> None:
    removal = event(portal, "ONAPPUNINSTALL")
    changes = {
        "member_id": ["", "' OR 1=1 --", "0" * 33],
        "application_token": ["a b", "x" * 513],
        "access_token": ["kürzer"],
    }
    forms = [{**removal, "event": name} for name in ("", "<script>", "A" * 65)]
    forms += [{**removal, "ts": ts} for ts in ("", "soon", "-1", "9" * 13)]
    forms += [{**removal, "data": {"CLEAN": value}} for value in ("1" * 101, "1\0")]
    for field, values in changes.items():
        forms += [{**removal, "auth": {**removal["auth"], field: value}} for value in values]
    for form in forms:
        assert post(portal.app, form) == 400, form
    assert portal.row.state == Portal.State.ACTIVE


def test_whatever_else_is_posted_is_refused(app: App) -> None:
    kinds = ("application/x-www-form-urlencoded", "application/json", "multipart/form-data")
    for raw, kind in product((b"", b"{}", b"\xff\xfe", b"event=ONAPPINSTALL"), kinds):
        page = app.send("/events/", method="POST", raw=raw, headers={"Content-Type": kind})
        assert page.status == 400, kind


def test_an_event_too_large_is_not_read(app: App, portal: PortalWithApp) -> None:
    form = event(portal, "ONAPPUNINSTALL")
    assert post(app, {**form, "data": {"X": "y" * 300_000}}) in {400, 413}
    assert post(app, {**form, "data": {str(n): "y" for n in range(1_200)}}) in {400, 413}
    assert portal.row.state == Portal.State.ACTIVE


def test_a_person_who_comes_by_reads_where_to_go(app: App) -> None:
    page = app.send("/events/")
    assert page.status == 200
    assert "Sign in to your Bitrix24." in page.text
    assert app.send("/events/", method="HEAD").status == 200


def test_other_methods_do_nothing(app: App) -> None:
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        assert app.send("/events/", method=method).status in {400, 405}
