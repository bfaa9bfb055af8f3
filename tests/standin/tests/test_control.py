"""What tests and people may do to a portal from outside, and what they may see."""

from __future__ import annotations

import pytest

from tests.standin.client import ControlRefused, StandIn
from tests.standin.portal import StandInPortal


def test_the_portals_of_the_demo(standin: StandIn) -> None:
    alpha, beta = standin.portal("alpha"), standin.portal("beta")
    assert alpha["host"] == f"alpha.localhost:{standin.port}"
    assert (alpha["installed"], alpha["app_present"]) == (False, True)
    assert alpha["deals"] == beta["deals"]
    assert [each["id"] for each in alpha["payments"]] == [each["id"] for each in beta["payments"]]
    assert alpha["member_id"] != beta["member_id"]


def test_names_and_switches_are_checked(portal: StandInPortal, standin: StandIn) -> None:
    with pytest.raises(ControlRefused, match="409"):
        standin.create_portal(name=portal.name)
    with pytest.raises(ControlRefused, match="400"):
        standin.switch(portal.name, colour="blue")
    with pytest.raises(ControlRefused, match="404"):
        standin.portal("nowhere")


def test_a_portal_that_takes_after_another(portal: StandInPortal, standin: StandIn) -> None:
    for handler in ("https://app.example/a/", "https://app.example/b/"):
        bind = {"PLACEMENT": "CRM_DEAL_DETAIL_TAB", "HANDLER": handler, "TITLE": "Payments"}
        portal.result("placement.bind", "admin", **bind)
        portal.result("event.bind", "admin", EVENT="ONAPPUPDATE", HANDLER=handler)
    standin.change_portal(portal.name, installed=True)
    about = standin.create_portal(like=portal.name)
    like = StandInPortal(standin, about)
    assert (like.name, like.member_id) != (portal.name, portal.member_id)
    ours, theirs = portal.state(), like.state()
    for what in ("installed", "bindings", "event_handlers", "deals", "payments"):
        assert theirs[what] == ours[what]
    assert like.calls() == []
    body = {"auth": about["pair"]["access"]}
    assert standin.send(like.host, "/rest/profile", body=body).json()["result"]["ID"] == "1"
    like.result("event.unbind", "admin", EVENT="ONAPPUPDATE")
    assert portal.state()["event_handlers"] == ours["event_handlers"]
    with pytest.raises(ControlRefused, match="400"):
        standin.create_portal(like="nowhere")


def test_a_colleague_at_work(portal: StandInPortal, standin: StandIn) -> None:
    (coffee, _) = portal.list_rows()
    rows = [{"row": coffee["id"], "quantity": 2}]
    (first,) = standin.add_payments(portal.name, "fresh", user="admin", rows=rows, paid=True)
    (row,) = portal.list_payments()
    assert (row["id"], row["sum"], row["paid"]) == (first, 800, "Y")
    assert portal.list_payments(filter={"empResponsibleId": 7}) == []
    seen = portal.state()["payments"][-1]
    assert (seen["deal_id"], seen["created_by"], seen["sum"]) == (portal.deal("fresh"), 1, 800)
    standin.remove_payment(portal.name, first)
    assert portal.list_payments() == []


def test_a_payment_system_is_called_something_else(portal: StandInPortal, standin: StandIn) -> None:
    standin.change_portal(portal.name, pay_systems={"2": "Bar"})
    standin.add_payments(portal.name, "fresh")
    (payment,) = portal.list_payments()
    assert payment["paySystemName"] == "Bar"


def test_a_thousand_payments(portal: StandInPortal, standin: StandIn) -> None:
    ids = standin.add_payments(portal.name, "many", count=1000)
    assert len(set(ids)) == 1000
    assert len(portal.list_payments("many")) == 1000


def test_deals_come_and_change(portal: StandInPortal, standin: StandIn) -> None:
    rows = [{"name": "Service", "price": 99.5, "quantity": 2}]
    made = standin.add_deal(portal.name, title="New", rows=rows, currency="USD")
    item = portal.result("crm.item.get", entityTypeId=2, id=made["id"])["item"]
    assert (item["opportunity"], item["currencyId"]) == (199, "USD")
    standin.change_deal(portal.name, made["id"], is_deleted=True)
    gone = portal.refusal("crm.item.get", entityTypeId=2, id=made["id"])
    assert gone == (400, "NOT_FOUND")


def test_the_ledger(portal: StandInPortal, standin: StandIn) -> None:
    standin.clear_calls(portal.name)
    payment = portal.add_payment().json()["result"]
    portal.add_payment("foreign")
    ok, refused = standin.calls(portal.name)
    assert (ok["server"], ok["method"], ok["user_id"]) == ("portal", "crm.item.payment.add", 7)
    assert (ok["status"], ok["error"], ok["committed_payment_ids"]) == (200, None, [payment])
    assert (refused["status"], refused["error"]) == (403, "ACCESS_DENIED")


def test_strangers_are_noted(standin: StandIn) -> None:
    host = "169.254.169.254"
    assert standin.send(host, "/latest", method="GET").status == 404
    assert {"host": host, "path": "/latest", "method": "GET"} in standin.strays()
    assert standin.send(host, "/_standin/strays", method="GET").status == 200


def test_more_salespeople(portal: StandInPortal) -> None:
    ids = portal.standin.add_users(portal.name, 2)
    launches = [portal.standin.launch(portal.name, user=user_id) for user_id in ids]
    assert len({launch["fields"]["AUTH_ID"] for launch in launches}) == 2
    made = [portal.call("profile", str(user_id)).json()["result"]["ID"] for user_id in ids]
    assert made == [str(user_id) for user_id in ids]
