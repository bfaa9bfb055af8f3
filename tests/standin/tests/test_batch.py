"""batch: references, empty maps, refusals inside, and what survives a failure."""

from __future__ import annotations

import pytest

from tests.standin.portal import StandInPortal

EMPTY = ["result", "result_error", "result_total", "result_next", "result_time"]


def test_one_round_trip_adds_fills_and_lists(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, orders_for_sales="read")
    deal, (coffee, filters) = portal.deal("fresh"), portal.list_rows()
    product = "crm.item.payment.product.add?paymentId=$result[add]"
    answer = portal.batch(
        {
            "add": f"crm.item.payment.add?entityId={deal}&entityTypeId=2",
            "a": f"{product}&rowId={coffee['id']}&quantity=2",
            "b": f"{product}&rowId={filters['id']}&quantity=4",
            "list": f"crm.item.payment.list?entityId={deal}&entityTypeId=2",
            "rows": f"crm.item.productrow.list?filter[%3DownerType]=D&filter[%3DownerId]={deal}",
            "get": "crm.item.payment.get?id=$result[list][0][id]",
        },
        halt=1,
    ).json()["result"]
    assert answer["result"]["list"][0]["sum"] == 1200
    assert answer["result"]["get"]["id"] == answer["result"]["add"]
    assert answer["result_error"] == []
    assert answer["result_total"] == {"rows": 2}
    assert list(answer["result_time"]) == ["add", "a", "b", "list", "rows", "get"]
    (call,) = portal.standin.calls(portal.name)[-1:]
    assert call["commands"][:2] == ["crm.item.payment.add", "crm.item.payment.product.add"]
    assert call["committed_payment_ids"] == [answer["result"]["add"]]


def test_empty_maps_are_lists(portal: StandInPortal) -> None:
    assert portal.batch({}).json()["result"] == {key: [] for key in EMPTY}
    assert portal.call("batch").json()["result"] == {key: [] for key in EMPTY}


def test_list_style_commands_answer_a_list_while_keys_count(portal: StandInPortal) -> None:
    whole = portal.batch(["profile", "user.admin"]).json()["result"]
    assert [type(each) for each in whole["result"]] == [dict, bool]
    holed = portal.batch(["nothing.here", "user.admin"]).json()["result"]
    assert holed["result"] == {"1": False}
    assert holed["result_error"][0]["error"] == "ERROR_METHOD_NOT_FOUND"


def test_only_strings_are_commands(portal: StandInPortal) -> None:
    found = portal.batch({"a": {"method": "profile"}, "b": "user.admin", "c": 1}).json()["result"]
    assert found["result"] == {"b": False}
    assert found["result_error"] == []


def test_form_encoding_works_the_same(portal: StandInPortal) -> None:
    form = {"auth": portal.token(), "halt": "0", "cmd": {"me": "profile", "x": "app.info"}}
    found = portal.standin.send(portal.host, "/rest/batch.json", form=form).json()
    assert found["result"]["result"]["me"]["ID"] == "7"


@pytest.mark.parametrize("halt", [1, "1", True, "true"])
def test_halt_stops_at_the_first_error(portal: StandInPortal, halt: object) -> None:
    cmd = {"a": "user.admin", "b": "nothing.here", "c": "profile"}
    found = portal.batch(cmd, halt=halt).json()["result"]
    assert list(found["result"]) == ["a"]
    assert list(found["result_error"]) == ["b"]


@pytest.mark.parametrize("halt", [0, "0", False, ""])
def test_without_halt_a_lost_reference_is_empty(portal: StandInPortal, halt: object) -> None:
    cmd = {
        "add": f"crm.item.payment.add?entityId={portal.deal('foreign')}&entityTypeId=2",
        "row": "crm.item.payment.product.add?paymentId=$result[add]&rowId=1&quantity=1",
        "me": "profile",
    }
    answer = portal.batch(cmd, halt=halt)
    assert answer.status == 403
    found = answer.json()["result"]
    assert found["result_error"]["add"]["error"] == "ACCESS_DENIED"
    assert found["result_error"]["row"]["error"] == "100"
    assert list(found["result"]) == ["me"]


@pytest.mark.parametrize(
    ("switches", "status"),
    [({}, 403), ({"statuses": "docs"}, 200), ({"batch_leaks_403": False}, 200)],
    ids=["as in the source", "as in the docs", "sealed"],
)
def test_a_denied_command_may_leak_its_403(
    portal: StandInPortal, switches: dict[str, object], status: int
) -> None:
    portal.standin.switch(portal.name, **switches)
    cmd = {"list": f"crm.item.payment.list?entityId={portal.deal('foreign')}&entityTypeId=2"}
    answer = portal.batch(cmd)
    assert answer.status == status
    assert answer.json()["result"]["result_error"]["list"]["error"] == "ACCESS_DENIED"


def test_fifty_commands_and_no_more(portal: StandInPortal) -> None:
    found = portal.batch({f"c{index}": "user.admin" for index in range(51)}).json()["result"]
    assert len(found["result"]) == 50
    assert found["result_error"]["c50"]["error"] == "ERROR_BATCH_LENGTH_EXCEEDED"


def test_what_batch_refuses(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, batch_forbids=["crm.item.payment.*"])
    cmd = {
        "again": "batch?cmd[a]=profile",
        "add": "crm.item.payment.add?entityId=1",
        "me": "profile",
    }
    found = portal.batch(cmd).json()["result"]
    codes = {key: each["error"] for key, each in found["result_error"].items()}
    assert codes == dict.fromkeys(("again", "add"), "ERROR_BATCH_METHOD_NOT_ALLOWED")
    assert list(found["result"]) == ["me"]


def test_a_missing_scope_inside_has_no_text(portal: StandInPortal) -> None:
    portal.standin.change_portal(portal.name, scopes=["placement"])
    found = portal.batch({"list": "crm.item.payment.list", "me": "profile"}).json()["result"]
    assert found["result_error"]["list"] == {"error": "insufficient_scope", "error_description": ""}


def test_no_transaction_joins_the_commands(portal: StandInPortal) -> None:
    cmd = {
        "add": f"crm.item.payment.add?entityId={portal.deal('fresh')}&entityTypeId=2",
        "row": "crm.item.payment.product.add?paymentId=$result[add]&rowId=1&quantity=1",
    }
    portal.batch(cmd, halt=1)
    assert [each["sum"] for each in portal.list_payments()] == [0]
