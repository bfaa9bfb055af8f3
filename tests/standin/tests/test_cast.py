"""The cast of every portal: who stands where, and the deals that show what billing mixes up."""

from __future__ import annotations

import pytest

from tests.standin.portal import StandInPortal
from tests.standin.tests.worked.cases import INVOICE, cast


def test_ids_of_the_cast(portal: StandInPortal) -> None:
    names = list(portal.about["deals"])
    assert names[:3] == ["fresh", "empty", "fractional"]
    assert list(portal.about["deals"].values()) == list(range(101, 101 + len(names)))
    assert portal.about["invoices"] == {"invoice": 101, "edited_invoice": 9001}
    assert portal.about["users"] == {
        "admin": 1,
        "crm_admin": 6,
        "sales": 7,
        "reader": 8,
        "guest": 9,
    }
    assert [row["id"] for row in portal.list_rows()] == [301, 302]


@pytest.mark.parametrize(
    ("nickname", "calls", "sums", "offer"),
    [
        ("freeform", "P1 r1×3 → i1; P1 r2×4 → null", "P1 300", "r2×4"),
        ("twins", "P1 r1×1 → i1; P1 r2×1 → null", "P1 50", "r2×1"),
        ("tax_on_top", "P1 r1×2 → i1", "P1 200", "[]"),
        ("mixed_tax", "P1 r1×2 → i1; P1 r2×1 → i2", "P1 300", "[]"),
        ("discount", "P1 r1×1 → i1", "P1 90", "[]"),
        ("deleted_product", "P1 r1×3 → i1; P1 r2×4 → null", "P1 300", "r2×4"),
        ("edited", "P2 r1×2 → i2", "P1 300, P2 240", "[]"),
        ("reserved", "P1 r2×4 → i1; P1 r1×3 → i2", "P1 310", "[]"),
        ("billed", "P3 r1×1 → i3", "P1 500, P2 500, P3 500", "[]"),
    ],
)
def test_deals_of_the_cast(
    portal: StandInPortal, nickname: str, calls: str, sums: str, offer: str
) -> None:
    case = cast(portal, nickname)
    case.play(calls)
    assert (case.sums(), case.offer()) == (sums, offer)


def test_deals_changed_after_billing(portal: StandInPortal) -> None:
    edited = cast(portal, "edited")
    assert (edited.sums(), edited.held(), edited.offer()) == ("P1 300", "i1:B1×3", "r1×2")
    reserved = cast(portal, "reserved")
    assert (reserved.payments, reserved.offer()) == ([], "r1×3 r2×4")
    assert reserved.basket() == "B1 Beam 3×100, B2 Hinge 4×2.5"
    invoice = cast(portal, "edited_invoice", type_id=INVOICE)
    assert (invoice.sums(), invoice.offer()) == ("P1 400", "r1×6")
