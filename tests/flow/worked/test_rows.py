"""Worked cases through the app: different products, free-form rows, twins of one product."""

from __future__ import annotations

import pytest

from tests.support.people.billing import bill, notes
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp

pytestmark = [pytest.mark.both_portals, pytest.mark.words]

DESK_AND_LAMP = "Desk 71 500x2, Lamp 72 40x3"
FREE = "Beam 0 100x3, Hinge 0 2.5x4"
TWINS = "Small 77 50x1, Large 77 60x1"
ADD_PRODUCT = "crm.item.payment.product.add"


def test_different_products_are_billed_in_parts_and_to_the_end(portal: PortalWithApp) -> None:
    desk = bill(portal, DESK_AND_LAMP)
    assert desk.offer() == desk.proposal() == "r1×2 r2×3"
    desk.create("r1×2 r2×1")
    assert desk.offer() == "r2×2"
    desk.create("r2×2")
    tab = desk.tab()
    assert desk.offer(tab) == "[]"
    assert "All products of this deal are already in payments." in notes(tab)
    assert desk.sums == [1040, 80]


def test_a_free_form_row_beside_a_product_is_no_twin(portal: PortalWithApp) -> None:
    desk = bill(portal, "Desk 71 500x1, Fee 0 30x1")
    desk.create_all()
    assert desk.sums == [530]


def test_of_two_free_form_rows_one_is_proposed_and_the_other_explained(
    portal: PortalWithApp,
) -> None:
    beam = bill(portal, FREE)
    tab = beam.tab()
    assert beam.proposal(tab) == "r1×3"
    assert "Either this or Hinge" in notes(tab)
    beam.create(tab=tab)
    assert beam.sums == [300]


def test_two_twins_in_one_payment_are_refused_before_anything_is_sent(
    portal: PortalWithApp,
) -> None:
    beam = bill(portal, FREE)
    tab = beam.tab()
    portal.standin.clear_calls(portal.name)
    page = beam.create("r1×3 r2×4", tab=tab)
    assert page.status == 400
    assert "cannot keep two of these products apart" in page.alert_text
    assert not portal.calls()
    assert beam.sums == []


@pytest.mark.parametrize(
    ("rows", "first", "sums"),
    [
        (FREE, "r1×3", [300]),
        (FREE, "r2×4", [10]),
        (FREE, "r2×1", [2.5]),
        ("Sand 0 100x2, Salt 0 50x2", "r2×1", [50]),
        ("Sand 0 100x1, Salt 0 50x1", "r2×1", [50]),
        (TWINS, "r1×1", [50]),
        (TWINS, "r2×1", [60]),
    ],
)
def test_after_one_twin_no_other_is_offered(
    portal: PortalWithApp, rows: str, first: str, sums: list[float]
) -> None:
    beam = bill(portal, rows)
    beam.create(first)
    tab = beam.tab()
    assert beam.offer(tab) == "[]"
    assert "one of them is billed already" in notes(tab)
    assert beam.sums == sums


def test_the_rest_of_the_same_twin_follows(portal: PortalWithApp) -> None:
    twins = bill(portal, "Small 77 50x3, Large 77 60x2")
    twins.create("r1×1")
    assert twins.offer() == "r1×2"
    twins.create("r1×2")
    assert twins.sums == [50, 100]
    assert twins.offer() == "[]"


@pytest.mark.parametrize(
    ("rows", "wish", "total"),
    [
        (FREE, "r1×3 r2×4", 310),
        (TWINS, "r1×1 r2×1", 110),
        ("Desk 71 500x2, " + FREE + ", Lamp 72 40x3", "r1×2 r2×3 r3×4 r4×3", 1430),
        ("Sand 0 100x1, Salt 0 50x1, Soil 0 7x1", "r1×1 r2×1 r3×1", 157),
    ],
)
def test_twins_are_billed_together_once_the_rows_are_saved(
    portal: PortalWithApp, rows: str, wish: str, total: float
) -> None:
    beam = bill(portal, rows)
    before = portal.standin.deal(portal.name, beam.case.item_id)["rows"]
    page = beam.save_and_create(wish)
    assert " added." in page.status_text, told(page)
    assert beam.sums == [total]
    assert beam.offer() == "[]"
    after = portal.standin.deal(portal.name, beam.case.item_id)["rows"]
    same = ("id", "name", "price", "quantity")
    assert [[row[k] for k in same] for row in after] == [[row[k] for k in same] for row in before]


def test_nothing_is_saved_when_not_all_rows_could_be_read(portal: PortalWithApp) -> None:
    """Of rows that are not all known nobody can say which is the last."""
    beam = bill(portal, FREE)
    tab = beam.tab()
    portal.standin.add_fault(
        portal.name, "crm.item.productrow.list", "refuse", times=None, code="ERROR_CORE"
    )
    page = beam.create("r1×3 r2×4", tab=tab, saves_rows="1")
    assert not [c for c in portal.calls() if "crm.item.productrow.update" in c["commands"]]
    assert "no product got in" in page.alert_text, told(page)
    assert "after the products were saved" not in page.text
    assert beam.sums == [0]


def test_where_saving_gives_no_basket_items_nothing_is_billed_and_the_tab_says_so(
    portal: PortalWithApp,
) -> None:
    portal.standin.switch(portal.name, mode="orders", orders_for_sales="edit")
    beam = bill(portal, FREE)
    page = beam.save_and_create("r1×3 r2×4")
    assert "no product got in" in page.alert_text
    assert page.text.count("still does not keep it apart") == 2
    assert "Add the rest" not in page.text
    assert beam.sums == [0]


def test_a_second_twin_that_a_portal_takes_for_a_known_part_is_never_tried_again(
    portal: PortalWithApp,
) -> None:
    """A row of a deleted product is a twin of the free-form rows, and nothing says so before."""
    lamp = bill(portal, "Lamp 72 40x1, Fee 0 30x1")
    portal.standin.change_product(portal.name, 72, is_deleted=True)
    page = lamp.create("r1×1 r2×1")
    assert "1 product did not get in" in page.alert_text
    assert "cannot keep it apart from another product" in page.text
    assert "Add the rest" not in page.text
    assert lamp.sums == [40]
    assert "Add the rest" not in lamp.tab().text


def test_rows_of_a_reservation_are_billed_together_from_the_last_to_the_first(
    portal: PortalWithApp,
) -> None:
    beam = bill(portal, FREE)
    portal.standin.open_order(portal.name, beam.case.item_id, reserve=True)
    tab = beam.tab()
    assert beam.proposal(tab) == "r1×3 r2×4"
    portal.standin.clear_calls(portal.name)
    page = beam.create(tab=tab)
    assert " added." in page.status_text, told(page)
    assert beam.sums == [310]
    put = [c for call in portal.calls() for c in call["commands"] if c == ADD_PRODUCT.lower()]
    assert len(put) == 2


def test_of_rows_of_a_reservation_the_first_one_alone_is_refused(portal: PortalWithApp) -> None:
    beam = bill(portal, FREE)
    portal.standin.open_order(portal.name, beam.case.item_id, reserve=True)
    page = beam.create("r1×3")
    assert "the last one has to be billed first" in page.alert_text
    assert beam.sums == []
    beam.create("r2×4")
    assert beam.offer() == "r1×3"
    beam.create("r1×3")
    assert beam.sums == [10, 300]
