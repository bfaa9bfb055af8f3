"""The client's link in each state of the payment page, for both roles, asked singly and in time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from payments.commands.links.public import SET_UP_SECONDS
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, address_on, can_add
from tests.support.portal import PortalWithApp
from tests.support.waiting import await_condition

LINK = "salescenter.payment.getpublicurl"
ASK = "Ask your administrator:"
NOT_READY = "No payment page is ready in this Bitrix24 yet."
NOT_VERIFIED = "Payment links do not work yet: nobody has confirmed the phone number or e-mail"
STAYS = "The payment itself stays as it is."
PUBLISH = "Open the sales center in the CRM, publish the payment page there"
CONFIRM = "Open the sales center in the CRM and confirm the phone number or e-mail address"
NEVER_SOON = {"payment_page": "no_site", "site_seconds": 3600}

both_roles = pytest.mark.parametrize("user", ["sales", "admin"])


def ask_link(portal: PortalWithApp, tab: Page, payment: int) -> Page:
    """Copy link, as the row of a payment does."""
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    return portal.app.send(address_on(tab, payment, "link"), headers=headers)


def link_in(page: Page) -> str:
    field = page.soup.select_one("#link")
    assert field is not None, page.text
    return str(field["value"])


def asked(portal: PortalWithApp) -> list[dict[str, Any]]:
    """The questions for a link, each of which is a request of its own."""
    calls = portal.calls(LINK)
    assert all(call["method"] == LINK and call["commands"] == [] for call in calls)
    return calls


def press(portal: PortalWithApp, user: str, **switches: Any) -> Page:
    """Copy link in the one payment of a deal, in a portal that behaves like that."""
    [payment] = portal.standin.add_payments(portal.name, "fresh", user="sales")
    portal.standin.switch(portal.name, **switches)
    tab = portal.open_tab(user=user)
    portal.standin.clear_calls(portal.name)
    page = ask_link(portal, tab, payment)
    assert page.status == 200, page.text
    return page


@both_roles
def test_a_page_that_is_ready_gives_the_link_at_once(portal: PortalWithApp, user: str) -> None:
    assert link_in(press(portal, user)).startswith(portal.about["origin"])
    assert len(asked(portal)) == 1


@both_roles
def test_a_page_that_asking_sets_up_is_asked_for_once_more(
    portal: PortalWithApp, user: str
) -> None:
    page = press(portal, user, payment_page="no_site")
    assert link_in(page).startswith(portal.about["origin"])
    assert page.alert_text == ""
    first, second = asked(portal)
    assert (first["error"], second["error"]) == ("0", None)
    assert SET_UP_SECONDS - 0.1 < second["at"] - first["at"] < 3 * SET_UP_SECONDS


@both_roles
@pytest.mark.parametrize(
    "switches",
    [NEVER_SOON, *({"payment_page": "unverified", "zone": zone} for zone in ("ru", "by", "kz"))],
    ids=["slow", "ru", "by", "kz"],
)
def test_a_page_that_does_not_come_ends_in_a_hint(
    portal: PortalWithApp, user: str, switches: dict[str, Any]
) -> None:
    page = press(portal, user, **switches)
    assert NOT_READY in page.alert_text
    assert STAYS in page.alert_text
    assert "Public url is not available" in page.alert_text
    assert PUBLISH in page.alert_text
    assert (f"{ASK} {PUBLISH}" in page.alert_text) is (user == "sales")
    assert len(asked(portal)) == 2
    assert can_add(page)


@both_roles
def test_a_portal_that_is_not_verified_is_not_asked_again(portal: PortalWithApp, user: str) -> None:
    page = press(portal, user, payment_page="unverified")
    assert NOT_VERIFIED in page.alert_text
    assert STAYS in page.alert_text
    assert CONFIRM in page.alert_text
    assert (f"{ASK} {CONFIRM}" in page.alert_text) is (user == "sales")
    assert len(asked(portal)) == 1
    assert can_add(page)


def test_each_payment_of_an_order_has_its_own_link(portal: PortalWithApp) -> None:
    payments = portal.standin.add_payments(portal.name, "fresh", user="sales", count=2)
    tab = portal.open_tab()
    portal.standin.clear_calls(portal.name)
    links = [link_in(ask_link(portal, tab, payment)) for payment in payments]
    assert [link.rpartition("~")[2] for link in links] == [str(each) for each in payments]
    assert len(asked(portal)) == 2


def test_other_refusals_are_told_at_once(portal: PortalWithApp) -> None:
    [payment] = portal.standin.add_payments(portal.name, "fresh", user="sales")
    tab = portal.open_tab()
    portal.standin.remove_payment(portal.name, payment)
    portal.standin.clear_calls(portal.name)
    assert "no longer exists" in ask_link(portal, tab, payment).alert_text
    assert len(asked(portal)) == 1


def test_who_waits_for_a_page_keeps_nobody_from_adding(portal: PortalWithApp) -> None:
    portal.standin.switch(portal.name, **NEVER_SOON)
    [payment] = portal.standin.add_payments(portal.name, "billed", user="sales")
    tab, other = portal.open_tab("billed"), portal.open_tab()
    portal.standin.clear_calls(portal.name)
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(ask_link, portal, tab, payment)
        await_condition(lambda: asked(portal))
        assert "added" in portal.app.press_add(other).status_text
        assert len(asked(portal)) == 1
        assert NOT_READY in waiting.result().alert_text
    assert len(portal.calls(ADD)) == 1
