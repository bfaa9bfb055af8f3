"""crm.item.payment.*: what it makes, shows, changes and refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.client import StandIn
from tests.standin.tests.conftest import Office

FIELDS = [
    "id",
    "accountNumber",
    "paid",
    "datePaid",
    "empPaidId",
    "paySystemId",
    "sum",
    "currency",
    "paySystemName",
]


def test_add_makes_an_empty_unpaid_payment(office: Office) -> None:
    added = office.add()
    payment_id = added.json()["result"]
    assert isinstance(payment_id, int)
    (row,) = office.payments()
    assert list(row) == FIELDS
    assert row["accountNumber"].endswith("/1")
    order_id = int(row["accountNumber"].partition("/")[0])
    assert row == {
        "id": payment_id,
        "accountNumber": f"{order_id}/1",
        "paid": "N",
        "datePaid": None,
        "empPaidId": None,
        "paySystemId": 2,
        "sum": 0,
        "currency": "EUR",
        "paySystemName": "Cash",
    }
    office.add()
    assert [each["accountNumber"] for each in office.payments()] == [
        f"{order_id}/1",
        f"{order_id}/2",
    ]


def test_add_takes_a_pay_system_and_nothing_else(office: Office) -> None:
    office.add(fields={"paySystemId": 3, "sum": 99, "currency": "USD", "xmlId": "mine"})
    office.add(fields={"PAY_SYSTEM_ID": 3, "paySystemId": ""})
    chosen, default = office.payments()
    assert (chosen["paySystemId"], chosen["sum"], chosen["currency"]) == (3, 0, "EUR")
    assert default["paySystemId"] == 2


def test_an_unknown_pay_system_answers_zero(office: Office) -> None:
    answer = office.add(fields={"paySystemId": 999})
    assert (answer.status, answer.json()["result"]) == (200, 0)
    assert office.payments() == []


@pytest.mark.parametrize(
    ("nickname", "user", "code"),
    [
        ("foreign", "sales", "ACCESS_DENIED"),
        ("readonly_stage", "sales", "ACCESS_DENIED"),
        ("fresh", "reader", "ACCESS_DENIED"),
        ("deleted", "sales", "ACCESS_DENIED"),
        ("deleted", "admin", "0"),
        ("fresh", "guest", "allowed_only_intranet_user"),
    ],
)
def test_add_is_refused_with_403(office: Office, nickname: str, user: str, code: str) -> None:
    answer = office.add(nickname, user)
    assert (answer.status, answer.json()["error"]) == (403, code)


def test_the_kinds_of_items_that_have_payments(office: Office) -> None:
    add = "crm.item.payment.add"
    invoice, lead = office.about["invoices"]["invoice"], office.about["leads"]["lead"]
    assert office.result(add, entityId=invoice, entityTypeId=31) > 0
    assert office.refusal(add, entityId=lead, entityTypeId=1) == (403, "0")
    assert office.refusal(add, "admin", entityId=5, entityTypeId=999) == (403, "ACCESS_DENIED")
    assert office.refusal(add, "admin", entityId=-1, entityTypeId=2) == (403, "ACCESS_DENIED")
    assert office.result("crm.item.payment.list", entityId=lead, entityTypeId=1) == []


def test_the_plan_limit_comes_first(office: Office) -> None:
    office.standin.switch(office.name, plan_limit=0)
    answer = office.add("foreign")
    assert (answer.status, answer.json()["error"]) == (403, "0")
    assert "plan" in answer.json()["error_description"]


def test_switches_of_style_status_and_language(office: Office) -> None:
    office.standin.switch(office.name, error_code_style="number", denied_status=400, texts="ru")
    answer = office.add("deleted", "admin")
    assert (answer.status, answer.json()["error"]) == (400, 0)
    assert "не существует" in answer.json()["error_description"]
    assert office.refusal("crm.item.payment.add") == (400, 100)
    assert office.add("foreign").status == 400


def test_missing_modules(office: Office) -> None:
    office.standin.switch(office.name, modules=["sale"])
    answer = office.add()
    assert (answer.status, answer.json()["error"]) == (400, "0")
    assert "salescenter" in answer.json()["error_description"]


def test_the_order_keeps_its_currency_and_the_newest_order_is_used(office: Office) -> None:
    office.add("other_currency")
    assert {each["currency"] for each in office.payments("other_currency")} == {"EUR"}
    newest = office.payments("two_orders")[1]["accountNumber"].partition("/")[0]
    office.add("two_orders")
    numbers = [each["accountNumber"] for each in office.payments("two_orders")]
    assert f"{newest}/2" in numbers
    assert len(numbers) == 3


def test_list_filters_and_orders(office: Office) -> None:
    ids = [office.add().json()["result"] for _ in range(3)]
    office.add(user="admin")
    mine = office.payments(filter={">id": str(ids[0]), "empResponsibleId": 7}, order={"id": "desc"})
    assert [each["id"] for each in mine] == [ids[2], ids[1]]
    assert [each["id"] for each in office.payments(filter={"id": ids[:2]})] == ids[:2]
    assert [each["id"] for each in office.payments(filter={"@id": ids[:1]})] == ids[:1]
    assert len(office.payments(filter={"!@id": ids})) == 1
    assert len(office.payments(filter={"!id": ids[0], "<=sum": "0", "%xmlId": "BX_"})) == 3
    assert office.payments(filter={"paid": "Y"}) == []


@pytest.mark.parametrize("key", ["ID", ">ID", "orderID2", "deal"])
def test_an_unknown_filter_is_refused(office: Office, key: str) -> None:
    params: Any = {"entityId": office.deal("billed"), "entityTypeId": 2, "filter": {key: 1}}
    answer = office.call("crm.item.payment.list", **params)
    assert (answer.status, answer.json()["error"]) == (400, "100")
    assert answer.json()["error_description"].startswith("Unknown field definition `")


def test_who_may_list(office: Office) -> None:
    method = "crm.item.payment.list"
    foreign: dict[str, Any] = {"entityId": office.deal("foreign"), "entityTypeId": 2}
    gone: dict[str, Any] = {"entityId": office.deal("deleted"), "entityTypeId": 2}
    assert office.refusal(method, **foreign) == (403, "ACCESS_DENIED")
    assert office.refusal(method, **gone) == (403, "ACCESS_DENIED")
    assert office.result(method, "reader", **gone) == []
    assert office.result(method, "admin", **gone) == []


def test_payments_of_the_cast(office: Office) -> None:
    paid, taken_back = office.payments("billed")
    assert (paid["paid"], paid["sum"]) == ("Y", 500)
    assert (taken_back["paid"], taken_back["sum"]) == ("N", 500)
    assert paid["datePaid"]
    assert taken_back["datePaid"]


def test_pay_and_unpay(office: Office) -> None:
    office.standin.switch(office.name, orders_for_sales="edit")
    payment = office.add().json()["result"]
    for _ in range(2):
        assert office.result("crm.item.payment.pay", id=payment) is True
    (row,) = office.payments()
    assert (row["paid"], row["empPaidId"]) == ("Y", 7)
    assert office.refusal("crm.item.payment.delete", id=payment) == (
        400,
        "SALE_PAYMENT_DELETE_EXIST_PAID",
    )
    assert office.result("crm.item.payment.unpay", id=payment) is True
    assert office.payments()[0]["datePaid"] == row["datePaid"]
    assert office.result("crm.item.payment.delete", id=payment) is True
    assert office.refusal("crm.item.payment.delete", id=payment) == (400, "0")
    assert office.refusal("crm.item.payment.get", id=payment) == (400, "0")


def test_paying_what_cannot_be_paid(office: Office) -> None:
    office.standin.switch(office.name, orders_for_sales="edit")
    inner = office.add(fields={"paySystemId": 1}).json()["result"]
    assert office.refusal("crm.item.payment.pay", id=inner) == (400, "0")
    cancelled = office.add("cancelled_order").json()["result"]
    code = "SALE_ORDER_PAID_ORDER_CANCELED"
    assert office.refusal("crm.item.payment.pay", id=cancelled) == (400, code)


def test_update(office: Office) -> None:
    office.standin.switch(office.name, orders_for_sales="edit")
    method, payment = "crm.item.payment.update", office.add().json()["result"]
    assert office.refusal(method, id=1, fields={"sum": 5}) == (400, "0")
    assert office.refusal(method, id=payment) == (400, "100")
    assert office.refusal(method, id=payment, fields={"paySystemId": 99}) == (400, "0")
    assert office.result(method, id=payment, fields={"paySystemId": 3, "paid": "Y"}) is True
    got = office.result("crm.item.payment.get", id=payment)
    assert (got["paySystemId"], got["paid"]) == (3, "Y")


def test_rights_on_the_order_are_apart_from_those_on_the_deal(office: Office) -> None:
    office.standin.switch(office.name, orders_for_sales="edit")
    payment = office.add().json()["result"]
    assert office.refusal("crm.item.payment.pay", "reader", id=payment) == (403, "ACCESS_DENIED")
    assert office.result("crm.item.payment.get", "reader", id=payment)["id"] == payment
    office.standin.switch(office.name, orders_for_sales="none")
    for action in ("get", "pay", "unpay", "delete"):
        assert office.refusal(f"crm.item.payment.{action}", id=payment)[0] == 403
    assert office.add().status == 200


def test_portals_are_independent_and_alike(office: Office, standin: StandIn) -> None:
    twin = Office(standin, standin.create_portal(installed=True))
    assert twin.about["deals"] == office.about["deals"]
    assert office.add().json()["result"] == twin.add().json()["result"]
    office.add()
    assert (len(office.payments()), len(twin.payments())) == (2, 1)
