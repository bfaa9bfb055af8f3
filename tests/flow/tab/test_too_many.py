"""More than is read: the newest payments are shown, the rest is said, and no money is made up."""

from __future__ import annotations

from typing import Any

import pytest

from payments.limits import MOST_PAYMENTS, MOST_ROWS
from tests.support.pages.page import Page
from tests.support.portal import PortalWithApp

CUT = "Only the newest 5,000 payments are shown and counted here."
UNTOLD = "There are too many products or payments to tell what is left to bill"
ROW = {"name": "Coffee", "price": 10, "quantity": 5}


def deal_of(portal: PortalWithApp, *, rows: int, payments: int) -> int:
    products = [{**ROW, "product_id": 71 + number} for number in range(rows)]
    deal = int(portal.standin.add_deal(portal.name, title="Many", rows=products)["id"])
    if payments:
        portal.standin.add_payments(portal.name, deal, user="admin", count=payments)
    return deal


def figures(tab: Page) -> dict[str, str]:
    """The line of figures by its names."""
    names, sums = tab.soup.select("#card dt"), tab.soup.select("#card dd")
    return dict(zip(*([each.get_text() for each in found] for found in (names, sums)), strict=True))


def newest_of(portal: PortalWithApp, deal: int) -> str:
    newest: dict[str, Any] = max(portal.payments_of(deal), key=lambda each: int(each["id"]))
    return str(newest["account_number"])


def test_of_more_payments_the_newest_are_shown_and_nothing_is_offered(
    portal: PortalWithApp,
) -> None:
    deal = deal_of(portal, rows=2, payments=MOST_PAYMENTS + 5)
    tab = portal.app.open_tab(portal.name, deal)
    assert CUT in tab.text
    assert "could not be read" not in tab.text
    assert "Show all 5000 payments" in tab.text
    assert figures(tab)["Left to bill"] == "–"
    assert UNTOLD in tab.text
    assert not tab.terms
    assert tab.payment_numbers[0] == newest_of(portal, deal)

    page = portal.app.press_add(tab)
    assert page.is_added
    assert len(portal.payments_of(deal)) == MOST_PAYMENTS + 6
    assert page.payment_numbers[0] == newest_of(portal, deal) != tab.payment_numbers[0]


def test_as_many_payments_as_are_read_are_whole(portal: PortalWithApp) -> None:
    tab = portal.app.open_tab(portal.name, deal_of(portal, rows=2, payments=MOST_PAYMENTS))
    assert CUT not in tab.text
    assert UNTOLD not in tab.text
    assert figures(tab)["Left to bill"] != "–"


@pytest.mark.parametrize("rows", [MOST_ROWS, MOST_ROWS + 1])
def test_of_more_products_none_is_offered(portal: PortalWithApp, rows: int) -> None:
    deal = deal_of(portal, rows=rows, payments=0)
    tab = portal.app.open_tab(portal.name, deal)
    is_whole = rows == MOST_ROWS
    assert bool(tab.terms) is is_whole
    assert (UNTOLD in tab.text) is not is_whole
    assert figures(tab)["Left to bill"] == ("€50,000.00" if is_whole else "€50,050.00")
    assert portal.app.press_add(tab).is_added
    assert len(portal.payments_of(deal)) == 1
