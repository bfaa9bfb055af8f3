"""A removal that an employee forges: every user's browser is told the application token."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from b24app.events.receipts import MOST_TRIES
from b24app.models import EventReceipt, Portal
from b24app.portals.removal import uninstall
from payments.models import Attempt
from tests.support.app import App
from tests.support.events.posted import (
    FAKE_TOKEN,
    await_handled,
    await_state,
    event,
    post,
    receipts_of,
    remove,
    tokens_kept,
)
from tests.support.events.waiting import leave_in_inbox, let_pauses_pass, pass_hour
from tests.support.pages import sentences as say
from tests.support.portal import PortalWithApp
from tests.support.security.scenarios import SALES, refreshes
from tests.support.security.traces import launch_of
from tests.support.security.traces import post as post_launch
from tests.support.servers.another_app import another_app
from tests.support.waiting import await_condition

REMOVAL, CLEAN = "ONAPPUNINSTALL", {"CLEAN": "1"}
UNGUARDED = "--config python:tests.unguarded.portals.removals"
HASTY = "--config python:tests.unguarded.portals.hour"
REFUSED = [("refused", "still installed")]
WAITING = [("waiting", "an old token may outlive the removal")]


def forged(portal: PortalWithApp) -> dict[str, object]:
    """What a salesperson reads in their own browser, made into an event that erases all."""
    fields = portal.launch("sales").fields
    return event(portal, REMOVAL, data=CLEAN, application_token=fields["APPLICATION_TOKEN"])


def used(portal: PortalWithApp) -> PortalWithApp:
    """The portal after a salesperson's payment."""
    assert portal.app.press_add(portal.open_tab()).status_text.startswith("Payment ")
    return portal


def test_a_salesperson_cannot_remove_the_app(portal: PortalWithApp) -> None:
    used(portal)
    before = (portal.row.epoch, sorted(tokens_kept(portal)))
    portal.standin.clear_calls(portal.name)
    assert post(portal.app, forged(portal)) == 200
    await_condition(lambda: receipts_of(portal.member_id) == WAITING)
    assert (portal.row.epoch, sorted(tokens_kept(portal))) == before
    assert [call["method"] for call in portal.calls()] == ["oauth.app.info"]
    portal.standin.clear_calls(portal.name)
    pass_hour(portal)
    assert receipts_of(portal.member_id) == REFUSED
    assert [call["method"] for call in portal.calls()] == ["oauth.app.info", "oauth.token"]
    assert portal.row.state == Portal.State.ACTIVE
    assert portal.row.epoch == before[0]
    assert Attempt.objects.filter(portal=portal.row).count() == 1
    assert say.ADDED in portal.app.press_add(portal.open_tab("empty")).status_text


def test_a_token_that_answers_an_hour_later_is_younger_than_the_removal(
    portal: PortalWithApp,
) -> None:
    used(portal)
    assert post(portal.app, forged(portal)) == 200
    await_condition(lambda: receipts_of(portal.member_id) == WAITING)
    portal.standin.expire(portal.name)
    portal.open_tab(user="admin")
    portal.standin.clear_calls(portal.name)
    pass_hour(portal, expires=False)
    assert receipts_of(portal.member_id) == REFUSED
    assert [call["method"] for call in portal.calls()] == ["oauth.app.info"]


@pytest.mark.parametrize("gone_answer", ["NOT_INSTALLED", "invalid_client"])
def test_a_removal_is_true_although_old_access_tokens_outlive_it(
    portal: PortalWithApp, gone_answer: str
) -> None:
    """Within an hour of the last launch, and the administrator wants everything erased."""
    used(portal)
    switches = {"tokens_outlive_removal": True, "gone_answer": gone_answer}
    portal.standin.switch(portal.name, **switches)
    assert remove(portal, event(portal, REMOVAL, data=CLEAN)) == 200
    await_condition(lambda: receipts_of(portal.member_id) == WAITING)
    assert portal.row.state == Portal.State.ACTIVE
    pass_hour(portal)
    assert portal.row.state == Portal.State.UNINSTALLED
    purge_in(hours=25)
    assert Attempt.objects.count() == 0


def test_what_is_to_be_erased_is_so_although_a_call_found_the_removal_first(
    portal: PortalWithApp,
) -> None:
    used(portal)
    portal.standin.switch(portal.name, tokens_outlive_removal=True, gone_answer="invalid_client")
    assert remove(portal, event(portal, REMOVAL, data=CLEAN)) == 200
    await_condition(lambda: receipts_of(portal.member_id) == WAITING)
    assert uninstall(portal.row)
    pass_hour(portal)
    assert receipts_of(portal.member_id) == [("handled", "removed")]
    purge_in(hours=25)
    assert Attempt.objects.count() == 0


