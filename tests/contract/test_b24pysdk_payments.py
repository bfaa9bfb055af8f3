"""The official Python SDK makes, fills, pays and deletes payments in the stand-in."""

from __future__ import annotations

import pytest
from b24pysdk.errors import BitrixAPIAccessDenied, BitrixAPIError

from tests.contract.conftest import sdk_client
from tests.standin.portal import StandInPortal

DEAL = 2


def test_a_payment_has_no_sum_until_a_product_is_added(sdk: StandInPortal) -> None:
    deal, item = sdk.deal("fresh"), sdk_client(sdk).crm.item
    coffee, filters = item.productrow.get_available_for_payment(deal, "D").result["productRows"]
    payment = item.payment.add(entity_type_id=DEAL, entity_id=deal).result
    (empty,) = item.payment.list(entity_type_id=DEAL, entity_id=deal).result
    assert (empty["id"], empty["sum"], empty["paid"]) == (payment, 0, "N")

    part = item.payment.product.add(payment, coffee["id"], 1.0).result
    item.payment.product.add(payment, filters["id"], 2.0).call()
    assert [each["sum"] for each in sdk.payments_of(deal)] == [600]
    assert item.payment.product.set_quantity(part, 2.0).result is True
    first, second = item.payment.product.list(payment, {}).result
    assert [first["quantity"], second["quantity"]] == [2, 2]
    assert item.payment.product.delete(second["id"]).result is True
    assert [each["sum"] for each in sdk.payments_of(deal)] == [800]


def test_a_payment_is_changed_paid_taken_back_and_deleted(sdk: StandInPortal) -> None:
    deal, payments = sdk.deal("fresh"), sdk_client(sdk, "admin").crm.item.payment
    payment = payments.add(entity_type_id=DEAL, entity_id=deal).result
    assert payments.update(payment, {"paySystemId": 4}).result is True
    assert payments.get(payment).result["paySystemName"] == "Card online"
    assert payments.pay(payment).result is True
    assert payments.get(payment).result["paid"] == "Y"
    with pytest.raises(BitrixAPIError, match="Cancel payment") as caught:
        payments.delete(payment).call()
    assert caught.value.error == "SALE_PAYMENT_DELETE_EXIST_PAID"
    assert payments.unpay(payment).result is True
    assert payments.delete(payment).result is True
    assert sdk.payments_of(deal) == []


def test_a_list_is_filtered_and_ordered(sdk: StandInPortal) -> None:
    deal, payments = sdk.deal("many"), sdk_client(sdk).crm.item.payment
    made = [payments.add(entity_type_id=DEAL, entity_id=deal).result for _ in range(3)]
    found = payments.list(DEAL, deal, filter={">id": made[0]}, order={"id": "desc"}).result
    assert [each["id"] for each in found] == [made[2], made[1]]
    mine = payments.list(DEAL, deal, filter={"empResponsibleId": sdk.about["users"]["admin"]})
    assert mine.result == []


def test_a_delivery_is_put_into_a_payment(sdk: StandInPortal) -> None:
    deal, payments = sdk.deal("billed"), sdk_client(sdk, "admin").crm.item.payment
    (order,) = [each for each in sdk.state()["orders"] if each["deal_id"] == deal]
    (shipment,) = (int(each) for each in order["shipments"])
    payment = payments.add(entity_type_id=DEAL, entity_id=deal).result
    part = payments.delivery.add(payment, shipment).result
    assert payments.get(payment).result["sum"] == 25
    (shown,) = payments.delivery.list(payment, {}).result
    assert (shown["id"], shown["deliveryId"]) == (part, shipment)
    assert payments.delivery.set_delivery(part, shipment).result is True
    assert payments.delivery.delete(part).result is True
    assert payments.get(payment).result["sum"] == 0


def test_rows_are_listed_with_their_count(sdk: StandInPortal) -> None:
    deal = sdk.deal("fresh")
    request = sdk_client(sdk).crm.item.productrow.list(filter={"=ownerType": "D", "=ownerId": deal})
    rows = request.result["productRows"]
    assert [row["productName"] for row in rows] == ["Coffee", "Filters"]
    assert request.response.total == 2


def test_rows_are_added_changed_removed_and_replaced(sdk: StandInPortal) -> None:
    deal, rows = sdk.deal("empty"), sdk_client(sdk).crm.item.productrow
    desk = {"ownerId": deal, "ownerType": "D", "productId": 71, "productName": "Desk"}
    prices = {"price": 80000, "quantity": 2, "discountRate": 20, "taxRate": 20}
    made = rows.add(fields={**desk, **prices, "taxIncluded": "Y"}).result["productRow"]
    assert (made["priceExclusive"], made["priceNetto"]) == (66666.66666667, 83333.33333333)
    assert (made["priceBrutto"], made["discountSum"]) == (100000, 16666.66666667)
    changed = rows.update(bitrix_id=made["id"], fields={"quantity": 3}).result["productRow"]
    assert (changed["id"], changed["quantity"], changed["price"]) == (made["id"], 3, 80000)
    assert rows.update(bitrix_id=made["id"], fields={}).result is None
    assert rows.get(made["id"]).result["productRow"]["productName"] == "Desk"
    assert rows.delete(bitrix_id=made["id"]).result is None
    with pytest.raises(BitrixAPIError) as caught:
        rows.delete(bitrix_id=made["id"]).call()
    assert caught.value.error == "NOT_FOUND"
    wanted = [{"productName": "Fee", "price": 30}, {"productId": 72, "price": 5, "quantity": 4}]
    found = rows.set(owner_type="D", owner_id=deal, product_rows=wanted).result["productRows"]
    assert [(each["productId"], each["quantity"]) for each in found] == [(0, 1), (72, 4)]
    item = sdk_client(sdk).crm.item.get(DEAL, deal).result["item"]
    assert item["opportunity"] == 50


def test_a_payment_of_the_same_product_twice_is_nothing(sdk: StandInPortal) -> None:
    deal, item = sdk.deal("fresh"), sdk_client(sdk).crm.item
    row, _ = item.productrow.get_available_for_payment(deal, "D").result["productRows"]
    payment = item.payment.add(entity_type_id=DEAL, entity_id=deal).result
    assert item.payment.product.add(payment, row["id"], 1.0).result > 0
    assert item.payment.product.add(payment, row["id"], 1.0).result is None


def test_the_deal_tells_its_title_and_currency(sdk: StandInPortal) -> None:
    found = sdk_client(sdk).crm.item.get(DEAL, sdk.deal("fresh")).result["item"]
    assert (found["title"], found["currencyId"]) == ("Office coffee, yearly supply", "EUR")


def test_pay_systems_are_for_administrators(sdk: StandInPortal) -> None:
    systems = sdk_client(sdk, "admin").sale.paysystem.list().result
    assert "Card online" in [each["NAME"] for each in systems]
    with pytest.raises(BitrixAPIAccessDenied):
        sdk_client(sdk, "sales").sale.paysystem.list().call()


def test_a_reader_may_look_but_not_add(sdk: StandInPortal) -> None:
    deal, payments = sdk.deal("billed"), sdk_client(sdk, "reader").crm.item.payment
    assert len(payments.list(entity_type_id=DEAL, entity_id=deal).result) == 2
    with pytest.raises(BitrixAPIAccessDenied) as caught:
        payments.add(entity_type_id=DEAL, entity_id=deal).call()
    assert caught.value.response.status_code == 403
