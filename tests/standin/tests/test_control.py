"""What tests and people may do to a portal from outside, and what they may see."""

from __future__ import annotations

import pytest

from tests.standin.client import ControlRefused, StandIn
from tests.standin.tests.conftest import Office


def test_the_portals_of_the_demo(standin: StandIn) -> None:
    alpha, beta = standin.portal("alpha"), standin.portal("beta")
    assert alpha["host"] == f"alpha.localhost:{standin.port}"
    assert (alpha["installed"], alpha["app_present"]) == (False, True)
    assert alpha["deals"] == beta["deals"]
    assert [each["id"] for each in alpha["payments"]] == [each["id"] for each in beta["payments"]]
    assert alpha["member_id"] != beta["member_id"]


def test_names_and_switches_are_checked(office: Office, standin: StandIn) -> None:
    with pytest.raises(ControlRefused, match="409"):
        standin.create_portal(name=office.name)
    with pytest.raises(ControlRefused, match="400"):
        standin.switch(office.name, colour="blue")
    with pytest.raises(ControlRefused, match="404"):
        standin.portal("nowhere")


def test_a_colleague_at_work(office: Office, standin: StandIn) -> None:
    (coffee, _) = office.rows()
    rows = [{"row": coffee["id"], "quantity": 2}]
    (first,) = standin.add_payments(office.name, "fresh", user="admin", rows=rows, paid=True)
    (row,) = office.payments()
    assert (row["id"], row["sum"], row["paid"]) == (first, 800, "Y")
    assert office.payments(filter={"empResponsibleId": 7}) == []
    seen = office.state()["payments"][-1]
    assert (seen["deal_id"], seen["created_by"], seen["sum"]) == (office.deal("fresh"), 1, 800)
    standin.remove_payment(office.name, first)
    assert office.payments() == []


def test_a_payment_system_is_called_something_else(office: Office, standin: StandIn) -> None:
    standin.change_portal(office.name, pay_systems={"2": "Bar"})
    standin.add_payments(office.name, "fresh")
    (payment,) = office.payments()
    assert payment["paySystemName"] == "Bar"


def test_a_thousand_payments(office: Office, standin: StandIn) -> None:
    ids = standin.add_payments(office.name, "many", count=1000)
    assert len(set(ids)) == 1000
    assert len(office.payments("many")) == 1000


def test_deals_come_and_change(office: Office, standin: StandIn) -> None:
    rows = [{"name": "Service", "price": 99.5, "quantity": 2}]
    made = standin.add_deal(office.name, title="New", rows=rows, currency="USD")
    item = office.result("crm.item.get", entityTypeId=2, id=made["id"])["item"]
    assert (item["opportunity"], item["currencyId"]) == (199, "USD")
    standin.change_deal(office.name, made["id"], is_deleted=True)
    gone = office.refusal("crm.item.get", entityTypeId=2, id=made["id"])
    assert gone == (400, "NOT_FOUND")


def test_the_ledger(office: Office, standin: StandIn) -> None:
    standin.clear_calls(office.name)
    payment = office.add().json()["result"]
    office.add("foreign")
    ok, refused = standin.calls(office.name)
    assert (ok["server"], ok["method"], ok["user_id"]) == ("portal", "crm.item.payment.add", 7)
    assert (ok["status"], ok["error"], ok["committed_payment_ids"]) == (200, None, [payment])
    assert (refused["status"], refused["error"]) == (403, "ACCESS_DENIED")


def test_strangers_are_noted(standin: StandIn) -> None:
    host = "169.254.169.254"
    assert standin.send(host, "/latest", method="GET").status == 404
    assert {"host": host, "path": "/latest", "method": "GET"} in standin.strays()
    assert standin.send(host, "/_standin/strays", method="GET").status == 200


def test_more_salespeople(office: Office) -> None:
    ids = office.standin.add_users(office.name, 2)
    launches = [office.standin.launch(office.name, user=user_id) for user_id in ids]
    assert len({launch["fields"]["AUTH_ID"] for launch in launches}) == 2
    made = [office.call("profile", str(user_id)).json()["result"]["ID"] for user_id in ids]
    assert made == [str(user_id) for user_id in ids]