def test_taken_for_the_last_word_an_old_token_has_the_same_removal_forgotten(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    portal.standin.switch(portal.name, tokens_outlive_removal=True)
    with another_app(portal.app, tmp_path, gunicorn=HASTY) as app:
        assert remove(portal, event(portal, REMOVAL, data=CLEAN), at=app) == 200
        assert await_handled(portal.member_id) == REFUSED
    assert portal.row.state == Portal.State.ACTIVE


def test_without_the_question_the_same_event_erases_the_portal(
    portal: PortalWithApp, tmp_path: Path
) -> None:
    used(portal)
    with another_app(portal.app, tmp_path, gunicorn=UNGUARDED) as app:
        assert post(app, forged(portal)) == 200
        await_state(portal, Portal.State.UNINSTALLED)
    assert Attempt.objects.count() == 0


@pytest.mark.parametrize("names_owners", [True, False])
def test_where_tokens_have_run_out_one_pair_is_renewed_and_kept(
    portal: PortalWithApp, names_owners: bool
) -> None:
    used(portal)
    portal.standin.switch(portal.name, names_owners=names_owners)
    form = forged(portal)
    portal.standin.expire(portal.name)
    portal.standin.clear_calls(portal.name)
    assert post(portal.app, form) == 200
    assert await_handled(portal.member_id) == REFUSED
    assert (refreshes(portal), len(portal.calls())) == (1, 2)
    portal.standin.clear_calls(portal.name)
    assert portal.app.press_add(portal.open_tab("empty")).status == 200


@pytest.mark.parametrize("has_installer", [True, False])
def test_an_invented_refresh_token_does_not_make_the_app_look_gone(
    portal: PortalWithApp, has_installer: bool
) -> None:
    """Theirs is the youngest pair, and the server calls it dead; it must erase nothing."""
    used(portal)
    launch = launch_of(portal)
    assert post_launch(portal, launch, REFRESH_ID=FAKE_TOKEN).status == 200
    form = forged(portal)
    if not has_installer:
        portal.row.users.exclude(user_id=SALES).delete()
    portal.standin.expire(portal.name)
    assert post(portal.app, form) == 200
    told = REFUSED if has_installer else [("handled", "removed")]
    assert await_handled(portal.member_id) == told
    assert Attempt.objects.filter(portal=portal.row).count() == 1


def test_however_long_the_server_cannot_be_asked_the_removal_is_not_forgotten(
    portal: PortalWithApp,
) -> None:
    used(portal)
    fault = portal.standin.add_fault
    fault(portal.name, "oauth.app.info", "refuse", code="BUSY", status=503, times=None)
    left = leave_in_inbox(forged(portal))
    rows = EventReceipt.objects.filter(pk=left.pk)
    rows.update(tries=MOST_TRIES - 1)
    portal.standin.change_portal(portal.name, app_present=False, tell=False)
    portal.app.manage("handle_events")
    assert rows.values_list("state", "tries").get() == ("waiting", 0)
    portal.standin.clear_faults(portal.name)
    let_pauses_pass(portal.member_id)
    portal.app.manage("handle_events")
    assert portal.row.state == Portal.State.UNINSTALLED
    assert portal.row.endpoint.host == "removed.invalid"


def test_nor_when_every_worker_died_on_it(portal: PortalWithApp) -> None:
    left = leave_in_inbox(forged(portal))
    EventReceipt.objects.filter(pk=left.pk).update(tries=MOST_TRIES)
    portal.standin.change_portal(portal.name, app_present=False, tell=False)
    portal.app.manage("handle_events")
    assert portal.row.state == Portal.State.UNINSTALLED


def test_for_a_week_that_is(portal: PortalWithApp) -> None:
    portal.standin.add_fault(portal.name, "oauth.app.info", "drop_before", times=None)
    left = leave_in_inbox(forged(portal))
    week_ago = timezone.now() - timedelta(days=7)
    EventReceipt.objects.filter(pk=left.pk).update(tries=MOST_TRIES - 1, received_at=week_ago)
    portal.app.manage("handle_events")
    assert receipts_of(portal.member_id) == [("failed", "sign_in_unreachable")]
    assert portal.row.state == Portal.State.ACTIVE


@pytest.mark.parametrize("is_removed", [True, False], ids=["removed", "forged"])
def test_while_the_server_cannot_be_asked_the_removal_waits(
    portal: PortalWithApp, is_removed: bool
) -> None:
    used(portal)
    fault = portal.standin.add_fault
    fault(portal.name, "oauth.app.info", "refuse", code="BUSY", status=503, times=None)
    form = forged(portal)
    assert (remove(portal, form) if is_removed else post(portal.app, form)) == 200
    await_condition(lambda: portal.calls("oauth.app.info"))
    waiting = [("waiting", "sign_in_unreachable")]
    await_condition(lambda: receipts_of(portal.member_id) == waiting)
    assert portal.row.state == Portal.State.ACTIVE
    portal.standin.clear_faults(portal.name)
    let_pauses_pass(portal.member_id)
    portal.app.manage("handle_events")
    if is_removed:
        assert portal.row.state == Portal.State.UNINSTALLED
    else:
        assert receipts_of(portal.member_id) == WAITING


def without_tokens(app: App, portal: PortalWithApp) -> None:
    """Believe a clean removal of a portal of which no token is left."""
    portal.row.users.update(access_token="", refresh_token="")
    assert post(app, forged(portal)) == 200
    await_state(portal, Portal.State.UNINSTALLED)


def purge_in(hours: float) -> None:
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        call_command("purge")


def test_what_nobody_can_confirm_is_believed_and_erases_nothing_for_a_day(
    portal: PortalWithApp,
) -> None:
    used(portal)
    without_tokens(portal.app, portal)
    purge_in(hours=23)
    assert Attempt.objects.count() == 1
    purge_in(hours=25)
    assert Attempt.objects.count() == 0
    assert portal.row.client_endpoint == "https://removed.invalid/rest/"


def test_a_portal_that_comes_back_within_the_day_keeps_what_it_had(portal: PortalWithApp) -> None:
    used(portal)
    without_tokens(portal.app, portal)
    portal.install()
    purge_in(hours=25)
    assert Attempt.objects.count() == 1
    assert portal.row.state == Portal.State.ACTIVE
