"""Texts that a portal or a browser chose stay texts: no markup of theirs becomes markup of ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.app import App
from tests.support.pages.owed import OWN_COMPANY, add_deal, own_deals
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp, new_portal
from tests.support.security.traces import launch_of, policy, post

# About words: one database is enough.
pytestmark = pytest.mark.words

MARKUPS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\"><svg onload=alert(1)> ' autofocus onfocus=alert(1) x='",
    "</title></textarea></template><script src=//evil.localhost></script>",
    "{{ 7|add:7 }}{% debug %}",
    "&lt;b&gt; & </script",
]
ROW = {
    "id": 4711,
    "accountNumber": "4711/1",
    "paid": "Y",
    "datePaid": "2026-01-14T09:30:00+03:00",
    "sum": 5,
    "currency": "EUR",
    "paySystemName": "Cash",
}


def assert_no_element(page: Page) -> None:
    """None of the elements and attributes that the markups would make."""
    assert not page.soup.select("svg, img, [onerror], [onload], [onfocus], [autofocus]")


def assert_plain(page: Page, markup: str) -> None:
    """The text can be read as it was written, and the page has no element or attribute of it."""
    assert " ".join(markup.split()) in page.text
    assert_no_element(page)
    allowed = {
        source.removeprefix("'nonce-").removesuffix("'") for source in policy(page)["script-src"]
    }
    for script in page.soup.select("script"):
        assert script.get("nonce") in allowed
        assert not script.get_text(strip=True)
        assert "evil" not in str(script.get("src"))


def test_a_deals_title(portal: PortalWithApp) -> None:
    for markup in MARKUPS:
        portal.standin.change_deal(portal.name, portal.deal("fresh"), title=markup)
        tab = portal.open_tab()
        assert_plain(tab, markup)
        assert_plain(portal.app.press_add(tab, wants_page=True), markup)


def test_a_deals_title_and_its_clients_name_among_the_debts(portal: PortalWithApp) -> None:
    deal = add_deal(portal)
    for markup in MARKUPS:
        portal.standin.change_deal(portal.name, deal, title=markup)
        assert_plain(own_deals(portal), markup)
        portal.standin.change_deal(portal.name, deal, title="A deal")
        portal.standin.change_client(portal.name, (4, OWN_COMPANY), last_name=markup)
        assert_plain(own_deals(portal), markup)
        portal.standin.change_client(portal.name, (4, OWN_COMPANY), last_name="")


@pytest.mark.parametrize("name", ["accountNumber", "paySystemName"])
def test_a_payments_words(portal: PortalWithApp, name: str) -> None:
    for markup in MARKUPS:
        rows: list[dict[str, Any]] = [{**ROW, name: markup}]
        portal.standin.add_fault(portal.name, "crm.item.payment.list", "answer", result=rows)
        tab = portal.open_tab()
        assert len(tab.soup.select("#list tbody tr")) == 1
        assert_plain(tab, markup)


def test_a_payments_currency(portal: PortalWithApp) -> None:
    for currency in ("<b>", '"><', "&am"):
        rows = [{**ROW, "currency": currency}]
        portal.standin.add_fault(portal.name, "crm.item.payment.list", "answer", result=rows)
        tab = portal.open_tab()
        assert tab.status == 200
        assert tab.soup.select("#list b") == []
        assert "4711/1" in tab.text


def test_a_new_payments_number(portal: PortalWithApp) -> None:
    for number, markup in enumerate(MARKUPS, start=4712):
        tab = portal.open_tab()
        rows = [{**ROW, "id": number, "accountNumber": markup}]
        portal.standin.add_fault(portal.name, "crm.item.payment.add", "answer", result=number)
        portal.standin.add_fault(portal.name, "crm.item.payment.list", "answer", result=rows)
        page = portal.app.press_add(tab)
        assert page.status_text.startswith("Payment ")
        assert_plain(page, markup)


@pytest.mark.parametrize("is_page", [False, True], ids=["fragment", "page"])
def test_a_refusals_words_and_code(portal: PortalWithApp, is_page: bool) -> None:
    def refuse(**words: Any) -> Page:
        tab = portal.open_tab()
        portal.standin.add_fault(portal.name, "crm.item.payment.add", "refuse", **words)
        return portal.app.press_add(tab, wants_page=is_page)

    for markup in MARKUPS:
        assert_plain(refuse(code="0", text=markup), markup)
        page = refuse(code=markup, text="No.")
        assert "No." in page.text
        assert_no_element(page)


def test_the_words_of_a_card_that_cannot_be_read(portal: PortalWithApp) -> None:
    for markup in MARKUPS:
        portal.standin.add_fault(
            portal.name, "crm.item.get", "refuse", code="0", text=markup, status=400
        )
        tab = portal.open_tab()
        assert tab.alert_text
        assert_no_element(tab)


def test_what_a_browser_posts(portal: PortalWithApp) -> None:
    launch = launch_of(portal)
    for markup in MARKUPS:
        lies: list[tuple[dict[str, str], dict[str, str]]] = [
            ({"DOMAIN": markup}, {}),
            ({"LANG": markup, "APP_SID": markup, "PROTOCOL": markup}, {}),
            *(({}, {name: markup}) for name in [*launch["fields"], "extra"]),
        ]
        for query, fields in lies:
            page = post(portal, launch, query=query, **fields)
            assert page.status in {200, 400, 403}
            assert markup not in page.body
            assert_no_element(page)


def test_an_installers_refusal(app: App) -> None:
    portal = new_portal(app)
    for markup in MARKUPS:
        portal.standin.add_fault(portal.name, "placement.bind", "refuse", code=markup)
    page = portal.open_installer()
    assert page.status == 200
    assert_no_element(page)


def test_a_persons_name(portal: PortalWithApp) -> None:
    names = {portal.about["users"]["sales"]: {"name": MARKUPS[1]}}
    portal.standin.change_portal(portal.name, users=names)
    for page in (portal.open_tab(), post(portal, launch_of(portal, placement="DEFAULT"))):
        assert page.status == 200
        assert_no_element(page)
