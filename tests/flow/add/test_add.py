"""One click on Add payment: what a person sees, and what the portal then has."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from b24app.frame.session import read_session
from payments.commands.watermark import read_watermark, sign_watermark
from tests.support.app import HTMX
from tests.support.pages import sentences as say
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, await_outcome, can_add, choose, key_of, told
from tests.support.portal import PortalWithApp, installed_portal
from tests.support.waiting import await_condition

pytestmark = pytest.mark.both_portals


def submit(portal: PortalWithApp, tab: Page, **changed: str) -> Page:
    """The form of the tab with other values than the page gave it."""
    fields = {**tab.form_fields("/payments/add/"), **changed}
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    return portal.app.send("/payments/add/", form=list(fields.items()), headers=headers)


def seen_long_ago(tab: Page) -> str:
    """The page's watermark, as if the page were two minutes old."""
    session = read_session(tab.bearer)
    known = read_watermark(tab.form_fields("/payments/add/")["seen"], session)
    return sign_watermark(replace(known, at=int(time.time()) - 120), session)


def test_a_click_adds_one_payment_in_the_name_of_the_person_who_clicked(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab("billed")
    older = tab.payment_numbers
    before = {payment["id"] for payment in portal.payments_of(portal.deal("billed"))}
    page = portal.app.press_add(tab)
    (made,) = [p for p in portal.payments_of(portal.deal("billed")) if p["id"] not in before]
    assert made["created_by"] == portal.about["users"]["sales"]
    assert page.payment_numbers == [made["account_number"], *older]
    assert page.status_text.startswith(f"Payment {made['account_number']} added.")
    assert page.alert_text == ""
    assert can_add(page)
    assert page.polled_key == ""


def test_each_click_on_a_page_that_went_on_adds_one_more(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    first = portal.app.press_add(tab)
    second = submit(portal, tab, **first.form_fields("/payments/add/"))
    assert say.ADDED in second.status_text, told(second)
    assert len(second.payment_numbers) == len(portal.payments_of(portal.deal("fresh"))) == 2


def test_a_payment_is_added_to_an_invoice_too(portal: PortalWithApp) -> None:
    invoice = portal.about["invoices"]["invoice"]
    tab = portal.app.open_frame(
        portal.name,
        user="sales",
        placement="CRM_SMART_INVOICE_DETAIL_TAB",
        options={"ID": str(invoice)},
    )
    page = portal.app.press_add(tab)
    (made,) = [
        payment
        for payment in portal.standin.portal(portal.name)["payments"]
        if (payment["entity_type_id"], payment["deal_id"]) == (31, invoice)
    ]
    assert page.payment_numbers == [made["account_number"]]


def test_the_same_click_sent_again_gives_the_same_answer_and_nothing_new(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab()
    first, second = portal.app.press_add(tab), portal.app.press_add(tab)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1
    assert second.status_text == first.status_text
    assert second.payment_numbers == first.payment_numbers
    assert len(portal.calls(ADD)) == 1


def test_a_refused_click_sent_again_is_refused_again_without_asking_the_portal(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab("readonly_stage")
    portal.app.press_add(tab)
    again = portal.app.press_add(tab)
    assert say.NO_RIGHT in again.alert_text, told(again)
    assert len(portal.calls(ADD)) == 1


@pytest.mark.parametrize(("deal", "user"), [("empty", "sales"), ("fresh", "admin")])
def test_a_key_used_for_another_deal_or_by_another_person_is_refused(
    portal: PortalWithApp, deal: str, user: str
) -> None:
    tab = portal.open_tab()
    portal.app.press_add(tab)
    other = portal.open_tab(deal, user=user)
    page = submit(portal, other, key=key_of(tab))
    assert page.status == 409
    assert say.KEY_CONFLICT in page.alert_text, told(page)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1
    assert portal.payments_of(portal.deal("empty")) == []


def test_the_same_key_in_another_portal_is_another_click(
    portal: PortalWithApp,
) -> None:
    other_portal = installed_portal(portal.app)
    first, second = portal.open_tab(), other_portal.open_tab()
    portal.app.press_add(first)
    page = submit(other_portal, second, key=key_of(first))
    assert say.ADDED in page.status_text, told(page)
    for each in (portal, other_portal):
        assert len(each.payments_of(each.deal("fresh"))) == 1


def test_a_page_loaded_again_in_the_middle_of_a_click_shows_that_click(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "hold", seconds=10, when="after")
    with ThreadPoolExecutor(1) as pool:
        click = pool.submit(portal.app.press_add, tab)
        await_condition(lambda: portal.payments_of(portal.deal("fresh")))
        reloaded = portal.open_tab()
        assert reloaded.polled_key == key_of(tab)
        assert not can_add(reloaded)
        insisting = portal.app.press_add(reloaded)
        assert insisting.polled_key == key_of(tab)
        assert say.IN_PROGRESS in insisting.status_text, told(insisting)
        portal.standin.release(portal.name)
        assert say.ADDED in click.result().status_text
    page = portal.app.ask_attempt(reloaded, key_of(tab))
    assert say.ADDED in page.status_text, told(page)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


def test_a_payment_that_came_while_nobody_looked_is_shown_before_another_is_added(
    portal: PortalWithApp,
) -> None:
    tab = portal.open_tab()
    portal.standin.add_payments(portal.name, "fresh", user="admin")
    page = submit(portal, tab, seen=seen_long_ago(tab))
    (theirs,) = portal.payments_of(portal.deal("fresh"))
    assert say.SOMEBODY_WAS_FASTER in page.alert_text, told(page)
    assert page.payment_numbers == [theirs["account_number"]]
    assert can_add(page)
    again = submit(portal, tab, **page.form_fields("/payments/add/"))
    assert say.ADDED in again.status_text, told(again)
    assert len(portal.payments_of(portal.deal("fresh"))) == 2


def test_an_old_page_with_nothing_new_behind_it_adds_at_once(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    page = submit(portal, tab, seen=seen_long_ago(tab))
    assert say.ADDED in page.status_text, told(page)
    assert len(portal.payments_of(portal.deal("fresh"))) == 1


@pytest.mark.parametrize("source", ["changed", "of another deal", "of another person"])
def test_a_mark_that_is_not_this_pages_own_adds_nothing(portal: PortalWithApp, source: str) -> None:
    tab = portal.open_tab()
    others = {"of another deal": ("empty", "sales"), "of another person": ("fresh", "admin")}
    if source == "changed":
        mark = tab.form_fields("/payments/add/")["seen"] + "x"
    else:
        deal, user = others[source]
        mark = portal.open_tab(deal, user=user).form_fields("/payments/add/")["seen"]
    page = submit(portal, tab, seen=mark)
    assert page.status == 400
    assert portal.payments_of(portal.deal("fresh")) == []


@pytest.mark.parametrize("choice", ["mine", "none"])
def test_a_person_chooses_when_several_payments_could_be_theirs(
    portal: PortalWithApp, choice: str
) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_after")
    portal.app.press_add(tab)
    portal.standin.add_payments(portal.name, "fresh", user="sales")
    mine, other = portal.payments_of(portal.deal("fresh"))
    page = portal.app.ask_attempt(tab, key_of(tab))
    assert say.CHOOSE in page.alert_text, told(page)
    offered = [str(option["value"]) for option in page.soup.select("#add input[type=radio]")]
    assert offered == [str(other["id"]), str(mine["id"]), ""]
    chosen = choose(portal.app, tab, page, str(mine["id"]) if choice == "mine" else "")
    if choice == "none":
        # Not these; but until the portal's own limit the right one may still come.
        assert not can_add(chosen)
        chosen = await_outcome(portal.app, tab, chosen, seconds=20)
    expected = f"payment {mine['account_number']} was added" if choice == "mine" else say.NOT_ADDED
    assert expected in told(chosen)
    assert can_add(chosen)
    assert len(portal.payments_of(portal.deal("fresh"))) == 2


def test_a_payment_that_is_no_candidate_cannot_be_chosen(portal: PortalWithApp) -> None:
    (theirs,) = portal.standin.add_payments(portal.name, "fresh", user="sales")
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_after")
    portal.app.press_add(tab)
    portal.standin.add_payments(portal.name, "fresh", user="sales")
    asking = portal.app.ask_attempt(tab, key_of(tab))
    page = choose(portal.app, tab, asking, str(theirs))
    assert say.CHOOSE in page.alert_text, told(page)


def test_a_browser_without_script_gets_the_whole_page(portal: PortalWithApp) -> None:
    page = portal.app.press_add(portal.open_tab(), wants_page=True)
    (made,) = portal.payments_of(portal.deal("fresh"))
    assert page.soup.select_one("html body h1, html body h2") is not None
    assert made["account_number"] in page.status_text
    assert page.payment_numbers == [made["account_number"]]
    again = portal.app.press_add(page, wants_page=True)
    assert len(again.payment_numbers) == len(portal.payments_of(portal.deal("fresh"))) == 2


def test_a_thousand_payments_are_all_there_and_the_new_one_is_on_top(
    portal: PortalWithApp,
) -> None:
    portal.standin.add_payments(portal.name, "many", user="admin", count=1000)
    tab = portal.open_tab("many")
    assert len(tab.payment_numbers) == 50
    older = portal.app.send(
        "/payments/older/", headers={**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    )
    assert len(older.soup.select("tr")) == 950
    page = portal.app.press_add(tab)
    newest = max(portal.payments_of(portal.deal("many")), key=lambda payment: payment["id"])
    assert newest["created_by"] == portal.about["users"]["sales"]
    assert page.payment_numbers[0] == newest["account_number"]
    assert len(page.payment_numbers) == 50
