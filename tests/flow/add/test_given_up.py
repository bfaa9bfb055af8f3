"""A click is not called lost by what was not found: who knows is asked, and nothing comes twice."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from b24app.portals.actors import actor_of
from payments.commands.add import resolve_attempt
from payments.commands.resolve import choose_payment
from payments.gateway.payments import LIST
from payments.models import Attempt
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, await_outcome, can_add, choose, key_of, told
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition


def attempt_of(portal: PortalWithApp) -> Attempt:
    rows = Attempt.objects.select_related("portal")
    return rows.filter(portal__member_id=portal.member_id).latest("created_at")


def await_settled(portal: PortalWithApp) -> Attempt:
    await_condition(lambda: attempt_of(portal).is_settled, seconds=20)
    return attempt_of(portal)


def offered(page: Page) -> list[str]:
    """The payments among which a page lets the person choose, and the empty one for none."""
    return [str(option["value"]) for option in page.soup.select("[name=payment]")]


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
    assert offered(page) == [str(payment["id"]), ""]
    chosen = choose(portal.app, tab, page, str(payment["id"]))
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


def test_one_payment_is_asked_about_where_a_portal_cannot_say_whose_it_is(
    portal: PortalWithApp,
) -> None:
    """It is a colleague's, and nothing came of the click."""
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    page = portal.app.press_add(tab)
    (theirs,) = portal.standin.add_payments(portal.name, "fresh", user="admin")
    portal.standin.switch(portal.name, knows_makers=False)
    page = await_outcome(portal.app, tab, page, seconds=20)
    assert say.CHOOSE_ONE in page.alert_text, told(page)
    assert offered(page) == [str(theirs), ""]
    assert attempt_of(portal).payment_id is None
    page = await_outcome(portal.app, tab, choose(portal.app, tab, page, ""), seconds=20)
    assert say.NOT_ADDED in told(page)
    assert can_add(page)


def two_of_their_own(portal: PortalWithApp) -> tuple[Page, Page, list[int]]:
    """The tab of a click that got no answer, its question, and what its person made elsewhere."""
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    portal.app.press_add(tab)
    own = portal.standin.add_payments(portal.name, "fresh", user="sales", count=2)
    asking = portal.app.ask_attempt(tab, key_of(tab))
    assert sorted(offered(asking)) == ["", *map(str, sorted(own))]
    return tab, asking, own


def test_none_of_these_does_not_mean_one_that_came_after_them(portal: PortalWithApp) -> None:
    """Nobody has looked since, and the portal's time is over: the answer itself looks."""
    tab, asking, _ = two_of_their_own(portal)
    await_settled(portal)
    (late,) = portal.standin.add_payments(portal.name, "fresh", user="sales")
    page = choose(portal.app, tab, asking, "")
    assert say.CHECKED in page.status_text, told(page)
    assert attempt_of(portal).payment_id == late


def test_none_of_these_means_those_that_this_page_shows(portal: PortalWithApp) -> None:
    """Another page, or the background, has meanwhile found one more."""
    tab, asking, own = two_of_their_own(portal)
    (late,) = portal.standin.add_payments(portal.name, "fresh", user="sales")
    newer = portal.app.ask_attempt(tab, key_of(tab))
    assert len(offered(newer)) == 4
    page = choose(portal.app, tab, asking, "")
    assert say.CHECKED in page.status_text, told(page)
    attempt = attempt_of(portal)
    assert (attempt.payment_id, attempt.declined) == (late, sorted(own))


def test_an_answer_to_a_question_that_showed_nothing_declines_nothing(
    portal: PortalWithApp,
) -> None:
    tab, asking, own = two_of_their_own(portal)
    shown = asking.soup.select_one("form.choice [name=shown]")
    assert shown is not None
    shown["value"] = ""
    page = choose(portal.app, tab, asking, "")
    assert sorted(offered(page)) == ["", *map(str, sorted(own))]
    shown["value"] = "1,x"
    assert not can_add(choose(portal.app, tab, asking, ""))
    assert attempt_of(portal).declined == []


def test_none_of_these_waits_while_the_portal_cannot_be_asked(portal: PortalWithApp) -> None:
    tab, asking, own = two_of_their_own(portal)
    await_settled(portal)
    portal.standin.add_fault(portal.name, LIST, "drop_before", times=None)
    page = choose(portal.app, tab, asking, "")
    assert not can_add(page)
    assert page.polled_key == key_of(tab)
    assert attempt_of(portal).declined == sorted(own)
    portal.standin.clear_faults(portal.name)
    page = await_outcome(portal.app, tab, page)
    assert say.NOT_ADDED in told(page)


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
    outcome = choose_payment(actor=actor, attempt=attempt, payment_id=None, shown=())
    assert outcome.attempt.state == Attempt.State.NOT_ADDED
