"""Product rows, what of them is in payments, and the methods around them."""

from __future__ import annotations

from typing import Any

from tests.standin.tests.conftest import Office, until

ADD = "crm.item.payment.product.add"


def test_rows_make_the_sum(office: Office) -> None:
    coffee, filters = office.rows()
    payment = office.add().json()["result"]
    part = office.result(ADD, paymentId=payment, rowId=coffee["id"], quantity=2)
    office.result(ADD, paymentId=payment, rowId=filters["id"], quantity="1")
    assert office.payments()[0]["sum"] == 900
    (rest,) = _available(office)
    assert (rest["id"], rest["quantity"]) == (filters["id"], 3)
    assert office.result("crm.item.payment.product.setQuantity", id=part, quantity=1) is True
    assert office.payments()[0]["sum"] == 500
    assert office.result("crm.item.payment.product.delete", id=part) is True
    assert office.payments()[0]["sum"] == 100
    assert office.refusal("crm.item.payment.product.delete", id=part) == (400, "0")


def test_refusals_in_their_order(office: Office) -> None:
    coffee, _ = office.rows()
    payment = office.add().json()["result"]
    row = coffee["id"]

    def text(**params: Any) -> str:
        return str(office.call(ADD, **params).json()["error_description"])

    assert "greater than zero" in text(paymentId=1, rowId=row, quantity=0)
    assert "greater than zero" in text(paymentId=1, rowId=row, quantity=0.5)
    assert "Payment has not" in text(paymentId=1, rowId=row, quantity=1)
    assert "Product was not" in text(paymentId=payment, rowId=1, quantity=1)
    assert "Insufficient" in text(paymentId=payment, rowId=row, quantity=3)
    office.result(ADD, paymentId=payment, rowId=row, quantity=2)
    assert "Product was not" in text(paymentId=payment, rowId=row, quantity=1)


def test_a_paid_payment_is_not_editable(office: Office) -> None:
    coffee, _ = office.rows()
    payment = office.add().json()["result"]
    office.result("crm.item.payment.pay", "admin", id=payment)
    params = {"paymentId": payment, "rowId": coffee["id"], "quantity": 1}
    assert office.refusal(ADD, "admin", **params) == (403, "ACCESS_DENIED")


def test_fractions_are_cut(office: Office) -> None:
    cable, offcut = office.rows("fractional")
    payment = office.add("fractional").json()["result"]
    office.result(ADD, paymentId=payment, rowId=cable["id"], quantity=1.9)
    assert office.payments("fractional")[0]["sum"] == 80
    assert office.refusal(ADD, paymentId=payment, rowId=offcut["id"], quantity=1) == (400, "0")


def test_a_new_part_names_its_row_as_the_switch_says(office: Office) -> None:
    coffee, _ = office.rows()
    payment = office.add().json()["result"]
    part = office.result(ADD, paymentId=payment, rowId=coffee["id"], quantity=1)
    (shown,) = office.result("crm.item.payment.product.list", paymentId=payment)
    assert list(shown) == ["id", "paymentId", "quantity", "entityId"]
    office.standin.switch(office.name, row_id_style="rowId")
    (shown,) = office.result("crm.item.payment.product.list", paymentId=payment)
    assert shown == {"id": part, "paymentId": payment, "quantity": 1, "rowId": coffee["id"]}


def test_a_cancelled_order_keeps_its_sums(office: Office) -> None:
    (lamp,) = office.rows("cancelled_order")
    payment = office.add("cancelled_order").json()["result"]
    office.result(ADD, paymentId=payment, rowId=lamp["id"], quantity=1)
    assert office.payments("cancelled_order")[0]["sum"] == 0


def test_deliveries(office: Office) -> None:
    shipment = office.state()["orders"][0]["shipments"][0]
    payment = office.add("billed").json()["result"]
    add = "crm.item.payment.delivery.add"
    assert office.refusal(add, paymentId=payment, deliveryId=1) == (400, "0")
    part = office.result(add, paymentId=payment, deliveryId=shipment)
    assert office.payments("billed")[2]["sum"] == 25
    (shown,) = office.result("crm.item.payment.delivery.list", paymentId=payment)
    assert shown == {"id": part, "paymentId": payment, "quantity": 1, "deliveryId": shipment}
    changed = {"id": part, "deliveryId": 5}
    assert office.result("crm.item.payment.delivery.setDelivery", **changed) is True
    assert office.result("crm.item.payment.delivery.delete", id=part) is True


def test_what_is_left_to_bill(office: Office) -> None:
    assert _available(office, "allocated") == []
    assert _available(office, "empty") == []
    assert [row["quantity"] for row in _available(office, "billed")] == [1]
    assert [row["quantity"] for row in _available(office, "fractional")] == [2.5, 0.5]
    method, deal = "crm.item.productrow.getAvailableForPayment", office.deal
    two, gone, foreign = deal("two_orders"), deal("deleted"), deal("foreign")
    assert office.refusal(method, ownerId=two, ownerType="D") == (400, "0")
    assert office.refusal(method, ownerId=gone, ownerType="D") == (400, "OWNER_NOT_FOUND")
    assert office.refusal(method, ownerId=foreign, ownerType="D") == (400, "ACCESS_DENIED")
    assert office.refusal(method, ownerId=1, ownerType="?") == (400, "ENTITY_TYPE_NOT_SUPPORTED")
    assert office.refusal(method, ownerId=1) == (400, "100")


