"""What an operator does to a portal: the effect counted at the stand-in, the outcome in words."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import CHANGE, DELETION, LogEntry
from django.test import Client

from b24app.models import EventReceipt, Portal, PortalUser
from b24app.portals.removal import uninstall
from payments.models import Attempt
from tests.support.pages.console import act, bad, get, good, page_of
from tests.support.people.operators import Person
from tests.support.portal import PortalWithApp

ADD = "crm.item.payment.add"
TOOLBAR = "CRM_DEAL_DETAIL_TOOLBAR"


def refreshes(portal: PortalWithApp) -> list[dict[str, object]]:
    return [call for call in portal.calls("oauth.token") if call["server"] == "oauth"]


def leave_unclear(portal: PortalWithApp, fault: str = "drop_after") -> Attempt:
    """A click whose answer is lost, and whose page is closed."""
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, "batch", fault)
    portal.app.press_add(tab)
    attempt = Attempt.objects.get(portal=portal.row)
    assert attempt.state == Attempt.State.UNCLEAR
    return attempt


def test_bind_again_binds_what_is_missing(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    portal.unbind(TOOLBAR)
    page = act(client, portal, "bind")
    assert "Everything is granted and bound." in good(page)
    bindings = portal.standin.portal(portal.name)["bindings"]
    assert TOOLBAR in {each["placement"] for each in bindings}
    assert len(portal.calls("placement.bind")) == 1


def test_a_portal_that_refuses_a_binding_is_quoted(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    portal.unbind(TOOLBAR)
    code = "ERROR_WRONG_HANDLER_URL"
    portal.standin.add_fault(portal.name, "placement.bind", "refuse", code=code)
    page = act(client, portal, "bind")
    assert "not all of the app can work" in bad(page)
    assert code in bad(page)


def test_refresh_now_renews_the_installers_pair_once(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    before = PortalUser.objects.get(portal=portal.row, is_admin=True)
    assert "renewed" in good(act(client, portal, "refresh"))
    after = PortalUser.objects.get(pk=before.pk)
    assert after.token_version == before.token_version + 1
    assert after.access_token != before.access_token
    assert len(refreshes(portal)) == 1
    assert "Everything is granted" in good(act(client, portal, "bind"))


@pytest.mark.parametrize("name", ["refresh", "bind"])
def test_a_dead_grant_says_who_can_bring_a_new_one(
    operator: Person, client: Client, portal: PortalWithApp, name: str
) -> None:
    portal.standin.expire(portal.name)
    portal.standin.revoke(portal.name, refresh=True)
    words = bad(act(client, portal, name))
    assert "of the installer are dead" in words
    assert "has to open the app once" in words


@pytest.mark.parametrize("name", ["refresh", "bind"])
def test_a_portal_without_the_app_is_not_asked(
    operator: Person, client: Client, portal: PortalWithApp, name: str
) -> None:
    uninstall(portal.row)
    assert bad(act(client, portal, name))
    assert portal.calls() == []


@pytest.mark.parametrize("name", ["refresh", "bind"])
def test_tokens_that_do_not_open_are_words_and_no_failure(
    operator: Person, client: Client, portal: PortalWithApp, name: str
) -> None:
    PortalUser.objects.update(access_token="lost:AAAA", refresh_token="lost:AAAA")
    assert "do not open with today's TOKEN_KEYS" in bad(act(client, portal, name))
    assert portal.calls() == []


def test_resolve_now_finds_the_payment_of_an_unclear_attempt(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    attempt = leave_unclear(portal)
    portal.standin.clear_calls(portal.name)
    page = act(client, portal, "resolve")
    assert f"Deal {attempt.entity_id}: We have checked: payment" in good(page)
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.ADDED
    assert portal.calls(ADD) == []
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


@pytest.mark.parametrize("state", Attempt.State)
def test_an_attempt_in_any_state_has_words(
    operator: Person, client: Client, portal: PortalWithApp, state: Attempt.State
) -> None:
    attempt = leave_unclear(portal)
    Attempt.objects.filter(pk=attempt.pk).update(state=state, error_kind="access_denied")
    for path in (page_of(portal), "/console/"):
        assert client.get(path).status_code == 200, (state, path)


def test_an_attempt_that_cannot_be_resolved_yet_stays_open_and_says_so(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    attempt = leave_unclear(portal)
    portal.standin.add_fault(portal.name, "batch", "html", status=502, times=None)
    assert f"Deal {attempt.entity_id}:" in bad(act(client, portal, "resolve"))
    attempt.refresh_from_db()
    assert attempt.is_open
    portal.standin.clear_faults(portal.name)


def test_nothing_to_resolve_asks_nobody(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    assert "No attempt of this portal is open." in good(act(client, portal, "resolve"))
    assert portal.calls() == []


def test_every_action_is_written_down_with_its_operator(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    for name in ("bind", "refresh", "resolve"):
        act(client, portal, name)
    entries = list(LogEntry.objects.order_by("pk"))
    assert [entry.user for entry in entries] == [operator.user] * 3
    assert {entry.action_flag for entry in entries} == {CHANGE}
    history = get(client, page_of(portal)).soup.select(".history li")
    assert [entry.get_text(" ").split(" – ")[1].split(":")[0].strip() for entry in history] == [
        "Resolve now",
        "Refresh now",
        "Bind again",
    ]


def test_an_action_that_does_not_exist_is_not_found(
    operator: Person, client: Client, portal: PortalWithApp
) -> None:
    assert act(client, portal, "explode").status == 404
    assert client.post("/console/portals/999999/bind/").status_code == 404
    assert not LogEntry.objects.filter(action_flag=DELETION).exists()
    assert Portal.objects.count() == 1
    assert not EventReceipt.objects.exists()
