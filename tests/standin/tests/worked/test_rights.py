"""Worked cases: who may do what on a portal of today, on one with old roles, and in orders mode."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.portal import StandInPortal
from tests.standin.tests.worked.cases import PRODUCT, Case

PAYMENT = "crm.item.payment"
SELLERS, EVERYBODY = ("sales", "crm_admin"), ("sales", "crm_admin", "admin")
DENIED = (403, "ACCESS_DENIED")


def case_of(portal: StandInPortal, user: str) -> Case:
    return Case(portal, user=user).open("Desk 71 100x3")


@pytest.mark.parametrize("user", EVERYBODY)
def test_what_the_right_on_the_deal_gives(portal: StandInPortal, user: str) -> None:
    case = case_of(portal, user)
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
def test_what_only_administrators_may(portal: StandInPortal, user: str) -> None:
    (payment,) = portal.standin.add_payments(portal.name, "fresh")
    for action, params in ACTIONS:
        method = f"{PAYMENT}.{action}"
        assert portal.refusal(method, user, id=payment, **params) == DENIED
        unknown = portal.call(method, user, id=999_999, **params)
        assert (unknown.status, unknown.json()["error"]) == (400, "0")
        assert "Payment has not" in unknown.json()["error_description"]
    empty = portal.call(f"{PAYMENT}.update", user, id=999_999, fields={"sum": 5})
    assert (empty.status, empty.json()["error_description"]) == (400, "Empty fields")
    for action, params in ACTIONS:
        assert portal.result(f"{PAYMENT}.{action}", "admin", id=payment, **params)


@pytest.mark.parametrize("user", EVERYBODY)
def test_a_paid_payment_is_closed_to_all(portal: StandInPortal, user: str) -> None:
    case = case_of(portal, user)
    case.play("P1 r1×1 → i1")
    portal.result(f"{PAYMENT}.pay", "admin", id=case.payments[0])
    case.play("P1 r1×1 → denied; set i1=2 → denied; del i1 → denied")
    assert case.held() == "i1:B1×1"


def test_pay_systems_are_for_crm_administrators(portal: StandInPortal) -> None:
    method = "sale.paysystem.list"
    assert portal.refusal(method, "sales") == DENIED
    for user in ("crm_admin", "admin"):
        assert len(portal.result(method, user)) == 6


@pytest.mark.parametrize("user", SELLERS)
def test_orders_mode_without_the_right(portal: StandInPortal, user: str) -> None:
    portal.standin.switch(portal.name, mode="orders")
    case = case_of(portal, user)
    case.play("add P1 → id; P1 r1×1 → denied")
    assert case.sums() == "P1 0"
    payment = case.payments[0]
    for kind in ("product", "delivery"):
        assert portal.refusal(f"{PAYMENT}.{kind}.list", user, paymentId=payment) == DENIED
    params = {"paymentId": payment, "deliveryId": 1}
    assert portal.refusal(f"{PAYMENT}.delivery.add", user, **params) == DENIED
    assert portal.result(f"{PRODUCT}.list", "admin", paymentId=payment) == []
    case.user = "admin"
    case.play("P1 r1×1 → i1")
    case.user = user
    case.play("set i1=2 → denied; del i1 → denied")


@pytest.mark.parametrize("mode", ["deals", "orders"])
@pytest.mark.parametrize("user", SELLERS)
def test_old_roles_give_everything(portal: StandInPortal, user: str, mode: str) -> None:
    portal.standin.switch(portal.name, mode=mode, orders_for_sales="edit")
    case = case_of(portal, user)
    case.play("P1 r1×1 → i1; set i1=2 → true")
    for action, params in ACTIONS:
        assert portal.result(f"{PAYMENT}.{action}", user, id=case.payments[0], **params)
