"""Texts that a portal or a browser chose stay texts: no markup of theirs becomes markup of ours."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixtures import InstalledPortal
from tests.flow.newcomers import arrive
from tests.pages import Page
from tests.security.traces import launch_of, policy, post

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


def assert_plain(page: Page, markup: str) -> None:
    """The text can be read as it was written, and the page has no element or attribute of it."""
    assert " ".join(markup.split()) in page.text
    assert not page.soup.select("svg, img, title svg, [onerror], [onload], [onfocus], [autofocus]")
    allowed = {
        source.removeprefix("'nonce-").removesuffix("'") for source in policy(page)["script-src"]
    }
    for script in page.soup.select("script"):
        assert script.get("nonce") in allowed
        assert not script.get_text(strip=True)
        assert "evil" not in str(script.get("src"))


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_deals_title(portal: InstalledPortal, markup: str) -> None:
    portal.standin.change_deal(portal.name, portal.deal("fresh"), title=markup)
    tab = portal.open_tab()
    assert_plain(tab, markup)
    assert_plain(portal.app.press_add(tab, wants_page=True), markup)


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("name", ["accountNumber", "paySystemName"])
def test_a_payments_words(portal: InstalledPortal, name: str, markup: str) -> None:
    rows: list[dict[str, Any]] = [{**ROW, name: markup}]
    portal.standin.add_fault(portal.name, "crm.item.payment.list", "answer", result=rows)
    tab = portal.open_tab()
    assert len(tab.soup.select("#list tbody tr")) == 1
    assert_plain(tab, markup)


@pytest.mark.parametrize("currency", ["<b>", '"><', "&am"])
def test_a_payments_currency(portal: InstalledPortal, currency: str) -> None:
    rows = [{**ROW, "currency": currency}]
    portal.standin.add_fault(portal.name, "crm.item.payment.list", "answer", result=rows)
    tab = portal.open_tab()
    assert tab.status == 200
    assert tab.soup.select("#list b") == []
    assert "4711/1" in tab.text


@pytest.mark.parametrize("markup", MARKUPS)
def test_a_new_payments_number(portal: InstalledPortal, markup: str) -> None:
    tab = portal.open_tab()
    rows = [{**ROW, "id": 4712, "accountNumber": markup}]
    portal.standin.add_fault(portal.name, "crm.item.payment.add", "answer", result=4712)
    portal.standin.add_fault(portal.name, "crm.item.payment.list", "answer", result=rows)
    page = portal.app.press_add(tab)
    assert page.status_text.startswith("Payment ")
    assert_plain(page, markup)


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("is_page", [False, True], ids=["fragment", "page"])
def test_a_refusals_words_and_code(portal: InstalledPortal, markup: str, is_page: bool) -> None:
    tab = portal.open_tab()
    portal.standin.add_fault(
        portal.name, "crm.item.payment.add", "refuse", code="0", text=markup, status=400
    )
    assert_plain(portal.app.press_add(tab, wants_page=is_page), markup)
    portal.standin.add_fault(
        portal.name, "crm.item.payment.add", "refuse", code=markup, text="No.", status=400
    )
    page = portal.app.press_add(portal.open_tab(), wants_page=is_page)
    assert "No." in page.text
    assert not page.soup.select("svg, img, [onerror], [onload], [onfocus]")


@pytest.mark.parametrize("markup", MARKUPS)
def test_the_words_of_a_card_that_cannot_be_read(portal: InstalledPortal, markup: str) -> None:
    portal.standin.add_fault(
        portal.name, "crm.item.get", "refuse", code="0", text=markup, status=400
    )
    tab = portal.open_tab()
    assert tab.alert_text
    assert not tab.soup.select("svg, img, [onerror], [onload], [onfocus]")


@pytest.mark.parametrize("markup", MARKUPS)
def test_what_a_browser_posts(portal: InstalledPortal, markup: str) -> None:
    launch = launch_of(portal)
    lies: list[tuple[dict[str, str], dict[str, str]]] = [
        ({"DOMAIN": markup}, {}),
        ({"LANG": markup, "APP_SID": markup, "PROTOCOL": markup}, {}),
        *(({}, {name: markup}) for name in [*launch["fields"], "extra"]),
    ]
    for query, fields in lies:
        page = post(portal, launch, query=query, **fields)
        assert page.status in {200, 400, 403}
        assert markup not in page.body
        assert not page.soup.select("svg, img, [onerror], [onload], [onfocus]")


def test_an_installers_refusal(portal: InstalledPortal) -> None:
    newcomer = arrive(portal.app)
    for markup in MARKUPS:
        portal.standin.add_fault(newcomer.name, "placement.bind", "refuse", code=markup)
    page = newcomer.open_installer()
    assert page.status == 200
    assert not page.soup.select("svg, img, [onerror], [onload], [onfocus]")


def test_a_persons_name(portal: InstalledPortal) -> None:
    names = {portal.about["users"]["sales"]: {"name": MARKUPS[1]}}
    portal.standin.change_portal(portal.name, users=names)
    for page in (portal.open_tab(), post(portal, launch_of(portal, placement="DEFAULT"))):
        assert page.status == 200
        assert not page.soup.select("img, [onerror]")
