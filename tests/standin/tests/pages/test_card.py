"""The card of a deal: who may change its products by hand, and what a save by hand does."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup, Tag

from tests.standin.client import Answer
from tests.standin.portal import StandInPortal
from tests.standin.tests.worked.cases import Case, cast

USERS = {"admin": 1, "sales": 7, "reader": 8}


def page_of(
    portal: StandInPortal, case: Case, user: str = "sales", query: str = ""
) -> BeautifulSoup:
    path = f"/crm/deal/details/{case.item_id}/{query}"
    headers = {"Cookie": f"standin_user={USERS[user]}"}
    answer = portal.standin.send(portal.host, path, method="GET", headers=headers)
    assert answer.status == 200
    return BeautifulSoup(answer.body, "html.parser")


def form_of(page: BeautifulSoup) -> dict[str, str]:
    """What the form of products would send as it stands."""
    form: dict[str, str] = {}
    for entry in page.select("form.rows input:not([type=checkbox])"):
        form[str(entry["name"])] = str(entry["value"])
    for choice in page.select("form.rows select"):
        chosen = choice.select_one("option[selected]")
        assert chosen is not None
        form[str(choice["name"])] = str(chosen["value"])
    return form


def send(
    portal: StandInPortal, case: Case, form: dict[str, str], user: str = "sales", query: str = ""
) -> Answer:
    path = f"/crm/deal/details/{case.item_id}/rows/{query}"
    headers = {"Cookie": f"standin_user={USERS[user]}"}
    return portal.standin.send(portal.host, path, form=form, headers=headers)


def text_of(found: Tag | None) -> str:
    return "" if found is None else found.get_text(" ", strip=True)


def test_products_are_changed_added_and_removed_by_hand(portal: StandInPortal) -> None:
    case = cast(portal, "mixed_tax")
    case.play("P1 r1×2 → i1; P1 r2×1 → i2")
    form = form_of(page_of(portal, case))
    desk, lamp = case.rows
    assert (form[f"price-{desk}"], form[f"tax-{desk}"]) == ("100", "20 N")
    assert (form[f"price-{lamp}"], form[f"tax-{lamp}"]) == ("120", "20 Y")
    form |= {f"price-{desk}": "150", f"quantity-{desk}": "4", f"remove-{lamp}": "on"}
    form |= {"name-new": "Fee", "price-new": "12", "product-new": "0", "tax-new": "20 Y"}
    saved = send(portal, case, form)
    assert (saved.status, saved.headers["location"].partition("?")[2]) == (303, "rows=saved")
    rows = portal.standin.deal(portal.name, case.item_id)["rows"]
    assert [(each["name"], each["price"], each["price_exclusive"]) for each in rows] == [
        ("Desk", 180, 150),
        ("Fee", 12, 10),
    ]
    assert case.basket() == "B1 Desk 4×150, B2 Fee 1×12"
    assert (case.sums(), case.held()) == ("P1 300", "i1:B1×2")
    page = page_of(portal, case, query="?rows=saved")
    assert "The order behind it follows" in text_of(page.select_one("[role=status]"))
    assert "Desk × 2 at 150.00" in text_of(page.select_one("#payments"))


def test_a_form_sent_as_it_stands_keeps_every_price(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 71 99.99x3 7% N net 93.44859813, Lamp 0 0.1x2.5")
    before = portal.standin.deal(portal.name, case.item_id)
    send(portal, case, form_of(page_of(portal, case)))
    assert portal.standin.deal(portal.name, case.item_id) == before


def test_who_may_change_products_by_hand(portal: StandInPortal) -> None:
    case = cast(portal, "fresh")
    page = page_of(portal, case, "reader")
    assert not page.select("form.rows")
    assert "Coffee" in text_of(page.select_one("#panel-general table"))
    assert send(portal, case, {}, "reader").status == 403
    assert not page_of(portal, cast(portal, "readonly_stage")).select("form.rows")
    assert page_of(portal, cast(portal, "readonly_stage"), "admin").select("form.rows")


@pytest.mark.parametrize(
    ("price", "stock", "word", "text"),
    [("much", None, "number", "no number"), ("5", 1, "stock", "strict stock")],
)
def test_what_cannot_be_saved_is_said(
    portal: StandInPortal, price: str, stock: int | None, word: str, text: str
) -> None:
    case = Case(portal).open("Desk 71 100x1")
    case.play("P1 r1×1")
    portal.standin.change_product(portal.name, 71, strict_stock=stock)
    form = form_of(page_of(portal, case))
    form |= {f"price-{case.rows[0]}": price, f"quantity-{case.rows[0]}": "2"}
    assert send(portal, case, form).headers["location"].endswith(f"?rows={word}")
    page = page_of(portal, case, query=f"?rows={word}")
    assert text in text_of(page.select_one("[role=alert]"))
    assert case.basket() == "B1 Desk 1×100"


def test_a_card_in_a_slider_stays_there(portal: StandInPortal) -> None:
    case = cast(portal, "fresh")
    page = page_of(portal, case, query="?IFRAME=Y")
    (form,) = page.select("form.rows")
    assert str(form["action"]).endswith("/rows/?IFRAME=Y")
    saved = send(portal, case, form_of(page), query="?IFRAME=Y")
    assert saved.headers["location"].endswith("?IFRAME=Y&rows=saved")


def test_receive_payment_may_drop_rows_that_were_not_billed(portal: StandInPortal) -> None:
    case = Case(portal).open("A 71 100x1, B 72 50x2, C 73 10x1")
    case.play("P1 r1×1")
    rows = [{"row": case.rows[1], "quantity": 1}]
    portal.standin.add_payments(portal.name, case.item_id, rows=rows, rewrites_rows=True)
    left = portal.standin.deal(portal.name, case.item_id)["rows"]
    assert [(each["id"], each["quantity"]) for each in left] == [
        (case.rows[0], 1),
        (case.rows[1], 2),
    ]
    assert all(each["xml_id"].startswith("sale_basket_") for each in left)
