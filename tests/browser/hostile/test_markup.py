"""Texts of a portal that would run as script, in every place where the app shows one: none runs.

Many stand in one page. The visitor also fails the test when the browser reports a violation of the
page's policy, which is what would be left of a text that became markup.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from playwright.sync_api import Response, expect

from b24app.models import PortalUser
from payments.limits import CURRENCY_LENGTH
from payments.models import Attempt
from tests.support.browser.chromium import Visitor
from tests.support.pages.home_visits import note
from tests.support.people.browser_steps import create, open_form
from tests.support.people.main_page import open_home
from tests.support.portal import PortalWithApp
from tests.support.security.payloads import payloads
from tests.support.security.traces import launch_of
from tests.support.servers.foes import form_to
from tests.support.servers.sites import PAGE, Given, serve_sites

LIST, ADD, SYSTEMS = "crm.item.payment.list", "crm.item.payment.add", "sale.paysystem.list"
# What is left of one that was not escaped; a form without quotes stands in attributes.
_RAW = re.compile(r"<[^>]{0,99}ran\(", re.DOTALL)
ALL = payloads()
MANY = " ".join(ALL)
PAYMENTS: list[dict[str, Any]] = [
    {
        "id": 4711 + n,
        "accountNumber": text,
        "paid": "N",
        "datePaid": None,
        "sum": 0,
        "currency": text[:CURRENCY_LENGTH],
        "paySystemName": text,
    }
    for n, text in enumerate(ALL)
]


class Watched:
    """What ran in the browser, and what the app sent to it."""

    def __init__(self, browse: Visitor, app_origin: str) -> None:
        self.ran: list[int] = []
        self.bodies: list[str] = []
        self._origin = app_origin
        browse.context.expose_function("ran", lambda number: self.ran.append(number))
        browse.context.on("requestfinished", lambda request: self._keep(request.response()))

    def _keep(self, response: Response | None) -> None:
        is_page = response is not None and "text/html" in response.headers.get("content-type", "")
        if response is not None and is_page and response.url.startswith(self._origin):
            self.bodies.append(response.text())

    def assert_inert(self, *, shown: int) -> None:
        """At least so many of them stand in what the app sent, as texts."""
        sent = "\n".join(self.bodies)
        assert len(set(re.findall(r"ran\((\d+)\)", sent))) >= shown
        assert _RAW.search(sent) is None
        assert self.ran == []


@pytest.fixture
def watched(portal: PortalWithApp, browse: Visitor) -> Watched:
    return Watched(browse, portal.app.origin)


def test_most_of_them_run_where_they_are_let(browse: Visitor) -> None:
    """The control: the same texts in a page that writes them as they are, without a policy."""
    ran: set[int] = set()
    browse.context.expose_function("ran", lambda number: ran.add(number))
    browse.allow("")
    body = "".join(f"<p>{text}</p>" for text in ALL)
    with serve_sites(lambda _: Given(f"{PAGE}{body}")) as sites:
        browse.page.goto(sites.url("evil"))
        # The last of them, by what it asks for and does not get.
        browse.page.wait_for_load_state("networkidle")
    assert len(ran) > 100


def test_a_cards_texts(portal: PortalWithApp, browse: Visitor, watched: Watched) -> None:
    """Its title, products, ways to pay; numbers, currencies and systems of its payments."""
    name, deal = portal.name, portal.deal("fresh")
    portal.standin.change_deal(name, deal, title=MANY)
    rows = [
        {"name": text, "price": 1, "quantity": 1, "product_id": 5000 + n}
        for n, text in enumerate(ALL)
    ]
    portal.standin.save_rows(name, deal, rows)
    systems = [{"ID": n, "NAME": text} for n, text in enumerate(ALL, 1)]
    portal.standin.add_fault(name, SYSTEMS, "answer", result=systems, times=None)
    portal.standin.add_fault(name, LIST, "answer", result=PAYMENTS, times=None)
    tab = browse.open_card(portal)
    expect(tab.get_by_role("heading", level=1)).to_contain_text(ALL[0])
    watched.assert_inert(shown=len(ALL) - 1)
    open_form(tab)
    expect(tab.get_by_role("textbox")).to_have_count(len(ALL))
    expect(tab.get_by_role("option")).to_have_count(101)
    assert tab.locator("main").inner_text().count("ran(") > 3 * 50
    portal.standin.add_fault(name, ADD, "refuse", code="0", text=MANY)
    create(tab)
    expect(tab.get_by_role("alert")).to_contain_text("ran(0)")
    watched.assert_inert(shown=len(ALL) - 1)


def test_the_words_of_a_refusal(portal: PortalWithApp, browse: Visitor, watched: Watched) -> None:
    """Three hundred letters of them are kept: a few in each click."""
    tab = browse.open_card(portal, "empty")
    button = tab.get_by_role("button", name="Add payment")
    for n in range(0, 55, 5):
        text = " ".join(ALL[n : n + 5])
        portal.standin.add_fault(portal.name, ADD, "refuse", code=ALL[n], text=text)
        button.click()
        expect(tab.get_by_role("alert")).to_contain_text(f"ran({n})")
    watched.assert_inert(shown=50)


def test_the_journal(portal: PortalWithApp, browse: Visitor, watched: Watched) -> None:
    """The names of people; numbers, currencies, codes and words of their clicks."""
    for n, text in enumerate(ALL[:50]):
        person = {"name": text[:200], "seen_at": timezone.now()}
        PortalUser.objects.create(portal=portal.row, user_id=1000 + n, **person)
        note(
            portal,
            user_id=1000 + n,
            state=Attempt.State.REFUSED,
            number=ALL[50 + n][:100],
            amount=5,
            currency=text[:CURRENCY_LENGTH],
            error_kind="method_refused",
            error_code=text[:100],
            error_text=ALL[100 + n],
        )
    home = open_home(browse, portal, user="admin")
    expect(home.get_by_role("table").get_by_role("row")).to_have_count(51)
    watched.assert_inert(shown=100)


def test_what_a_launch_says(portal: PortalWithApp, browse: Visitor, watched: Watched) -> None:
    """Its language, its host and what else a browser posts: a page comes, or words."""
    launch = launch_of(portal)
    browse.allow("HTTP (400|403)|status of (400|403)")
    # A longer first line of a request is not read.
    told: list[tuple[str, dict[str, str]]]
    told = [(f"{launch['url']}&{urlencode({name: MANY[:999]})}", {}) for name in ("LANG", "DOMAIN")]
    told += [(launch["url"], {name: MANY}) for name in ("AUTH_ID", "PLACEMENT_OPTIONS")]
    for url, lies in told:
        browse.page.set_content(form_to(url, {**launch["fields"], **lies}))
        browse.page.wait_for_url(f"{portal.app.origin}/**")
        expect(browse.page.locator("main")).to_be_visible()
        browse.page.goto("about:blank")
    watched.assert_inert(shown=0)
