"""A click is not called lost by what was not found: who knows is asked, and nothing comes twice."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from b24app.portals.actors import actor_of
from payments.commands.add import resolve_attempt
from payments.commands.resolve import choose_payment
from payments.models import Attempt
from tests.flow.add.test_add import choose
from tests.support.pages import sentences as say
from tests.support.people.clicks import ADD, await_outcome, can_add, key_of, told
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition


def attempt_of(portal: PortalWithApp) -> Attempt:
    rows = Attempt.objects.select_related("portal")
    return rows.filter(portal__member_id=portal.member_id).latest("created_at")


def await_settled(portal: PortalWithApp) -> Attempt:
    await_condition(lambda: attempt_of(portal).is_settled, seconds=20)
    return attempt_of(portal)


def resolved(attempt: Attempt) -> Attempt:
    actor = actor_of(attempt.portal_id, attempt.user_id)
    return resolve_attempt(actor=actor, attempt=attempt).attempt


def test_a_payment_that_is_nobodys_is_asked_about_and_not_called_lost(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab()
    portal.standin.switch(portal.name, names_makers=False)
    portal.standin.add_fault(portal.name, ADD, "drop_after")
    page = await_outcome(portal.app, tab, portal.app.press_add(tab), seconds=20)
    (payment,) = portal.payments_of(portal.deal("fresh"))
    assert say.NOT_ADDED not in told(page)
    assert not can_add(page)
    assert str(payment["id"]) in [str(o["value"]) for o in page.soup.select("[name=payment]")]
    chosen = choose(portal, tab, key_of(tab), str(payment["id"]))
    assert "was added" in told(chosen)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_colleagues_payment_is_no_reason_to_ask(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    page = portal.app.press_add(tab)
    portal.standin.add_payments(portal.name, "fresh", user="admin")
    page = await_outcome(portal.app, tab, page, seconds=20)
    assert say.NOT_ADDED in told(page)
    assert can_add(page)


def test_a_portal_that_cannot_filter_gets_no_payment_adopted(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_after")
    page = portal.app.press_add(tab)
    portal.standin.add_payments(portal.name, "fresh", user="admin")
    portal.standin.switch(portal.name, knows_makers=False)
    page = await_outcome(portal.app, tab, page, seconds=20)
    assert say.CHOOSE in page.alert_text, told(page)
    assert attempt_of(portal).payment_id is None


@pytest.mark.parametrize("says", ["it was not added", "nothing"])
def test_a_portal_of_ones_own_gets_no_verdict_by_time_alone(
    portal: PortalWithApp, settings: LazySettings, says: str
) -> None:
    """The portal works longer than any limit of ours and adds the payment in the end."""
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    portal.app.press_add(tab)
    attempt = await_settled(portal)
    settings.B24_CLOUD_HOSTS = r"[a-z0-9-]+\.bitrix24\.com"
    attempt = resolved(attempt)
    assert attempt.state == Attempt.State.UNCLEAR
    assert attempt.needs_word
    if says == "nothing":
        (late,) = portal.standin.add_payments(portal.name, "fresh", user="sales")
        assert resolved(attempt).payment_id == late
        return
    actor = actor_of(attempt.portal_id, attempt.user_id)
    outcome = choose_payment(actor=actor, attempt=attempt, payment_id=None)
    assert outcome.attempt.state == Attempt.State.NOT_ADDED