def test_product_rows_come_in_pages(office: Office) -> None:
    rows = [{"name": f"Part {index}", "price": 1} for index in range(60)]
    deal = office.standin.add_deal(office.name, title="Long", rows=rows)["id"]
    method, filters = "crm.item.productrow.list", {"=ownerType": "D", "=ownerId": deal}
    first = office.call(method, filter=filters).json()
    assert (len(first["result"]["productRows"]), first["total"], first["next"]) == (50, 60, 50)
    second = office.call(method, filter=filters, start=50).json()
    assert (len(second["result"]["productRows"]), second.get("next")) == (10, None)
    assert "total" not in office.call(method, filter=filters, start=-1).json()
    assert office.refusal(method) == (400, "REQUIRED_ARG_MISSING")
    more = {**filters, ">price": ["1"]}
    assert office.refusal(method, filter=more) == (400, "INVALID_ARG_VALUE")
    for wrong in ({"=ownerType": "?"}, {"=ownerId": 999_999}):
        assert office.refusal(method, "admin", filter=filters | wrong) == (400, "ACCESS_DENIED")
    assert office.refusal(method, filter=filters | {"=ownerId": 0})[1] == "REQUIRED_ARG_MISSING"


def test_the_deal_itself(office: Office) -> None:
    deal = office.deal("fresh")
    item = office.result("crm.item.get", entityTypeId=2, id=deal)["item"]
    assert (item["id"], item["opportunity"], item["currencyId"]) == (deal, 1200, "EUR")
    assert office.result("crm.deal.get", id=deal)["OPPORTUNITY"] == "1200.00"
    gone, foreign = office.deal("deleted"), office.deal("foreign")
    assert office.refusal("crm.item.get", entityTypeId=2, id=gone) == (400, "NOT_FOUND")
    assert office.refusal("crm.item.get", entityTypeId=2, id=foreign) == (400, "ACCESS_DENIED")
    assert office.refusal("crm.item.get", "guest", entityTypeId=2, id=deal) == (
        403,
        "allowed_only_intranet_user",
    )
    assert office.refusal("crm.deal.get", "admin", ID=gone) == (400, "")
    assert office.result("crm.item.get", entityTypeId=31, id=101)["item"]["id"] == 101


def test_pay_systems_are_for_administrators(office: Office) -> None:
    method = "sale.paysystem.list"
    assert office.refusal(method) == (403, "ACCESS_DENIED")
    filters = {"ACTIVE": "Y", "=ENTITY_REGISTRY_TYPE": "ORDER"}
    found = office.result(method, "admin", filter=filters, select=["ID", "NAME"])
    assert found[0] == {"ID": 1, "NAME": "Internal account"}
    assert len(found) == 4
    assert office.refusal(method, "admin", FILTER={"PRICE": 1}) == (400, "ERROR_CHECK_FAILURE")


def test_links(office: Office) -> None:
    method, payment = "salescenter.payment.getPublicUrl", office.add().json()["result"]
    assert set(office.result(method, id=payment)["payment"]) == {"url", "shortUrl", "qr"}
    assert office.refusal(method, id=1) == (400, "200640400001")
    assert office.refusal(method) == (400, "100")
    office.standin.switch(office.name, payment_page="unverified")
    assert office.result(method, id=payment) == {"connectedSiteId": 3, "isPhoneConfirmed": False}
    office.standin.switch(office.name, zone="by")
    assert office.refusal(method, id=payment) == (400, "0")
    office.standin.change_portal(office.name, scopes=["crm"])
    assert office.refusal(method, id=payment) == (401, "insufficient_scope")


def test_the_first_question_for_a_link_sets_the_page_up(office: Office) -> None:
    method, payment = "salescenter.payment.getPublicUrl", office.add().json()["result"]
    office.standin.switch(office.name, payment_page="no_site", site_seconds=0.2)
    assert office.call(method, id=payment).json()["error_description"] == (
        "Public url is not available"
    )
    assert office.refusal(method, id=payment) == (400, "0")
    until(lambda: office.call(method, id=payment).status == 200)
    assert set(office.result(method, id=payment)["payment"]) == {"url", "shortUrl", "qr"}


def test_the_shop_refuses_what_is_not_its_own(office: Office) -> None:
    method, payment = "sale.payment.update", office.add().json()["result"]
    fields = {"paySystemId": 2, "sum": 12.5}
    assert office.refusal(method, id=payment, fields=fields) == (401, "insufficient_scope")
    office.standin.change_portal(office.name, scopes=["crm", "sale"])
    assert office.refusal(method, id=payment, fields=fields) == (400, "200040300020")
    assert office.refusal(method, "admin", id=payment, fields={"sum": 1}) == (400, "0")
    assert office.refusal(method, "admin", id=1, fields=fields) == (400, "200640400001")
    changed = office.result(method, "admin", id=payment, fields=fields)
    assert changed["payment"]["sum"] == 12.5


def _available(office: Office, nickname: str = "fresh") -> list[dict[str, object]]:
    method = "crm.item.productrow.getAvailableForPayment"
    found = office.result(method, ownerId=office.deal(nickname), ownerType="D")
    return list(found["productRows"])
