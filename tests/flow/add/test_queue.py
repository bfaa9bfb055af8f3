"""A click that waits for the portal's rate limit: said so, unsent until its turn, sent once."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

import pytest
from django.utils import timezone

from b24app.frame.session import read_session
from b24app.models import PortalPace
from b24app.portals.rate_limit import SharedPace
from payments.commands.watermark import Watermark, sign_watermark
from payments.models import Attempt
from tests.support.app import HTMX
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, REFUSED_IN_BATCH, can_add, key_of, told
from tests.support.portal import PortalWithApp
from tests.support.waiting import at_once

MINUTE = timedelta(minutes=1)


def crowd(portal: PortalWithApp, seconds: float) -> None:
    """As if others had taken all that the portal allows for so long."""
    SharedPace(portal.member_id).hold_back(seconds)


def queued_click(portal: PortalWithApp) -> tuple[Page, Page]:
    """The tab and the answer to a click in it that has to wait."""
    tab = portal.open_tab()
    portal.standin.clear_calls(portal.name)
    crowd(portal, 60)
    page = portal.app.press_add(tab)
    assert say.WAITING in page.status_text, told(page)
    return tab, page


def bring_forward(portal: PortalWithApp, **ago: int) -> Attempt:
    """The moment of the portal's latest click, put so long ago."""
    attempt = Attempt.objects.filter(portal=portal.row).latest("pk")
    attempt.due_at = timezone.now() - timedelta(**ago)
    attempt.save()
    crowd_is_gone(portal)
    return attempt


def crowd_is_gone(portal: PortalWithApp) -> None:
    PortalPace.objects.filter(member_id=portal.member_id).update(free_at=0.0)


def test_a_click_that_has_to_wait_says_for_how_long_and_sends_nothing(
    portal: PortalWithApp,
) -> None:
    tab, page = queued_click(portal)
    assert "in about 60 seconds. Please leave this page open." in page.status_text
    assert page.polled_key == key_of(tab)
    assert not can_add(page)
    assert portal.calls() == []
    asked = portal.app.ask_attempt(tab, key_of(tab))
    assert say.WAITING in asked.status_text
    assert asked.polled_key == key_of(tab)
    assert portal.calls() == []


def test_when_its_turn_comes_the_asking_page_sends_it(portal: PortalWithApp) -> None:
    tab, _ = queued_click(portal)
    bring_forward(portal, seconds=1)
    page = portal.app.ask_attempt(tab, key_of(tab))
    assert say.ADDED in page.status_text, told(page)
    assert page.polled_key == ""
    assert len(portal.calls(ADD)) == 1
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_page_that_asks_a_little_early_waits_for_its_turn_on_the_server(
    portal: PortalWithApp,
) -> None:
    tab, _ = queued_click(portal)
    due_at = bring_forward(portal, seconds=-2).began_at
    page = portal.app.ask_attempt(tab, key_of(tab))
    assert say.ADDED in page.status_text, told(page)
    assert portal.calls(ADD)[0]["at"] >= due_at.timestamp()


def test_many_that_ask_at_once_send_it_once(portal: PortalWithApp) -> None:
    tab, _ = queued_click(portal)
    bring_forward(portal, seconds=-1)
    pages = at_once([partial(portal.app.ask_attempt, tab, key_of(tab))] * 8)
    told_once = [page for page in pages if say.ADDED in page.status_text]
    assert told_once
    assert all(say.IN_PROGRESS in told(page) for page in pages if page not in told_once)
    assert len(portal.calls(ADD)) == len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_second_click_meets_the_one_that_waits(portal: PortalWithApp) -> None:
    tab, _ = queued_click(portal)
    again = portal.open_tab()
    assert again.status == 503
    assert say.CROWDED in again.text
    other = portal.app.press_add(tab)
    assert say.WAITING in other.status_text
    assert Attempt.objects.filter(portal=portal.row).count() == 1


def test_a_closed_pages_click_is_sent_by_the_background_job(portal: PortalWithApp) -> None:
    queued_click(portal)
    attempt = bring_forward(portal, seconds=40)
    Attempt.objects.filter(pk=attempt.pk).update(created_at=timezone.now() - MINUTE)
    portal.app.manage("resolve_attempts")
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.ADDED
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


@pytest.mark.parametrize("by", ["the page", "the background job"])
def test_a_click_that_nobody_waits_for_any_longer_is_never_sent(
    portal: PortalWithApp, by: str
) -> None:
    tab, _ = queued_click(portal)
    attempt = bring_forward(portal, minutes=4)
    if by == "the page":
        page = portal.app.ask_attempt(tab, key_of(tab))
        assert say.NOT_ADDED in page.alert_text
        assert can_add(page)
    else:
        Attempt.objects.filter(pk=attempt.pk).update(created_at=timezone.now() - 5 * MINUTE)
        portal.app.manage("resolve_attempts")
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.NOT_ADDED
    assert portal.calls(ADD) == []


def test_a_click_whose_turn_would_be_too_far_away_is_refused_with_the_time(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab()
    crowd(portal, 1000)
    page = portal.app.press_add(tab)
    assert say.CROWDED in page.alert_text, told(page)
    assert "Try again in 1000 seconds." in page.alert_text
    assert can_add(page)
    assert Attempt.objects.get(portal=portal.row).state == Attempt.State.REFUSED


def test_a_portal_that_takes_no_add_in_a_batch_gets_its_queued_click_alone(
    portal: PortalWithApp,
) -> None:
    portal.standin.switch(portal.name, **REFUSED_IN_BATCH)
    portal.app.press_add(portal.open_tab("empty"))
    tab, _ = queued_click(portal)
    bring_forward(portal, seconds=1)
    assert say.ADDED in portal.app.ask_attempt(tab, key_of(tab)).status_text
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_click_on_an_old_page_waits_like_the_others_and_its_mark_is_renewed(
    portal: PortalWithApp,
) -> None:
    [by_hand] = portal.standin.add_payments(portal.name, "fresh", user="sales")
    tab = portal.open_tab()
    mark = sign_watermark(Watermark(0, int(time.time()) - 600), read_session(tab.bearer))
    crowd(portal, 60)
    form = {**tab.form_fields("/payments/add/"), "seen": mark}
    form = {name: value for name, value in form.items() if not name.startswith("row_")}
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    page = portal.app.send("/payments/add/", form=form, headers=headers)
    assert say.WAITING in page.status_text, told(page)
    attempt = bring_forward(portal, seconds=1)
    assert say.ADDED in portal.app.ask_attempt(tab, str(attempt.key)).status_text
    attempt.refresh_from_db()
    assert attempt.seen_max_id == by_hand


def test_payments_made_while_a_click_waited_are_never_taken_for_its_own(
    portal: PortalWithApp,
) -> None:
    tab, _ = queued_click(portal)
    attempt = bring_forward(portal, seconds=1)
    Attempt.objects.filter(pk=attempt.pk).update(created_at=timezone.now() - 2 * MINUTE)
    [by_hand] = portal.standin.add_payments(portal.name, "fresh", user="sales")
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    portal.app.ask_attempt(tab, key_of(tab))
    attempt.refresh_from_db()
    assert attempt.state == Attempt.State.UNCLEAR
    assert attempt.seen_max_id == by_hand
    assert portal.app.ask_attempt(tab, key_of(tab)).polled_key
    attempt.refresh_from_db()
    assert attempt.payment_id is None
