"""Somebody else's payment of the last minutes: told once, by name, before a second one is made."""

from __future__ import annotations

import re
from datetime import timedelta

from django.db.models import F

from payments.models import Attempt
from tests.flow.add.test_add import seen_long_ago, submit
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp

A_MOMENT_AGO = r"Administrator added payment \S+ for €0\.00 a moment ago, so yours was not added\."


def faster(portal: PortalWithApp) -> Page:
    """A salesperson's tab, which shows nothing of what an administrator has just added."""
    tab = portal.open_tab()
    assert say.ADDED in portal.app.press_add(portal.open_tab(user="admin")).status_text
    portal.standin.clear_calls(portal.name)
    return tab


def payments(portal: PortalWithApp) -> int:
    return len(portal.payments_of(portal.deal("fresh")))


def assert_added(page: Page) -> None:
    assert say.ADDED in page.status_text, told(page)


def test_a_fresh_page_is_told_in_one_look_and_its_next_click_counts(portal: PortalWithApp) -> None:
    tab = faster(portal)
    page = portal.app.press_add(tab)
    assert re.search(A_MOMENT_AGO, page.alert_text), told(page)
    assert "If you need another payment, add it now." in page.alert_text
    assert len(page.payment_numbers) == payments(portal) == 1
    assert len(portal.calls()) == 1
    assert_added(portal.app.press_add(page))
    assert payments(portal) == 2


def test_so_is_a_page_of_a_while_ago(portal: PortalWithApp) -> None:
    tab = faster(portal)
    Attempt.objects.update(closed_at=F("closed_at") - timedelta(minutes=3))
    page = submit(portal, tab, seen=seen_long_ago(tab))
    assert "Administrator added payment" in page.alert_text, told(page)
    assert "3 minutes ago" in page.alert_text
    assert_added(portal.app.press_add(page))


def test_the_click_that_was_told_comes_again_and_is_told_again(portal: PortalWithApp) -> None:
    """A network that sends it twice is no second click."""
    tab = faster(portal)
    for _ in range(2):
        assert re.search(A_MOMENT_AGO, portal.app.press_add(tab).alert_text)
    assert payments(portal) == 1


def test_a_click_that_was_sent_before_keeps_its_outcome(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    assert_added(portal.app.press_add(tab))
    assert_added(portal.app.press_add(portal.open_tab(user="admin")))
    assert_added(portal.app.press_add(tab))
    assert payments(portal) == 2


def test_what_is_on_the_page_or_long_ago_or_elsewhere_is_not_asked_about(
    portal: PortalWithApp,
) -> None:
    faster(portal)
    assert_added(portal.app.press_add(portal.open_tab()))
    tab = portal.open_tab("empty", user="admin")
    assert_added(portal.app.press_add(portal.open_tab()))
    assert_added(portal.app.press_add(tab))
    tab = faster(portal)
    Attempt.objects.update(created_at=F("created_at") - timedelta(minutes=11))
    assert_added(portal.app.press_add(tab))


def test_who_may_not_see_the_deal_any_more_hears_of_nobody(portal: PortalWithApp) -> None:
    tab = faster(portal)
    portal.standin.change_deal(portal.name, "fresh", visibility="admin")
    page = portal.app.press_add(tab)
    assert "Administrator" not in page.text
    assert page.alert_text
