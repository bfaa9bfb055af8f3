"""Worked cases: who may do what on a portal of today, on one with old roles, and in orders mode."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.tests.conftest import Office
from tests.standin.tests.worked.cases import PRODUCT, Case

PAYMENT = "crm.item.payment"
SELLERS, EVERYBODY = ("sales", "crm_admin"), ("sales", "crm_admin", "admin")
DENIED = (403, "ACCESS_DENIED")


def case_of(office: Office, user: str) -> Case:
    return Case(office, user=user).open("Desk 71 100x3")


@pytest.mark.parametrize("user", EVERYBODY)
def test_what_the_right_on_the_deal_gives(office: Office, user: str) -> None:
    case = case_of(office, user)
    case.play("P1 r1×2 → i1; set i1=3 → true; del i1 → true; P1 r1×1 → i2")
    assert (case.sums(), case.held()) == ("P1 100", "i2:B1×1")
    params = {"paymentId": case.payments[0]}
    assert case.call(f"{PAYMENT}.delivery.list", **params).json()["result"] == []
    assert case.call(f"{PAYMENT}.delivery.add", **params, deliveryId=1).json()["error"] == "0"
    link = case.call("salescenter.payment.getPublicUrl", id=case.payments[0])
    assert link.json()["result"]["payment"]["url"]


ACTIONS: list[tuple[str, dict[str, Any]]] = [
    ("get", {}),
    ("update", {"fields": {"paySystemId": 3}}),
    ("pay", {}),
    ("unpay", {}),
    ("delete", {}),
]


@pytest.mark.parametrize("user", SELLERS)
def test_what_only_administrators_may(office: Office, user: str) -> None:
    (payment,) = office.standin.add_payments(office.name, "fresh")
    for action, params in ACTIONS:
        method = f"{PAYMENT}.{action}"
        assert office.refusal(method, user, id=payment, **params) == DENIED
        unknown = office.call(method, user, id=999_999, **params)
        assert (unknown.status, unknown.json()["error"]) == (400, "0")
        assert "Payment has not" in unknown.json()["error_description"]
    empty = office.call(f"{PAYMENT}.update", user, id=999_999, fields={"sum": 5})
    assert (empty.status, empty.json()["error_description"]) == (400, "Empty fields")
    for action, params in ACTIONS:
        assert office.result(f"{PAYMENT}.{action}", "admin", id=payment, **params)


@pytest.mark.parametrize("user", EVERYBODY)
def test_a_paid_payment_is_closed_to_all(office: Office, user: str) -> None:
    case = case_of(office, user)
    case.play("P1 r1×1 → i1")
    office.result(f"{PAYMENT}.pay", "admin", id=case.payments[0])
    case.play("P1 r1×1 → denied; set i1=2 → denied; del i1 → denied")
    assert case.held() == "i1:B1×1"


def test_pay_systems_are_for_crm_administrators(office: Office) -> None:
    method = "sale.paysystem.list"
    assert office.refusal(method, "sales") == DENIED
    for user in ("crm_admin", "admin"):
        assert len(office.result(method, user)) == 6


@pytest.mark.parametrize("user", SELLERS)
def test_orders_mode_without_the_right(office: Office, user: str) -> None:
    office.standin.switch(office.name, mode="orders")
    case = case_of(office, user)
    case.play("add P1 → id; P1 r1×1 → denied")
    assert case.sums() == "P1 0"
    payment = case.payments[0]
    for kind in ("product", "delivery"):
        assert office.refusal(f"{PAYMENT}.{kind}.list", user, paymentId=payment) == DENIED
    params = {"paymentId": payment, "deliveryId": 1}
    assert office.refusal(f"{PAYMENT}.delivery.add", user, **params) == DENIED
    assert office.result(f"{PRODUCT}.list", "admin", paymentId=payment) == []
    case.user = "admin"
    case.play("P1 r1×1 → i1")
    case.user = user
    case.play("set i1=2 → denied; del i1 → denied")


@pytest.mark.parametrize("mode", ["deals", "orders"])
@pytest.mark.parametrize("user", SELLERS)
def test_old_roles_give_everything(office: Office, user: str, mode: str) -> None:
    office.standin.switch(office.name, mode=mode, orders_for_sales="edit")
    case = case_of(office, user)
    case.play("P1 r1×1 → i1; set i1=2 → true")
    for action, params in ACTIONS:
        assert office.result(f"{PAYMENT}.{action}", user, id=case.payments[0], **params)
