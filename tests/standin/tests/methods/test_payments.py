"""crm.item.payment.*: what it makes, shows, changes and refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.client import StandIn
from tests.standin.portal import StandInPortal

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


def test_add_makes_an_empty_unpaid_payment(portal: StandInPortal) -> None:
    added = portal.add_payment()
    payment_id = added.json()["result"]
    assert isinstance(payment_id, int)
    (row,) = portal.list_payments()
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
    portal.add_payment()
    assert [each["accountNumber"] for each in portal.list_payments()] == [
        f"{order_id}/1",
        f"{order_id}/2",
    ]


def test_add_takes_a_pay_system_and_nothing_else(portal: StandInPortal) -> None:
    portal.add_payment(fields={"paySystemId": 3, "sum": 99, "currency": "USD", "xmlId": "mine"})
    portal.add_payment(fields={"PAY_SYSTEM_ID": 3, "paySystemId": ""})
    chosen, default = portal.list_payments()
    assert (chosen["paySystemId"], chosen["sum"], chosen["currency"]) == (3, 0, "EUR")
    assert default["paySystemId"] == 2


def test_an_unknown_pay_system_answers_zero(portal: StandInPortal) -> None:
    answer = portal.add_payment(fields={"paySystemId": 999})
    assert (answer.status, answer.json()["result"]) == (200, 0)
    assert portal.list_payments() == []


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
def test_add_is_refused_with_403(
    portal: StandInPortal, nickname: str, user: str, code: str
) -> None:
    answer = portal.add_payment(nickname, user)
    assert (answer.status, answer.json()["error"]) == (403, code)


def test_the_kinds_of_items_that_have_payments(portal: StandInPortal) -> None:
    add = "crm.item.payment.add"
    invoice, lead = portal.about["invoices"]["invoice"], portal.about["leads"]["lead"]
    assert portal.result(add, entityId=invoice, entityTypeId=31) > 0
    assert portal.refusal(add, entityId=lead, entityTypeId=1) == (403, "0")
    assert portal.refusal(add, "admin", entityId=5, entityTypeId=999) == (403, "ACCESS_DENIED")
    assert portal.refusal(add, "admin", entityId=-1, entityTypeId=2) == (403, "ACCESS_DENIED")
    assert portal.result("crm.item.payment.list", entityId=lead, entityTypeId=1) == []


def test_the_plan_limit_comes_first(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, plan_limit=0)
    answer = portal.add_payment("foreign")
    assert (answer.status, answer.json()["error"]) == (403, "0")
    assert "plan" in answer.json()["error_description"]


def test_switches_of_style_status_and_language(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, error_code_style="number", denied_status=400, texts="ru")
    answer = portal.add_payment("deleted", "admin")
    assert (answer.status, answer.json()["error"]) == (400, 0)
    assert "не существует" in answer.json()["error_description"]
    assert portal.refusal("crm.item.payment.add") == (400, 100)
    assert portal.add_payment("foreign").status == 400


def test_missing_modules(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, modules=["sale"])
    answer = portal.add_payment()
    assert (answer.status, answer.json()["error"]) == (400, "0")
    assert "salescenter" in answer.json()["error_description"]


def test_the_order_keeps_its_currency_and_the_newest_order_is_used(portal: StandInPortal) -> None:
    portal.add_payment("other_currency")
    assert {each["currency"] for each in portal.list_payments("other_currency")} == {"EUR"}
    newest = portal.list_payments("two_orders")[1]["accountNumber"].partition("/")[0]
    portal.add_payment("two_orders")
    numbers = [each["accountNumber"] for each in portal.list_payments("two_orders")]
    assert f"{newest}/2" in numbers
    assert len(numbers) == 3


def test_list_filters_and_orders(portal: StandInPortal) -> None:
    ids = [portal.add_payment().json()["result"] for _ in range(3)]
    portal.add_payment(user="admin")
    mine = portal.list_payments(
        filter={">id": str(ids[0]), "empResponsibleId": 7}, order={"id": "desc"}
    )
    assert [each["id"] for each in mine] == [ids[2], ids[1]]
    assert [each["id"] for each in portal.list_payments(filter={"id": ids[:2]})] == ids[:2]
    assert [each["id"] for each in portal.list_payments(filter={"@id": ids[:1]})] == ids[:1]
    assert len(portal.list_payments(filter={"!@id": ids})) == 1
    assert len(portal.list_payments(filter={"!id": ids[0], "<=sum": "0", "%xmlId": "BX_"})) == 3
    assert portal.list_payments(filter={"paid": "Y"}) == []


@pytest.mark.parametrize("key", ["ID", ">ID", "orderID2", "deal"])
def test_an_unknown_filter_is_refused(portal: StandInPortal, key: str) -> None:
    params: Any = {"entityId": portal.deal("billed"), "entityTypeId": 2, "filter": {key: 1}}
    answer = portal.call("crm.item.payment.list", **params)
    assert (answer.status, answer.json()["error"]) == (400, "100")
    assert answer.json()["error_description"].startswith("Unknown field definition `")


def test_who_may_list(portal: StandInPortal) -> None:
    method = "crm.item.payment.list"
    foreign: dict[str, Any] = {"entityId": portal.deal("foreign"), "entityTypeId": 2}
    gone: dict[str, Any] = {"entityId": portal.deal("deleted"), "entityTypeId": 2}
    assert portal.refusal(method, **foreign) == (403, "ACCESS_DENIED")
    assert portal.refusal(method, **gone) == (403, "ACCESS_DENIED")
    assert portal.result(method, "reader", **gone) == []
    assert portal.result(method, "admin", **gone) == []


def test_payments_of_the_cast(portal: StandInPortal) -> None:
    paid, taken_back = portal.list_payments("billed")
    assert (paid["paid"], paid["sum"]) == ("Y", 500)
    assert (taken_back["paid"], taken_back["sum"]) == ("N", 500)
    assert paid["datePaid"]
    assert taken_back["datePaid"]


def test_pay_and_unpay(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, orders_for_sales="edit")
    payment = portal.add_payment().json()["result"]
    for _ in range(2):
        assert portal.result("crm.item.payment.pay", id=payment) is True
    (row,) = portal.list_payments()
    assert (row["paid"], row["empPaidId"]) == ("Y", 7)
    assert portal.refusal("crm.item.payment.delete", id=payment) == (
        400,
        "SALE_PAYMENT_DELETE_EXIST_PAID",
    )
    assert portal.result("crm.item.payment.unpay", id=payment) is True
    assert portal.list_payments()[0]["datePaid"] == row["datePaid"]
    assert portal.result("crm.item.payment.delete", id=payment) is True
    assert portal.refusal("crm.item.payment.delete", id=payment) == (400, "0")
    assert portal.refusal("crm.item.payment.get", id=payment) == (400, "0")


def test_paying_what_cannot_be_paid(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, orders_for_sales="edit")
    inner = portal.add_payment(fields={"paySystemId": 1}).json()["result"]
    assert portal.refusal("crm.item.payment.pay", id=inner) == (400, "0")
    cancelled = portal.add_payment("cancelled_order").json()["result"]
    code = "SALE_ORDER_PAID_ORDER_CANCELED"
    assert portal.refusal("crm.item.payment.pay", id=cancelled) == (400, code)


def test_update(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, orders_for_sales="edit")
    method, payment = "crm.item.payment.update", portal.add_payment().json()["result"]
    assert portal.refusal(method, id=1, fields={"sum": 5}) == (400, "0")
    assert portal.refusal(method, id=payment) == (400, "100")
    assert portal.refusal(method, id=payment, fields={"paySystemId": 99}) == (400, "0")
    assert portal.result(method, id=payment, fields={"paySystemId": 3, "paid": "Y"}) is True
    got = portal.result("crm.item.payment.get", id=payment)
    assert (got["paySystemId"], got["paid"]) == (3, "Y")


def test_rights_on_the_order_are_apart_from_those_on_the_deal(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, orders_for_sales="edit")
    payment = portal.add_payment().json()["result"]
    assert portal.refusal("crm.item.payment.pay", "reader", id=payment) == (403, "ACCESS_DENIED")
    assert portal.result("crm.item.payment.get", "reader", id=payment)["id"] == payment
    portal.standin.switch(portal.name, orders_for_sales="none")
    for action in ("get", "pay", "unpay", "delete"):
        assert portal.refusal(f"crm.item.payment.{action}", id=payment)[0] == 403
    assert portal.add_payment().status == 200


def test_portals_are_independent_and_alike(portal: StandInPortal, standin: StandIn) -> None:
    twin = StandInPortal(standin, standin.create_portal(installed=True))
    assert twin.about["deals"] == portal.about["deals"]
    assert portal.add_payment().json()["result"] == twin.add_payment().json()["result"]
    portal.add_payment()
    assert (len(portal.list_payments()), len(twin.list_payments())) == (2, 1)
