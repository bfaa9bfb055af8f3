"""What is in payments: which row a part is of, and what nobody knows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from b24app.rest.errors import UnreadableAnswer
from payments.billing.contents import Contents, contents_from
from payments.gateway.products import read_parts, read_products
from payments.types import Part
from tests.support.answers.items import numbers, products_of

pytestmark = pytest.mark.pure

ROW: dict[str, Any] = {
    "id": 1,
    "productId": 71,
    "productName": "Desk",
    "price": 120,
    "priceExclusive": 100,
    "quantity": 2,
    "taxRate": 20,
    "taxIncluded": "N",
    "xmlId": "sale_basket_501",
}


def part(number: int, payment: int, quantity: str, row: int | None, basket: int | None) -> Part:
    return Part(number, payment, Decimal(quantity), row, basket)


@pytest.mark.parametrize(
    ("row", "basket", "ledger", "found"),
    [
        (None, None, {}, None),
        (None, 9, {}, None),
        (None, 9, {201: 3}, 3),
        (2, 9, {}, 2),
        (2, 9, {201: 3}, 3),
        (None, 502, {}, 2),
        (None, 502, {201: 1}, 1),
        (1, 502, {}, 1),
    ],
)
def test_a_row_is_found_by_the_ledger_then_by_the_portal_then_by_its_own_basket_item(
    row: int | None, basket: int | None, ledger: dict[int, int], found: int | None
) -> None:
    products = products_of("Beam 0 100x3, Hinge 0 2.5x4", own="r1 r2")
    read = {7: (part(201, 7, "1", row, basket),)}
    assert [each.row_id for each in contents_from(read, [7], products, ledger).parts] == [found]


def test_contents_are_complete_when_every_payment_was_read() -> None:
    read = {7: (part(201, 7, "2", 1, 9),), 8: ()}
    products = products_of("Beam 0 100x3")
    assert contents_from(read, [7, 8], products, {}).is_complete
    assert not contents_from(read, [7, 8, 9], products, {}).is_complete
    assert contents_from(read, [], products, {}) == Contents()
    assert contents_from(read, [8], products, {}).total() == 0


def test_quantities_are_counted_by_row_by_payment_and_where_nobody_knows() -> None:
    parts = (part(201, 7, "2", 1, 9), part(202, 8, "1", 1, 9), part(203, 8, "4", None, 10))
    contents = Contents(parts)
    assert numbers(contents.of_row(1), contents.of_row(2)) == (3, 0)
    assert numbers(contents.unknown(), contents.total()) == (4, 7)
    assert [each.id for each in contents.of_payment(8)] == [202, 203]


def test_a_product_is_read_as_documented() -> None:
    (product,) = read_products({"productRows": [ROW]})
    assert numbers(product.unit, product.price, product.basket_id) == (100, 120, 501)
    assert product.has_tax_on_top
    (product,) = read_products({"productRows": [{**ROW, "taxIncluded": "Y", "xmlId": ""}]})
    assert numbers(product.unit, product.basket_id) == (120, None)
    assert not product.has_tax_on_top


@pytest.mark.parametrize("mark", [None, "", "sale_basket_", "sale_basket_0", "xsale_basket_7", 7])
def test_another_mark_is_no_basket_item(mark: Any) -> None:
    (product,) = read_products({"productRows": [{**ROW, "xmlId": mark}]})
    assert product.basket_id is None


def test_numbers_that_are_null_are_none_at_all() -> None:
    nulls = dict.fromkeys(("price", "priceExclusive", "taxRate", "quantity", "sort", "productId"))
    bare, plain = read_products({"productRows": [{**ROW, **nulls}, ROW]})
    assert numbers(bare.unit, bare.price, bare.quantity, bare.product_id) == (0, 0, 0, 0)
    assert plain.unit == 100


@pytest.mark.parametrize("quantity", [0.1, 0.10000000000000009, "0.1000"])
def test_a_quantity_has_the_places_that_bitrix24_keeps(quantity: Any) -> None:
    (product,) = read_products({"productRows": [{**ROW, "quantity": quantity}]})
    assert product.quantity == Decimal("0.1")


def test_a_list_with_gaps_comes_as_a_map() -> None:
    item = {"id": 5, "paymentId": 7, "quantity": 2, "entityId": 9}
    parts = read_parts({"1": {**item, "id": 6}, "4": item})
    assert [each.id for each in parts] == [5, 6]
    assert len(read_products({"productRows": {"0": ROW, "2": {**ROW, "id": 3}}})) == 2
    assert read_parts([]) == read_parts({}) == ()


@pytest.mark.parametrize(
    "result",
    [None, "", 0, [[]], ["x"], {"a": "b"}, [{"id": 5, "paymentId": 7}], {"error": "0"}]
    + [
        [{"id": 5, "paymentId": 7, "quantity": quantity, "entityId": 9}]
        for quantity in (None, "x", "NaN")
    ],
    ids=repr,
)
def test_parts_of_another_form_are_unreadable(result: Any) -> None:
    with pytest.raises(UnreadableAnswer):
        read_parts(result)
