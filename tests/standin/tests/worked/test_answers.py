"""Worked cases: single answers, of the catalogue, of fractions, and of the payment page."""

from __future__ import annotations

import pytest

from tests.standin.portal import StandInPortal
from tests.standin.tests.worked.cases import PRODUCT, Case

LINK = "salescenter.payment.getPublicUrl"


@pytest.mark.parametrize("price", [-5, -1])
def test_a_negative_price_is_refused_without_a_reason(portal: StandInPortal, price: int) -> None:
    case = Case(portal).open(f"Discount 71 {price}x1")
    case.play("add P1; P1 r1×1 → refused")
    answer = case.call(f"{PRODUCT}.add", paymentId=case.payments[0], rowId=case.rows[0], quantity=1)
    body = {"error": "0", "error_description": ""}
    assert (answer.status, answer.json()) == (400, body)
    assert (case.sums(), case.held(), case.basket()) == ("P1 0", "", "")


def test_half_a_unit_below_nothing_passes(portal: StandInPortal) -> None:
    case = Case(portal).open("Rounding 71 -0.5x1")
    case.play("P1 r1×1 → i1")
    assert case.sums() == "P1 -0.5"


def test_strict_stock(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 71 100x2, Lamp 72 10x1")
    portal.standin.change_product(portal.name, 71, strict_stock=0)
    case.play("add P1; P1 r1×1 → refused; P1 r2×1 → i1")
    portal.standin.change_product(portal.name, 71, strict_stock=2)
    case.play("P1 r1×1 → i2")
    assert case.sums() == "P1 110"


def test_a_fraction_stays_on_offer(portal: StandInPortal) -> None:
    case = Case(portal).open("Cable 71 10x2.5")
    case.play("P1 r1×2 → i1")
    assert (case.sums(), case.offer()) == ("P1 20", "r1×0.5")
    case.play("P2 r1×1 → INS")


def test_a_product_deleted_from_the_catalogue_is_free_form(portal: StandInPortal) -> None:
    case = Case(portal).open("Beam 55 100x3, Hinge 0 2.5x4")
    portal.standin.change_product(portal.name, 55, is_deleted=True)
    case.play("P1 r1×3 → i1; P1 r2×4 → null; P1 r1×3 → NF")
    assert (case.sums(), case.offer()) == ("P1 300", "r2×4")


def test_an_invoice_type_without_products(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, invoice_products=False)
    case = Case(portal, type_id=31).open("Desk 71 100x2")
    text = "Entity does not support links with catalog products"
    case.play(f"add P1 → id; P1 r1×1 → {text}")


def test_a_fresh_portal_makes_its_payment_page(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, payment_page="no_site", site_seconds=0)
    (payment,) = portal.standin.add_payments(portal.name, "fresh")
    first = portal.call(LINK, id=payment)
    assert (first.status, first.json()["error_description"]) == (400, "Public url is not available")
    assert portal.result(LINK, id=payment)["payment"]["url"]


def test_a_portal_that_is_not_verified(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, payment_page="unverified")
    (payment,) = portal.standin.add_payments(portal.name, "fresh")
    for _ in range(2):
        found = portal.result(LINK, id=payment)
        assert found == {"connectedSiteId": 3, "isPhoneConfirmed": False}
    portal.standin.switch(portal.name, payment_page="refused")
    for _ in range(2):
        assert portal.refusal(LINK, id=payment) == (400, "0")


def test_links_of_one_order_in_one_batch_are_one(portal: StandInPortal) -> None:
    first, second = portal.standin.add_payments(portal.name, "fresh", count=2)
    (other,) = portal.standin.add_payments(portal.name, "many")
    found = portal.batch([f"{LINK}?id={each}" for each in (first, second, other)]).json()
    urls = [each["payment"]["url"] for each in found["result"]["result"]]
    assert urls[0] == urls[1] != urls[2]
    alone = [portal.result(LINK, id=each)["payment"]["url"] for each in (first, second)]
    assert alone[0] == urls[0] != alone[1]
