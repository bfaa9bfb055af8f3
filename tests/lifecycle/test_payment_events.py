"""The subscription: the event is a hint, the portal's own word decides."""

from __future__ import annotations

from typing import Any

import pytest

from b24app.models import EventReceipt, Portal
from tests.support.events.posted import await_handled, await_state, event, post
from tests.support.portal import PortalWithApp

EXPIRED = {"PAYMENT_EXPIRED": "Y", "DAYS": "0"}
ASK = "app.info"


def hint(portal: PortalWithApp, **data: str) -> dict[str, Any]:
    """The event as the documentation shows it: without the application token."""
    return event(portal, "ONAPPPAYMENT", data=data, application_token="")


@pytest.mark.parametrize("is_told", [True, False], ids=["with secret", "without secret"])
def test_a_subscription_that_ended_closes_the_portal_until_it_is_paid(
    portal: PortalWithApp, is_told: bool
) -> None:
    portal.standin.switch(portal.name, payment_expired=True)
    form = event(portal, "ONAPPPAYMENT", data=EXPIRED) if is_told else hint(portal, **EXPIRED)
    assert post(portal.app, form) == 200
    blocked = await_state(portal, Portal.State.BLOCKED)
    assert blocked.trouble == "app_unpaid"
    assert blocked.trouble_at is not None
    portal.standin.switch(portal.name, payment_expired=False)
    portal.standin.expire(portal.name)
    assert post(portal.app, event(portal, "ONAPPPAYMENT", data={"PAYMENT_EXPIRED": "N"})) == 200
    opened = await_state(portal, Portal.State.ACTIVE)
    assert (opened.trouble, opened.trouble_at) == ("", None)
    assert portal.app.press_add(portal.open_tab()).status_text.startswith("Payment ")


def test_what_app_info_says_counts_while_calls_still_work(portal: PortalWithApp) -> None:
    portal.standin.add_fault(portal.name, ASK, "answer", result={"PAYMENT_EXPIRED": "Y"})
    assert post(portal.app, hint(portal, PAYMENT_EXPIRED="N")) == 200
    assert await_state(portal, Portal.State.BLOCKED).trouble == "app_unpaid"


def test_a_lie_about_the_subscription_changes_nothing(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    assert post(portal.app, hint(portal, **EXPIRED)) == 200
    assert await_handled(portal.member_id) == [("handled", "paid")]
    assert portal.app.press_add(tab).status_text.startswith("Payment ")


def test_hints_without_end_make_one_call_a_minute(portal: PortalWithApp) -> None:
    portal.standin.clear_calls(portal.name)
    for days in range(20):
        assert post(portal.app, hint(portal, DAYS=str(days), STATUS=str(days))) == 200
        await_handled(portal.member_id)
    assert len(portal.calls(ASK)) == 1
    assert EventReceipt.objects.filter(member_id=portal.member_id).count() == 1


def test_another_trouble_is_not_over_because_the_app_is_paid(portal: PortalWithApp) -> None:
    Portal.objects.filter(pk=portal.row.pk).update(
        state=Portal.State.BLOCKED, trouble="rest_not_in_plan"
    )
    assert post(portal.app, event(portal, "ONAPPPAYMENT")) == 200
    assert await_handled(portal.member_id) == [("handled", "paid")]
    assert (portal.row.state, portal.row.trouble) == (Portal.State.BLOCKED, "rest_not_in_plan")


def test_without_a_living_token_a_hint_is_refused(portal: PortalWithApp) -> None:
    portal.standin.revoke(portal.name, refresh=True)
    assert post(portal.app, hint(portal, **EXPIRED)) == 200
    assert await_handled(portal.member_id) == [("refused", "grant_dead")]
    assert portal.row.state == Portal.State.ACTIVE
