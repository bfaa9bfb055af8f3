"""Worked cases through the app: rows changed after billing, twins merged, orders, currencies."""

from __future__ import annotations

import pytest

from tests.standin.tests.worked.cases import DEAL, INVOICE
from tests.support.people.billing import Billing, bill, notes
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp

pytestmark = [pytest.mark.both_portals, pytest.mark.words]

CHANGED = "The products were changed after billing."
FREE = "Beam 0 100x3, Hinge 0 2.5x4"


def billed(
    portal: PortalWithApp, rows: str, wish: str, then: str, *, type_id: int = DEAL
) -> Billing:
    """An item billed through the app once, whose rows are saved otherwise afterwards."""
    item = bill(portal, rows, type_id=type_id)
    item.create(wish)
    item.case.save(then)
    return item


def test_merged_twins_are_seen_and_nothing_more_is_offered(portal: PortalWithApp) -> None:
    beam = bill(portal, FREE)
    beam.create("r1×3")
    beam.case.payments = [beam.case.listed()[0]["id"]]
    beam.case.play("add P2; P2 r2×4")
    assert beam.case.offer() == "r1×3 r2×4"
    tab = beam.tab()
    assert beam.offer(tab) == "[]"
    assert "mixed up products in the payments" in tab.text
    assert "What is in the payments" in tab.text
    assert beam.sums == [300, 10]


@pytest.mark.parametrize(
    ("rows", "wish", "then", "offer", "sums"),
    [
        ("Desk 77 100x3", "r1×3", "r1=120x5", "r1×2", [300]),
        ("Desk 77 100x3", "r1×3", "r1=100x1", "[]", [300]),
        ("Desk 71 100x1, Lamp 72 50x1", "r1×1 r2×1", "r1", "[]", [150]),
        ("Beam 0 100x3", "r1×3", "r1, Hinge 0 2.5x4", "[]", [300]),
        (FREE, "r1×3", "r2", "[]", [300]),
    ],
)
def test_an_edited_deal_is_offered_no_more_than_is_free(
    portal: PortalWithApp, rows: str, wish: str, then: str, offer: str, sums: list[float]
) -> None:
    deal = billed(portal, rows, wish, then)
    tab = deal.tab()
    assert deal.offer(tab) == offer
    assert deal.sums == sums
    answers = deal.create_all()
    assert len(answers) == (0 if offer == "[]" else 1)


def test_of_a_deal_whose_price_rose_the_rest_is_billed_at_the_new_price(
    portal: PortalWithApp,
) -> None:
    deal = billed(portal, "Desk 77 100x3", "r1×3", "r1=120x5")
    tab = deal.tab()
    assert "no longer match" in notes(tab)
    deal.create(tab=tab)
    assert deal.sums == [300, 240]
    assert sum(deal.sums) <= deal.worth


def test_what_is_billed_beyond_an_edited_deal_is_told(portal: PortalWithApp) -> None:
    deal = billed(portal, "Desk 77 100x3", "r1×3", "r1=100x1")
    tab = deal.tab()
    assert "€200.00 more is billed than the products cost now." in tab.text
    assert CHANGED in tab.text


@pytest.mark.parametrize(
    ("count", "then", "portals", "ours", "final"),
    [
        (4, "r1=100x6", "r1×6", "r1×2", [400, 200]),
        (1, "r1=100x6", "r1×3", "r1×3", [100, 300, 200]),
        (4, "r1=100x2", "r1×2", "[]", [400]),
        (1, "r1=120x4", "r1×3", "r1×3", [100, 360]),
        (4, "nothing", "[]", "[]", [400]),
    ],
)
@pytest.mark.parametrize("kind", ["invoice", "deal in orders mode"])
def test_nothing_follows_the_rows_of_an_invoice_and_no_more_is_billed_than_they_are(
    portal: PortalWithApp,
    kind: str,
    count: int,
    then: str,
    portals: str,
    ours: str,
    final: list[float],
) -> None:
    if kind != "invoice":
        portal.standin.switch(portal.name, mode="orders", orders_for_sales="edit")
    type_id = INVOICE if kind == "invoice" else DEAL
    item = billed(portal, "Desk 77 100x4", f"r1×{count}", then, type_id=type_id)
    assert item.case.offer() == portals
    tab = item.tab()
    assert item.offer(tab) == ours
    if count == 4:
        assert CHANGED in tab.text
    item.create_all()
    assert item.sums == final


def test_two_orders_are_told_and_no_products_offered(portal: PortalWithApp) -> None:
    deal = bill(portal, "Desk 77 100x3")
    deal.create()
    portal.standin.open_order(portal.name, deal.case.item_id)
    tab = deal.tab()
    assert deal.offer(tab) == "[]"
    assert "several orders" in notes(tab)
    portal.app.press_add(tab)
    assert deal.sums == [300, 0]


def test_an_order_in_another_currency_is_told_before_the_click(portal: PortalWithApp) -> None:
    deal = bill(portal, "Desk 77 90x2", currency="USD")
    order = portal.standin.open_order(portal.name, deal.case.item_id, currency="EUR")
    assert order["currency"] == "EUR"
    first = deal.create("r1×1")
    assert "€90.00" in told(first)
    tab = deal.tab()
    assert "will be in EUR" in notes(tab)
    assert "€90.00" in tab.soup.select_one("#rows .portions").get_text()  # type: ignore[union-attr]
    page = deal.create(tab=tab)
    assert "€90.00 added" in page.status_text
    assert deal.sums == [90, 90]


def test_a_cancelled_order_keeps_its_sum_and_the_difference_is_told(
    portal: PortalWithApp,
) -> None:
    deal = bill(portal, "Desk 77 90x1")
    order = portal.standin.open_order(portal.name, deal.case.item_id)
    portal.standin.change_order(portal.name, order["id"], is_cancelled=True)
    page = deal.create()
    assert deal.sums == [0]
    assert "Bitrix24 billed €0.00 instead of €90.00" in page.alert_text
    assert " added." not in page.status_text


def test_a_refusal_without_a_reason_is_not_tried_again(portal: PortalWithApp) -> None:
    deal = bill(portal, "Desk 77 90x1, Lamp 72 40x1")
    portal.standin.change_product(portal.name, 77, strict_stock=0)
    page = deal.create()
    assert "Perhaps there is not enough stock" in page.text
    assert "Add the rest" not in page.text
    assert deal.sums == [40]


def test_a_discount_row_is_not_offered_and_said_to_be_none(portal: PortalWithApp) -> None:
    deal = bill(portal, "Desk 77 100x2, Rebate 72 -20x1")
    tab = deal.tab()
    assert deal.offer(tab) == "r1×2"
    assert "cannot bill negative prices" in notes(tab)


def test_a_price_that_changes_under_the_click_is_told_with_both_figures(
    portal: PortalWithApp,
) -> None:
    deal = bill(portal, "Desk 77 100x2")
    tab = deal.tab()
    deal.case.save("r1=130x2")
    page = deal.create(tab=tab)
    assert deal.sums == [260]
    assert "Bitrix24 billed €260.00 instead of €200.00" in page.alert_text
    assert "changed after this page was opened" in page.alert_text
