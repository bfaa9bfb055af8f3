"""The app comes to a portal, or a new version does: told before, after or without the page."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from b24app.models import EventReceipt, Portal, PortalUser
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
from tests.support.events.waiting import let_pauses_pass
from tests.support.portal import EVENTS, PortalWithApp, installed_portal, new_portal
from tests.support.waiting import await_condition

READY = "Everything is ready"
DAY = 24 * 60 * 60


def tell_by_card(portal: PortalWithApp, **options: Any) -> None:
    """ONAPPINSTALL to the handler on the app's card, as an administrator's installation."""
    options = {"user": "admin", "by_card": True, **options}
    told = portal.app.standin.deliver_event(portal.name, "ONAPPINSTALL", **options)
    assert told["status"] == 200


def assert_can_be_removed(portal: PortalWithApp) -> None:
    """The portal's secret is known: its removal is believed."""
    portal.app.standin.change_portal(portal.name, app_present=False)
    await_condition(lambda: portal.row.state == Portal.State.UNINSTALLED)


@pytest.mark.parametrize("optional", [True, False], ids=["cloud", "older box"])
def test_told_before_the_page_the_portal_is_installed_and_the_page_finds_all_done(
    app: App, optional: bool
) -> None:
    portal = new_portal(
        app, switches={"send_optional_fields": optional, "oauth_installed": "present"}
    )
    tell_by_card(portal)
    assert await_handled(portal.about["member_id"]) == [("handled", "installed, ready")]
    portal.assert_bound()
    app.standin.clear_calls(portal.name)
    assert READY in portal.open_installer().text
    assert portal.binds() == []
    assert_can_be_removed(portal)


def test_told_without_the_page_the_portal_can_work_at_once(app: App) -> None:
    portal = new_portal(app, installed=True)
    tell_by_card(portal)
    await_handled(portal.about["member_id"])
    portal.assert_bound()
    assert portal.row.state == Portal.State.ACTIVE
    assert portal.row.installer_id == portal.about["users"]["admin"]
    tab = portal.open_tab()
    assert app.press_add(tab).status_text.startswith("Payment ")
    assert_can_be_removed(portal)


def test_told_after_the_page_the_younger_tokens_of_the_page_stay(app: App) -> None:
    portal = new_portal(app, switches={"send_optional_fields": False})
    portal.open_installer()
    portal.finish()
    before = PortalUser.objects.get(portal=portal.row)
    tell_by_card(portal)
    told = [("handled", "new application token")]
    assert await_handled(portal.about["member_id"]) == told
    assert PortalUser.objects.get(portal=portal.row).access_token == before.access_token
    assert_can_be_removed(portal)


@pytest.mark.parametrize("user", ["sales", "guest"])
def test_only_an_administrator_brings_an_unknown_portal(app: App, user: str) -> None:
    portal = new_portal(app, installed=True)
    tell_by_card(portal, user=user)
    assert await_handled(portal.about["member_id"]) == []
    assert not portal.is_known


def test_an_installation_that_is_told_late_does_not_undo_the_removal(
    portal: PortalWithApp,
) -> None:
    removed_at = time.time()
    assert remove(portal, event(portal, "ONAPPUNINSTALL")) == 200
    await_state(portal, Portal.State.UNINSTALLED)
    portal.standin.change_portal(portal.name, app_present=True)
    token = token_of(portal, "admin")
    portal.standin.clear_calls(portal.name)
    late = event(portal, "ONAPPINSTALL", ts=removed_at - 60, access_token=token)
    assert post(portal.app, late) == 200
    await_handled(portal.member_id)
    assert portal.row.state == Portal.State.UNINSTALLED
    assert (tokens_kept(portal), portal.calls()) == ([], [])
    assert post(portal.app, event(portal, "ONAPPINSTALL", access_token=token)) == 200
    assert await_state(portal, Portal.State.ACTIVE).uninstalled_at is None


