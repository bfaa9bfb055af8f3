"""Rows saved by REST and by the control API: shapes, rights, refusals, and what follows."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.client import ControlRefused
from tests.standin.portal import StandInPortal
from tests.standin.tests.worked.cases import INVOICE, Case

ROW = "crm.item.productrow"
KEYS = [
    "id",
    "ownerId",
    "ownerType",
    "productId",
    "productName",
    "price",
    "priceAccount",
    "priceExclusive",
    "priceNetto",
    "priceBrutto",
    "quantity",
    "discountTypeId",
    "discountRate",
    "discountSum",
    "taxRate",
    "taxIncluded",
    "customized",
    "measureCode",
    "measureName",
    "sort",
    "xmlId",
    "type",
    "storeId",
]


def billed(portal: StandInPortal, **options: Any) -> Case:
    """A deal with both its rows in one payment of 150."""
    case = Case(portal, **options).open("A 71 100x1, B 72 50x1")
    case.play("P1 r1×1; P1 r2×1")
    return case


def test_a_row_is_added_and_the_order_follows(portal: StandInPortal) -> None:
    case = billed(portal)
    fields = {"ownerId": case.item_id, "ownerType": "D", "productName": "Fee", "price": 30}
    added = case.call(f"{ROW}.add", fields=fields).json()["result"]["productRow"]
    assert list(added) == KEYS
    assert (added["productId"], added["quantity"], added["sort"]) == (0, 1, 30)
    assert case.basket() == "B1 A 1×100, B2 B 1×50, B3 Fee 1×30"
    assert added["xmlId"] == f"sale_basket_{case.baskets[2]}"
    item = portal.result("crm.item.get", entityTypeId=2, id=case.item_id)["item"]
    assert item["opportunity"] == 180


def test_a_row_is_changed_and_the_order_follows(portal: StandInPortal) -> None:
    case = billed(portal)
    fields = {"price": "60.5", "quantity": 4, "priceExclusive": 1}
    changed = case.call(f"{ROW}.update", id=case.rows[1], fields=fields).json()["result"]
    assert (changed["productRow"]["price"], changed["productRow"]["priceExclusive"]) == (60.5, 60.5)
    assert case.basket() == "B1 A 1×100, B2 B 4×60.5"
    assert (case.sums(), case.offer()) == ("P1 150", "r2×3")


@pytest.mark.parametrize("follows", [True, False])
def test_an_update_that_changes_nothing(portal: StandInPortal, follows: bool) -> None:
    portal.standin.switch(portal.name, noop_saves_synchronise=follows)
    case = Case(portal).open("Beam 0 100x3, Hinge 0 2.5x4")
    case.play("P1 r1×3")
    case.call(f"{ROW}.update", id=case.rows[0], fields={"price": 100})
    assert case.basket() == ("B1 Beam 3×100, B2 Hinge 4×2.5" if follows else "B1 Beam 3×100")


def test_a_row_is_deleted_with_its_parts(portal: StandInPortal) -> None:
    case = billed(portal)
    answer = case.call(f"{ROW}.delete", id=case.rows[1])
    assert (answer.status, answer.json()["result"]) == (200, None)
    assert (case.sums(), case.held()) == ("P1 150", "i1:B1×1")


def test_the_set_is_replaced(portal: StandInPortal) -> None:
    case = billed(portal)
    rows = [{"id": case.rows[0], "price": 100}, {"productId": 77, "price": 5, "quantity": 2}]
    params = {"ownerType": "D", "ownerId": case.item_id, "productRows": rows}
    saved = case.call(f"{ROW}.set", **params).json()["result"]["productRows"]
    assert [(each["productId"], each["price"]) for each in saved] == [(71, 100), (77, 5)]
    assert saved[0]["id"] == case.rows[0]
    assert saved[1]["id"] not in case.rows
    assert case.held() == "i1:B1×1"
    emptied = case.call(f"{ROW}.set", **{**params, "productRows": []}).json()["result"]
    assert emptied == {"productRows": []}
    assert (case.sums(), case.held(), case.basket()) == ("P1 150", "", "")


def test_the_classic_way(portal: StandInPortal) -> None:
    case = billed(portal)
    rows = [
        {"ID": case.rows[0], "PRODUCT_ID": 71, "PRICE": "120", "QUANTITY": "5"},
        {"PRODUCT_NAME": "Fee", "PRICE": 12, "TAX_RATE": 20, "TAX_INCLUDED": "Y"},
    ]
    assert case.call("crm.deal.productrows.set", id=case.item_id, rows=rows).json()["result"]
    assert case.basket() == "B1 A 5×120, B2 Fee 1×12"
    case.rows.append(portal.standin.deal(portal.name, case.item_id)["rows"][1]["id"])
    assert (case.sums(), case.offer()) == ("P1 150", "r1×4 r3×1")
    for user, params in (("sales", {"id": 0}), ("reader", {"id": case.item_id, "rows": []})):
        assert portal.refusal("crm.deal.productrows.set", user, **params) == (400, "")


@pytest.mark.parametrize("mode", ["deals", "orders"])
def test_behind_an_invoice_nothing_follows(portal: StandInPortal, mode: str) -> None:
    portal.standin.switch(portal.name, mode=mode, orders_for_sales="edit")
    case = billed(portal, type_id=INVOICE)
    params = {"ownerType": "SI", "ownerId": case.item_id, "productRows": []}
    assert case.call(f"{ROW}.set", **params).json()["result"] == {"productRows": []}
    assert (case.sums(), case.held()) == ("P1 150", "i1:B1×1 i2:B2×1")


def test_what_saving_refuses(portal: StandInPortal) -> None:
    case = billed(portal)
    row, owner = case.rows[0], {"ownerId": case.item_id, "ownerType": "D"}
    portal.standin.change_product(portal.name, 55, is_deleted=True)
    for method, params, code in (
        ("add", {}, "100"),
        ("add", {"fields": {**owner, "ownerType": "?"}}, "ENTITY_TYPE_NOT_SUPPORTED"),
        ("add", {"fields": {**owner, "ownerId": 999_999}}, "OWNER_NOT_FOUND"),
        ("add", {"fields": {**owner, "productId": 55}}, "INVALID_ARG_VALUE"),
        ("update", {"id": row}, "100"),
        ("update", {"id": 999_999, "fields": {"price": 1}}, "NOT_FOUND"),
        ("update", {"id": row, "fields": {"xmlId": "mine"}}, "INVALID_ARG_VALUE"),
        ("delete", {"id": 999_999}, "NOT_FOUND"),
        ("set", owner, "100"),
    ):
        assert portal.refusal(f"{ROW}.{method}", **params) == (400, code), (method, params)
    for method, params in (
        ("add", {"fields": owner}),
        ("update", {"id": row, "fields": {"price": 1}}),
        ("delete", {"id": row}),
        ("set", {**owner, "productRows": []}),
    ):
        assert portal.refusal(f"{ROW}.{method}", "reader", **params) == (400, "ACCESS_DENIED")
    assert portal.result(f"{ROW}.update", id=row, fields={}) is None
    assert portal.result(f"{ROW}.get", "reader", id=row)["productRow"]["price"] == 100


def test_strict_stock_refuses_a_save_beforehand(portal: StandInPortal) -> None:
    case = billed(portal)
    portal.standin.change_product(portal.name, 71, strict_stock=2)
    assert case.words(case.call(f"{ROW}.update", id=case.rows[0], fields={"quantity": 3})) == "INS"
    with pytest.raises(ControlRefused, match="strict stock"):
        case.save("r1=100x3, r2")
    assert case.basket() == "B1 A 1×100, B2 B 1×50"
    case.save("r1=100x2, r2")
    assert case.basket() == "B1 A 2×100, B2 B 1×50"


def test_rows_of_the_control_api(portal: StandInPortal) -> None:
    rows = [{"name": "Desk", "price": 120, "tax_rate": 20, "quantity": 2}, {"price": 5}]
    made = portal.standin.add_deal(portal.name, rows=rows)
    shown = portal.standin.deal(portal.name, made["id"])
    desk, other = shown["rows"]
    assert (desk["price_exclusive"], desk["tax_included"]) == (100, False)
    assert desk["product_id"] != other["product_id"]
    lines = [{"id": desk["id"], "price": 60}, {"name": "Fee", "price": 7, "product_id": 0}]
    saved = portal.standin.save_rows(portal.name, made["id"], lines)
    assert [(row["name"], row["price"], row["quantity"]) for row in saved] == [
        ("Desk", 60, 2),
        ("Fee", 7, 1),
    ]
    assert saved[0]["price_exclusive"] == 50
    assert portal.standin.deal(portal.name, made["id"])["opportunity"] == 127


def test_parts_name_their_rows_in_the_portals_state(portal: StandInPortal) -> None:
    case = billed(portal)
    (payment,) = [each for each in portal.state()["payments"] if each["id"] == case.payments[0]]
    parts = [(each["row_id"], each["quantity"]) for each in payment["parts"]]
    assert parts == [(case.rows[0], 1), (case.rows[1], 1)]
    (order,) = case.orders()
    assert [each["id"] for each in order["basket"]] == [p["basket_id"] for p in payment["parts"]]
