"""While a click is open, no other answer on that card offers the next one."""

from __future__ import annotations

import pytest

from tests.flow.add.test_compose import COFFEE, create, rest_path
from tests.support.app import HTMX
from tests.support.pages.page import Page
from tests.support.people.clicks import ADD, address_on, can_add, key_of
from tests.support.portal import PortalWithApp


def ask(portal: PortalWithApp, tab: Page, path: str, *, is_post: bool = True) -> Page:
    headers = {**HTMX, "Authorization": f"Bearer {tab.bearer}"}
    form = {"form": {"pay_system": "3"}} if is_post else {}
    return portal.app.send(path, headers=headers, **form)


@pytest.mark.parametrize("action", ["pay", "unpay", "delete", "pay_system", "link"])
def test_an_action_keeps_the_button_of_an_open_click(portal: PortalWithApp, action: str) -> None:
    [payment] = portal.standin.add_payments(portal.name, "fresh", user="sales")
    portal.standin.switch(portal.name, payment_page="unverified")
    tab, second = portal.open_tab(), portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    portal.app.press_add(tab)
    path = address_on(tab, payment, action)
    page = ask(portal, second, path, is_post=action != "link")
    assert page.status == 200
    assert not can_add(page)
    assert page.polled_key == key_of(tab)


def test_the_rest_of_an_earlier_click_keeps_it_too(portal: PortalWithApp) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(
        portal.name, "crm.item.payment.product.add", "refuse", code="ERROR_ARGUMENT", status=400
    )
    create(portal, tab, {COFFEE: 1})
    path = rest_path(portal)
    tab = portal.open_tab()
    portal.standin.add_fault(portal.name, ADD, "drop_before")
    portal.app.press_add(tab)
    page = ask(portal, tab, path)
    assert "€400.00" in page.text
    assert not can_add(page)
    assert page.polled_key == key_of(tab)
