"""Product rows, what of them is in payments, and the methods around them."""

from __future__ import annotations

from typing import Any

from tests.standin.portal import StandInPortal
from tests.standin.tests.conftest import until

ADD = "crm.item.payment.product.add"


def test_rows_make_the_sum(portal: StandInPortal) -> None:
    coffee, filters = portal.list_rows()
    payment = portal.add_payment().json()["result"]
    part = portal.result(ADD, paymentId=payment, rowId=coffee["id"], quantity=2)
    portal.result(ADD, paymentId=payment, rowId=filters["id"], quantity="1")
    assert portal.list_payments()[0]["sum"] == 900
    (rest,) = _available(portal)
    assert (rest["id"], rest["quantity"]) == (filters["id"], 3)
    assert portal.result("crm.item.payment.product.setQuantity", id=part, quantity=1) is True
    assert portal.list_payments()[0]["sum"] == 500
    assert portal.result("crm.item.payment.product.delete", id=part) is True
    assert portal.list_payments()[0]["sum"] == 100
    assert portal.refusal("crm.item.payment.product.delete", id=part) == (400, "0")


def test_refusals_in_their_order(portal: StandInPortal) -> None:
    coffee, _ = portal.list_rows()
    payment = portal.add_payment().json()["result"]
    row = coffee["id"]

    def text(**params: Any) -> str:
        return str(portal.call(ADD, **params).json()["error_description"])

    assert "greater than zero" in text(paymentId=1, rowId=row, quantity=0)
    assert "greater than zero" in text(paymentId=1, rowId=row, quantity=0.5)
    assert "Payment has not" in text(paymentId=1, rowId=row, quantity=1)
    assert "Product was not" in text(paymentId=payment, rowId=1, quantity=1)
    assert "Insufficient" in text(paymentId=payment, rowId=row, quantity=3)
    portal.result(ADD, paymentId=payment, rowId=row, quantity=2)
    assert "Product was not" in text(paymentId=payment, rowId=row, quantity=1)


def test_a_paid_payment_is_not_editable(portal: StandInPortal) -> None:
    coffee, _ = portal.list_rows()
    payment = portal.add_payment().json()["result"]
    portal.result("crm.item.payment.pay", "admin", id=payment)
    params = {"paymentId": payment, "rowId": coffee["id"], "quantity": 1}
    assert portal.refusal(ADD, "admin", **params) == (403, "ACCESS_DENIED")


def test_fractions_are_cut(portal: StandInPortal) -> None:
    cable, offcut = portal.list_rows("fractional")
    payment = portal.add_payment("fractional").json()["result"]
    portal.result(ADD, paymentId=payment, rowId=cable["id"], quantity=1.9)
    assert portal.list_payments("fractional")[0]["sum"] == 80
    assert portal.refusal(ADD, paymentId=payment, rowId=offcut["id"], quantity=1) == (400, "0")


def test_a_new_part_names_its_row_as_the_switch_says(portal: StandInPortal) -> None:
    coffee, _ = portal.list_rows()
    payment = portal.add_payment().json()["result"]
    part = portal.result(ADD, paymentId=payment, rowId=coffee["id"], quantity=1)
    (shown,) = portal.result("crm.item.payment.product.list", paymentId=payment)
    assert list(shown) == ["id", "paymentId", "quantity", "entityId"]
    portal.standin.switch(portal.name, row_id_style="rowId")
    (shown,) = portal.result("crm.item.payment.product.list", paymentId=payment)
    assert shown == {"id": part, "paymentId": payment, "quantity": 1, "rowId": coffee["id"]}


def test_a_cancelled_order_keeps_its_sums(portal: StandInPortal) -> None:
    (lamp,) = portal.list_rows("cancelled_order")
    payment = portal.add_payment("cancelled_order").json()["result"]
    portal.result(ADD, paymentId=payment, rowId=lamp["id"], quantity=1)
    assert portal.list_payments("cancelled_order")[0]["sum"] == 0


def test_deliveries(portal: StandInPortal) -> None:
    shipment = portal.state()["orders"][0]["shipments"][0]
    payment = portal.add_payment("billed").json()["result"]
    add = "crm.item.payment.delivery.add"
    assert portal.refusal(add, paymentId=payment, deliveryId=1) == (400, "0")
    part = portal.result(add, paymentId=payment, deliveryId=shipment)
    assert portal.list_payments("billed")[2]["sum"] == 25
    (shown,) = portal.result("crm.item.payment.delivery.list", paymentId=payment)
    assert shown == {"id": part, "paymentId": payment, "quantity": 1, "deliveryId": shipment}
    changed = {"id": part, "deliveryId": 5}
    assert portal.result("crm.item.payment.delivery.setDelivery", **changed) is True
    assert portal.result("crm.item.payment.delivery.delete", id=part) is True


def test_what_is_left_to_bill(portal: StandInPortal) -> None:
    assert _available(portal, "allocated") == []
    assert _available(portal, "empty") == []
    assert [row["quantity"] for row in _available(portal, "billed")] == [1]
    assert [row["quantity"] for row in _available(portal, "fractional")] == [2.5, 0.5]
    method, deal = "crm.item.productrow.getAvailableForPayment", portal.deal
    two, gone, foreign = deal("two_orders"), deal("deleted"), deal("foreign")
    assert portal.refusal(method, ownerId=two, ownerType="D") == (400, "0")
    assert portal.refusal(method, ownerId=gone, ownerType="D") == (400, "OWNER_NOT_FOUND")
    assert portal.refusal(method, ownerId=foreign, ownerType="D") == (400, "ACCESS_DENIED")
    assert portal.refusal(method, ownerId=1, ownerType="?") == (400, "ENTITY_TYPE_NOT_SUPPORTED")
    assert portal.refusal(method, ownerId=1) == (400, "100")


