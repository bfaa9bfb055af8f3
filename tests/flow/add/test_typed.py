"""What was typed into the form outlives every answer that is no new payment, without script too."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.pages.page import Page
from tests.support.people.clicks import ADD
from tests.support.portal import PortalWithApp


def post_form(portal: PortalWithApp, tab: Page, **typed: str) -> Page:
    """The whole form of the tab as a browser without script sends it."""
    form = {**tab.form_fields("/payments/add/"), **typed}
    return portal.app.send("/payments/add/", form=form)


def shown(page: Page) -> dict[str, str]:
    fields = page.form_fields("/payments/add/")
    return {name: value for name, value in fields.items() if name.startswith(("row_", "pay_"))}


@pytest.fixture
def tab(portal: PortalWithApp) -> Page:
    """A tab whose form has two products and a choice of payment systems."""
    portal.app.open_frame(portal.name, user="admin", placement="DEFAULT")
    return portal.open_tab()


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"row_301": "1.5", "row_302": "3"}, "Only whole numbers"),
        ({"row_301": "0", "row_302": ""}, "No product is chosen"),
        ({"row_301": "one", "row_302": '"><b>'}, "not a whole number"),
    ],
)
def test_a_form_that_cannot_be_sent_comes_back_as_it_was(
    portal: PortalWithApp, tab: Page, typed: dict[str, str], words: str
) -> None:
    page = post_form(portal, tab, **typed, pay_system="4")
    assert words in page.alert_text
    assert shown(page) == {**typed, "pay_system": "4"}
    assert not page.soup.select("#rows b")
    assert portal.payments_of(portal.deal("fresh")) == []


@pytest.mark.parametrize(
    "fault",
    [
        {"do": "refuse", "code": "0", "text": "Not now", "status": 400},
        {"do": "drop_before"},
    ],
)
def test_a_refused_or_lost_click_shows_what_it_wanted(
    portal: PortalWithApp, tab: Page, fault: dict[str, Any]
) -> None:
    portal.standin.add_fault(portal.name, ADD, **fault)
    page = post_form(portal, tab, row_301="1", row_302="3", pay_system="3")
    assert page.alert_text
    assert shown(page) == {"row_301": "1", "row_302": "3", "pay_system": "3"}
    assert page.soup.select_one("#rows[data-typed]")


def test_a_form_that_made_its_payment_starts_anew(portal: PortalWithApp, tab: Page) -> None:
    page = post_form(portal, tab, row_301="1", row_302="0", pay_system="3")
    assert "€400.00 added" in page.status_text
    assert shown(page) == {"row_301": "1", "row_302": "4", "pay_system": ""}
    assert not page.soup.select("[data-typed]")
