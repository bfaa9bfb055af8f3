"""The subscription: the event is a hint and a mark, the portal's own word decides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from b24app.events.subscription import due_subscriptions
from b24app.models import EventReceipt, Portal
from tests.support.events.posted import await_state, event, post
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition

EXPIRED = {"PAYMENT_EXPIRED": "Y", "DAYS": "0"}
HINT, ASK = "ONAPPPAYMENT", "app.info"


def hint(portal: PortalWithApp, **data: str) -> dict[str, Any]:
    """The event as the documentation shows it: without the application token."""
    return event(portal, HINT, data=data, application_token="")


def await_look(portal: PortalWithApp) -> None:
    """Somebody has looked, because of an event."""
    await_condition(lambda: portal.calls(ASK))


def pass_minute(portal: PortalWithApp) -> None:
    """As if the last look, and what is due after it, had been a minute earlier."""
    row, minute = portal.row, timedelta(minutes=1)
    for name in ("subscription_seen_at", "subscription_due_at"):
        if at := getattr(row, name):
            Portal.objects.filter(pk=row.pk).update(**{name: at - minute})


@pytest.mark.parametrize("is_told", [True, False], ids=["with secret", "without secret"])
def test_a_subscription_that_ended_closes_the_portal_until_it_is_paid(
    portal: PortalWithApp, is_told: bool
) -> None:
    portal.standin.switch(portal.name, payment_expired=True)
    form = event(portal, HINT, data=EXPIRED) if is_told else hint(portal, **EXPIRED)
    assert post(portal.app, form) == 200
    blocked = await_state(portal, Portal.State.BLOCKED)
    assert blocked.trouble == "app_unpaid"
    assert blocked.trouble_at is not None
    portal.standin.switch(portal.name, payment_expired=False)
    portal.standin.expire(portal.name)
    pass_minute(portal)
    assert post(portal.app, event(portal, HINT, data={"PAYMENT_EXPIRED": "N"})) == 200
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
    await_look(portal)
    assert portal.app.press_add(tab).status_text.startswith("Payment ")


def test_hints_without_end_make_one_call_a_minute_and_no_row(portal: PortalWithApp) -> None:
    for days in range(20):
        assert post(portal.app, hint(portal, DAYS=str(days), STATUS=str(days))) == 200
        assert post(portal.app, event(portal, HINT, data={"DAYS": str(days)})) == 200
    await_look(portal)
    assert len(portal.calls(ASK)) == 1
    assert due_subscriptions() == []
    assert not EventReceipt.objects.exists()


def test_a_hint_of_the_same_minute_is_looked_at_after_it(portal: PortalWithApp) -> None:
    """Whoever was to look may be gone by then: the sweep finds the mark."""
    assert post(portal.app, hint(portal)) == 200
    await_look(portal)
    portal.standin.switch(portal.name, payment_expired=True)
    assert post(portal.app, hint(portal)) == 200
    due_at = portal.row.subscription_due_at
    assert due_at is not None
    assert due_at > timezone.now()
    pass_minute(portal)
    portal.app.manage("handle_events")
    assert portal.row.state == Portal.State.BLOCKED


def test_another_trouble_is_not_over_because_the_app_is_paid(portal: PortalWithApp) -> None:
    Portal.objects.filter(pk=portal.row.pk).update(
        state=Portal.State.BLOCKED, trouble="rest_not_in_plan"
    )
    assert post(portal.app, event(portal, HINT)) == 200
    await_look(portal)
    assert (portal.row.state, portal.row.trouble) == (Portal.State.BLOCKED, "rest_not_in_plan")


def test_without_a_living_token_a_hint_is_looked_at_once(portal: PortalWithApp) -> None:
    portal.standin.revoke(portal.name, refresh=True)
    assert post(portal.app, hint(portal, **EXPIRED)) == 200
    await_condition(lambda: portal.row.subscription_seen_at is not None)
    assert portal.row.subscription_due_at is None
    assert portal.row.state == Portal.State.ACTIVE