def test_product_rows_come_in_pages(portal: StandInPortal) -> None:
    rows = [{"name": f"Part {index}", "price": 1} for index in range(60)]
    deal = portal.standin.add_deal(portal.name, title="Long", rows=rows)["id"]
    method, filters = "crm.item.productrow.list", {"=ownerType": "D", "=ownerId": deal}
    first = portal.call(method, filter=filters).json()
    assert (len(first["result"]["productRows"]), first["total"], first["next"]) == (50, 60, 50)
    second = portal.call(method, filter=filters, start=50).json()
    assert (len(second["result"]["productRows"]), second.get("next")) == (10, None)
    assert "total" not in portal.call(method, filter=filters, start=-1).json()
    assert portal.refusal(method) == (400, "REQUIRED_ARG_MISSING")
    more = {**filters, ">price": ["1"]}
    assert portal.refusal(method, filter=more) == (400, "INVALID_ARG_VALUE")
    for wrong in ({"=ownerType": "?"}, {"=ownerId": 999_999}):
        assert portal.refusal(method, "admin", filter=filters | wrong) == (400, "ACCESS_DENIED")
    assert portal.refusal(method, filter=filters | {"=ownerId": 0})[1] == "REQUIRED_ARG_MISSING"


def test_the_deal_itself(portal: StandInPortal) -> None:
    deal = portal.deal("fresh")
    item = portal.result("crm.item.get", entityTypeId=2, id=deal)["item"]
    assert (item["id"], item["opportunity"], item["currencyId"]) == (deal, 1200, "EUR")
    assert portal.result("crm.deal.get", id=deal)["OPPORTUNITY"] == "1200.00"
    gone, foreign = portal.deal("deleted"), portal.deal("foreign")
    assert portal.refusal("crm.item.get", entityTypeId=2, id=gone) == (400, "NOT_FOUND")
    assert portal.refusal("crm.item.get", entityTypeId=2, id=foreign) == (400, "ACCESS_DENIED")
    assert portal.refusal("crm.item.get", "guest", entityTypeId=2, id=deal) == (
        403,
        "allowed_only_intranet_user",
    )
    assert portal.refusal("crm.deal.get", "admin", ID=gone) == (400, "")
    assert portal.result("crm.item.get", entityTypeId=31, id=101)["item"]["id"] == 101


def test_pay_systems_are_for_administrators(portal: StandInPortal) -> None:
    method = "sale.paysystem.list"
    assert portal.refusal(method) == (403, "ACCESS_DENIED")
    filters = {"ACTIVE": "Y", "=ENTITY_REGISTRY_TYPE": "ORDER"}
    found = portal.result(method, "admin", filter=filters, select=["ID", "NAME"])
    assert found[0] == {"ID": 1, "NAME": "Internal account"}
    assert len(found) == 4
    assert portal.refusal(method, "admin", FILTER={"PRICE": 1}) == (400, "ERROR_CHECK_FAILURE")


def test_links(portal: StandInPortal) -> None:
    method, payment = "salescenter.payment.getPublicUrl", portal.add_payment().json()["result"]
    assert set(portal.result(method, id=payment)["payment"]) == {"url", "shortUrl", "qr"}
    assert portal.refusal(method, id=1) == (400, "200640400001")
    assert portal.refusal(method) == (400, "100")
    portal.standin.switch(portal.name, payment_page="unverified")
    assert portal.result(method, id=payment) == {"connectedSiteId": 3, "isPhoneConfirmed": False}
    portal.standin.switch(portal.name, zone="by")
    assert portal.refusal(method, id=payment) == (400, "0")
    portal.standin.change_portal(portal.name, scopes=["crm"])
    assert portal.refusal(method, id=payment) == (401, "insufficient_scope")


def test_the_first_question_for_a_link_sets_the_page_up(portal: StandInPortal) -> None:
    method, payment = "salescenter.payment.getPublicUrl", portal.add_payment().json()["result"]
    portal.standin.switch(portal.name, payment_page="no_site", site_seconds=0.2)
    assert portal.call(method, id=payment).json()["error_description"] == (
        "Public url is not available"
    )
    assert portal.refusal(method, id=payment) == (400, "0")
    until(lambda: portal.call(method, id=payment).status == 200)
    assert set(portal.result(method, id=payment)["payment"]) == {"url", "shortUrl", "qr"}


def test_the_shop_refuses_what_is_not_its_own(portal: StandInPortal) -> None:
    method, payment = "sale.payment.update", portal.add_payment().json()["result"]
    fields = {"paySystemId": 2, "sum": 12.5}
    assert portal.refusal(method, id=payment, fields=fields) == (401, "insufficient_scope")
    portal.standin.change_portal(portal.name, scopes=["crm", "sale"])
    assert portal.refusal(method, id=payment, fields=fields) == (400, "200040300020")
    assert portal.refusal(method, "admin", id=payment, fields={"sum": 1}) == (400, "0")
    assert portal.refusal(method, "admin", id=1, fields=fields) == (400, "200640400001")
    changed = portal.result(method, "admin", id=payment, fields=fields)
    assert changed["payment"]["sum"] == 12.5


def _available(portal: StandInPortal, nickname: str = "fresh") -> list[dict[str, object]]:
    method = "crm.item.productrow.getAvailableForPayment"
    found = portal.result(method, ownerId=portal.deal(nickname), ownerType="D")
    return list(found["productRows"])
