"""The file of debts: what the page has shown, each currency in a line, formulas as text."""

from __future__ import annotations

import csv
from io import StringIO

from tests.support.pages.owed import add_deal, ask_owed, bill, own_deals
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp


def rows(file: Page) -> list[list[str]]:
    assert file.headers["content-type"] == "text/csv; charset=utf-8", file.text
    assert file.body.startswith("\ufeff")
    return list(csv.reader(StringIO(file.body.removeprefix("\ufeff"), newline="")))


def test_the_file_has_what_the_page_has(portal: PortalWithApp) -> None:
    deal = add_deal(portal, 100, title="=HYPERLINK(1)", created_at="2026-03-12T10:00:00+00:00")
    bill(portal, deal, part=0.5)
    portal.standin.change_deal(portal.name, deal, currency="USD")
    page = own_deals(portal)
    [heads, dollars, euros] = rows(ask_owed(portal, page, "csv", seen=page.seen))
    assert heads[:4] == ["Deal", "Title", "Client", "Date"]
    assert heads[6:10] == ["Currency", "Open", "Paid", "Left"]
    assert dollars[:4] == [str(deal), "'=HYPERLINK(1)", "Sample Works", "2026-03-12"]
    assert dollars[4:10] == ["100", "'USD", "'USD", "0", "0", "100"] or dollars[4:10] == [
        "100",
        "USD",
        "USD",
        "0",
        "0",
        "100",
    ]
    assert euros[7:10] == ["50", "0", ""]
    assert "another currency" in euros[10]


def test_it_ends_where_the_page_ends(portal: PortalWithApp) -> None:
    for number in range(50):
        add_deal(portal, 1, title=f"Deal {number}")
    page = own_deals(portal)
    first = rows(ask_owed(portal, page, "csv", seen=page.seen))
    assert len(first) == 1 + 45
    more = ask_owed(portal, page, "more", seen=page.seen)
    whole = rows(ask_owed(portal, page, "csv", seen=more.seen))
    assert len(whole) == 1 + 50


def test_a_refusal_is_no_file(portal: PortalWithApp) -> None:
    add_deal(portal, 1)
    page = own_deals(portal)
    portal.standin.add_fault(portal.name, "crm.item.list", "refuse", code="ACCESS_DENIED")
    told = ask_owed(portal, page, "csv", seen=page.seen)
    assert told.status == 403
    assert "You do not have access" in told.text
    assert ask_owed(portal, page, "csv", seen=page.seen).status == 200
