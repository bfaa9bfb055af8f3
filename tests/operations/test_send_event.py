"""`send_event`: an operator's and a developer's try of an event, as Bitrix24 would post it."""

from __future__ import annotations

from io import StringIO

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command

from b24app.models import EventReceipt, Portal
from tests.support.events.posted import await_handled, await_state, receipts_of
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition


@pytest.fixture(autouse=True)
def address(portal: PortalWithApp, settings: LazySettings) -> str:
    """Where the app of the tests is; it says by its settings that this is a test run."""
    settings.APP_URL = portal.app.origin
    return f"{portal.app.origin}/events/"


def send(*arguments: str) -> str:
    said = StringIO()
    call_command("send_event", *arguments, stdout=said)
    return said.getvalue().strip()


def test_a_removal_is_sent_by_the_command_itself_and_doubted_as_ever(
    portal: PortalWithApp, address: str
) -> None:
    done = portal.app.manage("send_event", portal.host, "onappuninstall", "1")
    assert done.stdout.strip() == f"{address} answered 200."
    doubted = [("waiting", "an old token may outlive the removal")]
    await_condition(lambda: receipts_of(portal.member_id) == doubted)
    assert portal.row.state == Portal.State.ACTIVE


def test_a_removal_of_an_app_that_is_gone_erases(portal: PortalWithApp) -> None:
    portal.standin.change_portal(portal.name, app_present=False, tell=False)
    assert "answered 200" in send(portal.member_id, "ONAPPUNINSTALL", "1")
    row = await_state(portal, Portal.State.UNINSTALLED)
    assert row.endpoint.host == "removed.invalid"


def test_an_event_is_believed(portal: PortalWithApp) -> None:
    assert "answered 200" in send(portal.host, "ONAPPUPDATE")
    assert await_handled(portal.member_id)[-1] == ("handled", "bound again, ready")


def test_what_is_refused_is_told_and_ends_with_an_error(portal: PortalWithApp) -> None:
    Portal.objects.filter(pk=portal.row.pk).update(application_token="")
    with pytest.raises(SystemExit):
        send(portal.host, "ONAPPUNINSTALL")


def test_a_server_of_real_portals_asks_for_a_flag(
    portal: PortalWithApp, settings: LazySettings
) -> None:
    settings.B24_STANDIN = False
    with pytest.raises(CommandError, match="--live"):
        send(portal.host, "ONAPPUPDATE")
    assert not EventReceipt.objects.filter(member_id=portal.member_id).exists()
    assert "answered 200" in send(portal.host, "ONAPPUPDATE", "--live")


def test_nobody_is_there(portal: PortalWithApp, settings: LazySettings) -> None:
    with pytest.raises(CommandError, match="No portal with the host"):
        send("nowhere.example", "ONAPPPAYMENT")
    settings.APP_URL = "http://app.localhost:1"
    with pytest.raises(CommandError, match="does not answer"):
        send(portal.host, "ONAPPPAYMENT")
