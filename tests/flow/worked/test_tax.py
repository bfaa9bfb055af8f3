"""Worked cases through the app: tax on top, tax in the price, both in one order."""

from __future__ import annotations

import pytest

from tests.support.people.billing import bill, notes, promise
from tests.support.portal import PortalWithApp

pytestmark = [pytest.mark.both_portals, pytest.mark.words]

ON_TOP = "Oak 71 120x2 20% N net 100"
WITHIN = "Oak 71 120x2 20% Y net 100"
MIXED = "Oak 71 120x2 20% N net 100, Elm 72 120x1 20% Y net 100"


@pytest.mark.parametrize(
    ("rows", "total"),
    [
        (ON_TOP, 200),
        (WITHIN, 240),
        ("Oak 71 108x1 20% N net 90 less 10", 90),
        ("Oak 71 108x1 20% Y net 90 less 10", 108),
        (MIXED, 320),
        ("Elm 72 120x1 20% Y net 100, Oak 71 120x2 20% N net 100", 320),
        ("Oak 71 12x1 20% N net 10, Elm 72 100x1 20% Y net 83.33333333", 110),
    ],
)
def test_the_form_promises_what_is_billed(portal: PortalWithApp, rows: str, total: float) -> None:
    oak = bill(portal, rows)
    assert promise(oak.tab()) == total
    oak.create_all()
    assert oak.sums == [total]
    assert sum(oak.sums) <= oak.worth


def test_tax_on_top_is_named_beside_the_price_and_after_all_is_billed(
    portal: PortalWithApp,
) -> None:
    oak = bill(portal, ON_TOP)
    assert "€100.00 without tax" in notes(oak.tab())
    page = oak.create()
    assert "€200.00 added" in page.status_text
    assert "What is left is the tax on top" in notes(oak.tab())


def test_an_order_that_began_without_tax_promises_and_bills_the_rest_without(
    portal: PortalWithApp,
) -> None:
    oak = bill(portal, MIXED)
    oak.create("r1×2")
    tab = oak.tab()
    assert "€100.00 without tax" in notes(tab)
    assert promise(tab) == 100
    oak.create(tab=tab)
    assert oak.sums == [200, 100]


def test_a_tax_flag_that_nobody_could_know_ends_in_both_figures(portal: PortalWithApp) -> None:
    """The order began without tax in a payment of somebody else's, whose row is not named."""
    oak = bill(portal, MIXED)
    oak.case.play("P1 r1×2 → i1")
    page = oak.create("r2×1")
    assert oak.sums == [200, 100]
    assert "Bitrix24 billed €100.00 instead of €120.00" in page.alert_text
    assert "kept without tax" in page.alert_text
    assert " added." not in page.status_text
