"""Worked cases: two orders behind one deal, an order of another currency, cancelled, or without
its client."""

from __future__ import annotations

from tests.standin.portal import StandInPortal
from tests.standin.tests.worked.cases import Case

MANY = "This method does not support multiple orders."


def test_two_orders_behind_one_deal(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 77 100x3")
    portal.standin.open_order(portal.name, case.item_id, number="7001")
    case.play("P1 r1×3 → i1")
    portal.standin.open_order(portal.name, case.item_id, number="7002")
    case.play("add P2 → id")
    assert [row["accountNumber"] for row in case.listed()] == ["7001/1", "7002/1"]
    assert (case.sums(), case.offer()) == ("P1 300, P2 0", MANY)
    case.play("P2 r1×3 → i2")
    assert case.sums() == "P1 300, P2 300"


def test_an_order_of_another_currency(portal: StandInPortal) -> None:
    case = Case(portal).open("Licence 71 90x1", currency="USD")
    portal.standin.open_order(portal.name, case.item_id, currency="EUR")
    case.play("add P1 → id; P1 r1×1 → i1")
    assert [(row["sum"], row["currency"]) for row in case.listed()] == [(90, "EUR")]
    case.play("save; add P2")
    found = [(row["sum"], row["currency"]) for row in case.listed()]
    assert found == [(90, "EUR"), (0, "USD")]


def test_a_currency_changed_by_hand_follows_with_the_next_save(portal: StandInPortal) -> None:
    case = Case(portal).open("Licence 71 90x1")
    case.play("P1 r1×1")
    portal.standin.change_deal(portal.name, case.item_id, currency="USD")
    assert case.orders()[0]["currency"] == "EUR"
    case.play("save")
    assert case.orders()[0]["currency"] == "USD"


def test_the_client_goes_and_comes_back(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 71 100x3", contact_id=5, company_id=6)

    def client() -> tuple[int | None, int | None]:
        (order,) = case.orders()
        return order["contact_id"], order["company_id"]

    case.play("add P1")
    assert client() == (5, 6)
    case.play("add P2")
    assert client() == (None, None)
    case.play("P2 r1×1 → i1")
    assert client() == (5, 6)
    case.play("add P3; P2 r1×1 → null")
    assert client() == (None, None)


def test_a_cancelled_order_keeps_the_sum_at_nothing(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 71 100x3")
    order = portal.standin.open_order(portal.name, case.item_id)
    portal.standin.change_order(portal.name, order["id"], is_cancelled=True)
    case.play("add P1 → id; P1 r1×1 → i1")
    assert (case.sums(), case.held()) == ("P1 0", "i1:B1×1")


def test_the_pay_system_is_chosen_in_add(portal: StandInPortal) -> None:
    case = Case(portal).open("Desk 71 100x3")
    params = {"entityId": case.item_id, "entityTypeId": 2}
    add = "crm.item.payment.add"
    assert case.call(add, **params, fields={"paySystemId": 5}).json()["result"] > 0
    assert case.call(add, **params, fields={"paySystemId": 6}).json()["result"] > 0
    found = [(row["paySystemId"], row["paySystemName"]) for row in case.listed()]
    assert found == [(5, "Cheque"), (6, "Invoice to a company")]
    answer = case.call(add, **params, fields={"paySystemId": 999})
    assert (answer.status, answer.json()["result"]) == (200, 0)
    assert len(case.listed()) == 2
