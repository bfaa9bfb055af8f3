"""A call as the journal writes it: the portal's form with less in it, and never long."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.rest.call_log.record import LONGEST_ANSWER, LONGEST_PARAMS, CallRecord, record_of
from b24app.rest.client import Command
from b24app.rest.errors import RestError
from payments.gateway import payments as gateway
from payments.gateway import products as product_gateway
from payments.gateway.card import look_commands
from payments.types import Item, Portion
from tests.support.answers.hostile import JSON
from tests.support.servers.sockets import http_answer, serve
from tests.unit.rest.test_client import client_of

DEAL = Item(2, 101)
TIME = {"start": 1.0, "duration": 0.25, "operating": 0.5, "operating_reset_at": 1767226200}
KEPT_TIME = {name: TIME[name] for name in ("duration", "operating", "operating_reset_at")}


def written(commands: dict[str, Command], answer: Any, method: str = "batch") -> CallRecord:
    return record_of(method, commands, answer, status=200, error="", seconds=0.3)


def add_of(count: int) -> dict[str, Command]:
    """A click with so many rows."""
    portions = [Portion(300 + each, 1) for each in range(count)]
    return {
        "add": gateway.add_command(DEAL),
        **product_gateway.put_commands(portions, payment=product_gateway.NEW_PAYMENT),
        **look_commands(DEAL),
    }


def test_a_batch_has_what_each_command_asked_and_got() -> None:
    refusal = {"error": "0", "error_description": "No Coffee is left for +49 170 1234567"}
    answer = {
        "result": {
            "result": {
                "add": 3653,
                "card": {"item": {"id": 101, "title": "Fake merger", "opportunity": 800}},
                "offered": {"productRows": [{"id": 300, "productName": "Coffee", "quantity": 2}]},
            },
            "result_error": {"row_300": refusal},
            "result_total": [],
            "result_time": {"add": TIME, "card": TIME},
        },
        "time": TIME,
    }
    call = written(add_of(1), answer)
    params = json.loads(call.params)
    assert list(params) == ["add", "row_300", *look_commands(DEAL)]
    assert params["parts_0"] == {"paymentId": "$result[payments][0][id]"}
    assert params["add"] == {"entityTypeId": 2, "entityId": 101}
    assert params["row_300"] == {"paymentId": "$result[add]", "rowId": 300, "quantity": 1}
    assert call.commands[:2] == ("crm.item.payment.add", "crm.item.payment.product.add")
    assert json.loads(call.answer) == {
        "time": KEPT_TIME,
        "result_time": {"add": KEPT_TIME, "card": KEPT_TIME},
        "result_error": {"row_300": {"error": "0", "error_description": "No … is left for …"}},
        "result": {
            "add": 3653,
            "card": {"item": {"id": 101, "opportunity": 800, "…": 1}},
            "offered": {"productRows": [{"id": 300, "quantity": 2, "…": 1}]},
        },
    }


def test_every_row_of_a_click_is_there_with_its_quantity() -> None:
    commands = add_of(40)
    results = {key: 5000 + at for at, key in enumerate(commands) if key.startswith("row_")}
    times = dict.fromkeys(commands, TIME)
    maps = {"result": {"add": 3653, **results}, "result_error": [], "result_time": times}
    call = written(commands, {"result": maps, "time": TIME})
    params, answer = json.loads(call.params), json.loads(call.answer)
    assert {key: answer["result"][key] for key in results} == results
    assert all(params[key]["quantity"] == 1 for key in results)
    # One block a method, not one a row.
    assert len(answer["result_time"]) == len({each.method for each in commands.values()})


def test_what_has_no_room_is_counted() -> None:
    commands = add_of(49)
    refusal = {"error": "0", "error_description": "no way at all, " * 20}
    maps = {"result_error": dict.fromkeys(commands, refusal), "result_time": {"add": TIME}}
    call = written(commands, {"result": maps, "time": TIME})
    params, answer = json.loads(call.params), json.loads(call.answer)
    assert len(params) - 1 + params["…"] == len(commands)
    assert len(answer["result_error"]) - 1 + answer["result_error"]["…"] == len(commands)
    assert answer["time"] == KEPT_TIME
    assert len(call.params) <= LONGEST_PARAMS
    assert len(call.answer) <= LONGEST_ANSWER


def test_a_thousand_payments_take_no_more_room_than_a_few() -> None:
    rows = [{"id": each, "sum": 10, "accountNumber": f"{each}/1"} for each in range(1000)]
    call = written(look_commands(DEAL), {"result": {"result": {"payments": rows}}, "time": TIME})
    assert "… 1000 in all" in call.answer
    assert len(call.answer) < 500


def test_a_lone_call_and_its_error() -> None:
    commands = {"": gateway.add_command(DEAL)}
    answer = {"error": "ACCESS_DENIED", "error_description": "No", "time": TIME, "auth": "x"}
    call = written(commands, answer, "crm.item.payment.add")
    assert json.loads(call.answer) == {
        "time": KEPT_TIME,
        "error": "ACCESS_DENIED",
        "error_description": "No",
    }
    call = written(commands, {"result": 3653}, "crm.item.payment.add")
    assert (json.loads(call.params)[""]["entityId"], call.answer) == (101, '{"result":3653}')
    assert written(commands, {}, "crm.item.payment.add").answer == ""


@given(
    JSON
    | st.fixed_dictionaries(
        {},
        optional={
            "result": st.dictionaries(st.sampled_from(["add", "card", "x"]), JSON) | JSON,
            "result_error": st.dictionaries(
                st.sampled_from(["add", "card"]),
                JSON | st.fixed_dictionaries({"error": JSON, "error_description": JSON}),
            )
            | JSON,
            "result_time": st.dictionaries(st.sampled_from(["add", "card"]), JSON) | JSON,
        },
    ),
    JSON,
)
def test_whatever_comes_is_json_of_its_length(value: Any, other: Any) -> None:
    commands = add_of(2)
    for answer in (
        {"result": value, "time": other},
        {"error": other, "error_description": value, "time": value},
    ):
        for method in ("batch", "crm.item.get"):
            call = written(commands, answer, method)
            json.loads(call.answer.encode().decode())
            assert len(call.answer) <= LONGEST_ANSWER


@pytest.mark.parametrize("status", [200, 403, 502])
def test_every_request_is_recorded_with_what_came_of_it(status: int) -> None:
    body = '{"error":"ACCESS_DENIED","error_description":"No, \\ud800 ivan@example.com"}'
    with serve(http_answer(body, status=status)) as server:
        client, records = client_of(server)
        with pytest.raises(RestError):
            client.call(Command("crm.item.get", {"id": 7, "title": "Fake merger"}))
    call = records[0]
    # A status without known words is followed by the question who is refused.
    assert [record.method for record in records[1:]] == (["profile"] if status == 403 else [])
    assert (call.status, call.error) == (status, "ACCESS_DENIED")
    assert json.loads(call.params) == {"": {"id": 7, "…": 1}}
    assert json.loads(call.answer) == {"error": "ACCESS_DENIED", "error_description": "No, � …"}
    assert "fake-access-token" not in repr(call)


@pytest.mark.parametrize("body", ["<html>fake</html>", "[]", "x", '{"result":' + "9" * 10**6 + "}"])
def test_an_answer_that_cannot_be_read_leaves_its_parameters(body: str) -> None:
    with serve(http_answer(body)) as server:
        client, records = client_of(server)
        with pytest.raises(RestError):
            client.call(Command("crm.item.get", {"id": 7}))
    [call] = records
    assert (call.params, call.answer, call.error) == ('{"":{"id":7}}', "", "unreadable_answer")