def test_a_removal_from_the_future_does_not_keep_the_app_out(portal: PortalWithApp) -> None:
    removal = event(portal, "ONAPPUNINSTALL", ts=time.time() + 10 * 86400)
    assert remove(portal, removal) == 200
    removed = await_state(portal, Portal.State.UNINSTALLED)
    portal.standin.change_portal(portal.name, app_present=True)
    assert removed.uninstalled_at is not None
    assert removed.uninstalled_at.timestamp() <= time.time()
    assert post(portal.app, event(portal, "ONAPPINSTALL", access_token=token_of(portal, "admin")))
    await_state(portal, Portal.State.ACTIVE)


def test_an_update_binds_again_what_the_portal_took_away(portal: PortalWithApp) -> None:
    for name in EVENTS[1:]:
        portal.result("event.unbind", "admin", event=name, handler=f"{portal.app.origin}/events/")
    data = {"VERSION": "2", "PREVIOUS_VERSION": "1"}
    assert post(portal.app, event(portal, "ONAPPUPDATE", data=data)) == 200
    assert await_handled(portal.member_id) == [("handled", "bound again, ready")]
    portal.assert_bound()


def test_while_the_oauth_server_is_down_an_installation_waits_for_its_proof(app: App) -> None:
    portal = new_portal(app, installed=True)
    member_id = portal.about["member_id"]
    app.standin.add_fault(portal.name, "oauth.app.info", "status", status=503, times=None)
    tell_by_card(portal)
    await_condition(lambda: receipts_of(member_id) == [("waiting", "sign_in_unreachable")])
    assert not portal.is_known
    app.standin.clear_faults(portal.name)
    app.manage("handle_events")
    assert receipts_of(member_id) == [("waiting", "sign_in_unreachable")]
    let_pauses_pass(member_id)
    app.manage("handle_events")
    assert receipts_of(member_id) == [("handled", "installed, ready")]
    assert EventReceipt.objects.get(member_id=member_id).tries == 2
    portal.assert_bound()


def test_an_update_with_a_token_that_has_run_out_is_refused_for_good(
    portal: PortalWithApp,
) -> None:
    token = token_of(portal, "admin")
    portal.standin.expire(portal.name)
    form = event(portal, "ONAPPUPDATE", access_token=token, application_token=FAKE_TOKEN)
    assert post(portal.app, form) == 200
    assert await_handled(portal.member_id) == []
    assert post(portal.app, event(portal, "ONAPPUNINSTALL", application_token=FAKE_TOKEN)) == 403


def test_a_neighbours_administrator_does_not_speak_for_this_portal(
    app: App, portal: PortalWithApp
) -> None:
    neighbour = installed_portal(app)
    token = token_of(neighbour, "admin")
    for name in ("ONAPPINSTALL", "ONAPPUPDATE"):
        form = event(portal, name, access_token=token, application_token=FAKE_TOKEN)
        assert post(app, form) == 200
    assert await_handled(portal.member_id) == []
    assert_can_be_removed(portal)


def test_what_is_told_a_week_late_is_compared_with_what_is_so_now(portal: PortalWithApp) -> None:
    """Nothing is sent twice, so no event is too old to be looked at."""
    then = time.time() - 7 * DAY
    for name in ("ONAPPUNINSTALL", "ONAPPINSTALL", "ONAPPUPDATE"):
        assert post(portal.app, event(portal, name, ts=then)) == 200
        await_handled(portal.member_id)
    outcomes = [outcome for _, outcome in receipts_of(portal.member_id)]
    assert outcomes == ["installed again since", "known already", "bound again, ready"]
    portal.row.change(installed_at=datetime.fromtimestamp(then - DAY, UTC))
    assert post(portal.app, event(portal, "ONAPPUNINSTALL", ts=then + 1)) == 200
    assert await_handled(portal.member_id)[-1] == ("refused", "still installed")
    assert portal.row.state == Portal.State.ACTIVE
    assert remove(portal, event(portal, "ONAPPUNINSTALL", ts=then + 2)) == 200
    removed_at = await_state(portal, Portal.State.UNINSTALLED).uninstalled_at
    assert removed_at == datetime.fromtimestamp(int(then + 2), UTC)
