"""Somebody else's payment of the last minutes: told once, by name, before a second one is made."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

from django.db.models import F
from django.utils import timezone

from payments.models import Attempt
from tests.flow.add.test_add import seen_long_ago, submit
from tests.flow.worked.test_rights import act
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, told
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition

IS_JUST_ADDING = "Administrator is just adding a payment here, so yours was not added."
A_MOMENT_AGO = r"Administrator added payment \S+ for €0\.00 a moment ago, so yours was not added\."


def faster(portal: PortalWithApp) -> Page:
    """A salesperson's tab, which shows nothing of what an administrator has just added."""
    tab = portal.open_tab()
    assert say.ADDED in portal.app.press_add(portal.open_tab(user="admin")).status_text
    portal.standin.clear_calls(portal.name)
    return tab


def being_added(portal: PortalWithApp) -> None:
    """An administrator's click of which nobody knows what came, and nothing came."""
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    page = portal.app.press_add(portal.open_tab(user="admin"))
    assert page.polled_key, told(page)


@contextmanager
def held_back(portal: PortalWithApp) -> Iterator[tuple[Page, Future[Page]]]:
    """A tab, and its click that met a colleague's and looks at the item until this is left.

    The colleague's click ends meanwhile, and made nothing.
    """
    tab = portal.open_tab()
    being_added(portal)
    portal.standin.clear_calls(portal.name)
    portal.standin.add_fault(portal.name, "batch", "hold", seconds=20)
    with ThreadPoolExecutor(1) as pool:
        click = pool.submit(portal.app.press_add, tab)
        await_condition(portal.calls)
        Attempt.objects.update(state=Attempt.State.NOT_ADDED, closed_at=timezone.now())
        yield tab, click
        portal.standin.release(portal.name)


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


def test_the_same_click_twice_in_the_moment_a_colleagues_ends_has_one_word(
    portal: PortalWithApp,
) -> None:
    """One of the two met the colleague's click, the other found nobody in its way."""
    with held_back(portal) as (tab, click):
        assert_added(portal.app.press_add(tab))
    assert_added(click.result())
    assert payments(portal) == 1


def test_so_it_has_when_the_one_that_met_the_colleague_is_written_down_first(
    portal: PortalWithApp,
) -> None:
    with held_back(portal) as (tab, click):
        pass
    assert IS_JUST_ADDING in click.result().alert_text, told(click.result())
    assert "was not added" in told(portal.app.press_add(tab))
    assert payments(portal) == 0
    assert_added(portal.app.press_add(click.result()))
    assert Attempt.objects.filter(state=Attempt.State.NOT_ADDED).count() == 2


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


def test_a_payment_that_its_maker_deleted_here_holds_nobody_back(portal: PortalWithApp) -> None:
    tab = portal.open_tab("fresh", user="admin")
    made = portal.app.press_add(tab)
    (theirs,) = portal.payments_of(portal.deal("fresh"))
    deleted = act(portal, made, theirs["id"], "delete")
    assert "The payment was deleted." in deleted.text
    tab = portal.open_tab()
    portal.standin.clear_calls(portal.name)
    assert_added(portal.app.press_add(tab))
    assert len(portal.calls()) == 1
    assert payments(portal) == 1
    assert Attempt.objects.get(payment_id=theirs["id"]).state == Attempt.State.ADDED


def test_one_that_was_deleted_in_bitrix24_costs_one_click_a_look(portal: PortalWithApp) -> None:
    older, tab = portal.open_tab(), faster(portal)
    (theirs,) = portal.payments_of(portal.deal("fresh"))
    portal.standin.remove_payment(portal.name, theirs["id"])
    for page, calls in ((tab, 2), (older, 1)):
        portal.standin.clear_calls(portal.name)
        before = payments(portal)
        answer = portal.app.press_add(page)
        assert_added(answer)
        assert payments(portal) == before + 1
        assert len(portal.calls()) == calls


def test_who_is_still_there_is_told_beside_one_that_is_gone(portal: PortalWithApp) -> None:
    tab = faster(portal)
    portal.app.press_add(portal.open_tab(user="admin"))
    newest = max(payment["id"] for payment in portal.payments_of(portal.deal("fresh")))
    portal.standin.remove_payment(portal.name, newest)
    page = portal.app.press_add(tab)
    assert re.search(A_MOMENT_AGO, page.alert_text), told(page)
    assert payments(portal) == 1


def test_a_look_that_fails_leaves_the_next_click_as_it_was(portal: PortalWithApp) -> None:
    """The page's own mark stays, so nothing that it shows has appeared since."""
    portal.standin.add_payments(portal.name, "fresh", user="admin")
    tab = portal.open_tab()
    being_added(portal)
    portal.standin.add_fault(portal.name, "batch", "drop_before", times=None)
    page = portal.app.press_add(tab)
    assert "Bitrix24 did not answer" in page.alert_text, told(page)
    portal.standin.clear_faults(portal.name)
    page = submit(portal, tab, **page.form_fields("/payments/add/"))
    assert IS_JUST_ADDING in page.alert_text, told(page)


def test_nobody_is_told_of_twice_when_another_payment_comes_between(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab()
    being_added(portal)
    page = portal.app.press_add(tab)
    assert IS_JUST_ADDING in page.alert_text, told(page)
    portal.standin.add_payments(portal.name, "fresh", user="sales")
    page = submit(portal, page, seen=seen_long_ago(page))
    assert say.SOMEBODY_WAS_FASTER in page.alert_text, told(page)
    assert_added(portal.app.press_add(page))
    assert payments(portal) == 2


def test_who_may_not_see_the_deal_any_more_hears_of_nobody(portal: PortalWithApp) -> None:
    tab = faster(portal)
    portal.standin.change_deal(portal.name, "fresh", visibility="admin")
    page = portal.app.press_add(tab)
    assert "Administrator" not in page.text
    assert page.alert_text
