"""How the stand-in reads a request and binds a controller's arguments."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.portal import StandInPortal
from tests.standin.rest.params import flatten, nest, parse_query

LIST = "crm.item.payment.list"


@pytest.mark.parametrize("value", [12, "12", 12.0, "1.2e1", " 12", "12.9", 12.9, "+12"])
def test_numbers_of_every_kind_pass_as_int(portal: StandInPortal, value: Any) -> None:
    answer = portal.call(LIST, "admin", entityId=value, entityTypeId=2)
    assert (answer.status, answer.json()["result"]) == (200, [])


@pytest.mark.parametrize("value", ["", "abc", None, True, False, [], [1], {"a": 1}, "12x"])
def test_anything_else_is_refused(portal: StandInPortal, value: Any) -> None:
    answer = portal.call(LIST, entityId=value, entityTypeId=2)
    assert (answer.status, answer.json()["error"]) == (400, "100")
    assert "to match with parameter {entityId}" in answer.json()["error_description"]


def test_missing_and_miscased_names(portal: StandInPortal) -> None:
    spellings: list[dict[str, Any]] = [{}, {"ENTITY_ID": 1}, {"entityid": 1}]
    for params in spellings:
        answer = portal.call(LIST, **params)
        assert answer.status == 400
        text = answer.json()["error_description"]
        assert text == "Could not find value for parameter {entityId}"


def test_arguments_are_bound_in_the_order_of_the_signature(portal: StandInPortal) -> None:
    text = portal.call(LIST, entityTypeId="x").json()["error_description"]
    assert "{entityId}" in text
    text = portal.call(LIST, entityId=1, entityTypeId="x", filter="y").json()["error_description"]
    assert "{entityTypeId}" in text
    text = portal.call(LIST, entityId=1, entityTypeId=2, filter="y").json()["error_description"]
    assert (
        text == "Invalid value {y} to match with parameter {filter}. Should be value of type array."
    )


def test_scope_comes_before_arguments_and_arguments_before_rights(portal: StandInPortal) -> None:
    portal.standin.change_portal(portal.name, scopes=["placement"])
    assert portal.refusal(LIST) == (401, "insufficient_scope")
    portal.standin.change_portal(portal.name, scopes=["crm"])
    assert portal.refusal(LIST, entityId=portal.deal("foreign")) == (400, "100")


def test_extra_parameters_are_ignored(portal: StandInPortal) -> None:
    deal = portal.deal("billed")
    found = portal.result(LIST, entityId=deal, entityTypeId=2, start=50, select=["id"])
    assert len(found) == 2
    assert len(found[0]) == 9


def test_form_query_and_json_bodies(portal: StandInPortal) -> None:
    deal, token, send = portal.deal("billed"), portal.token(), portal.standin.send
    nested = {"entityId": deal, "entityTypeId": 2, "filter": {">id": "0", "paid": "Y"}}
    query = "&".join(f"{key}={value}" for key, value in flatten({"auth": token, **nested}))
    answers = [
        send(portal.host, f"/rest/{LIST}", form={"auth": token, **nested}),
        send(portal.host, f"/rest/{LIST}.json", body={"auth": token, **nested}),
        send(portal.host, f"/rest/{LIST}/?auth={token}", body=nested),
        send(portal.host, f"/rest/{LIST.upper()}?{query}".replace(">", "%3E"), method="GET"),
        send(
            portal.host,
            f"/rest/{LIST}?entityId=1",
            form=nested,
            headers={"Authorization": f"Bearer {token}"},
        ),
        send(portal.host, f"/rest/{LIST}", form={"access_token": token, **nested}),
    ]
    assert [answer.status for answer in answers] == [200] * len(answers)
    assert {len(answer.json()["result"]) for answer in answers} == {1}


def test_a_broken_json_body_is_no_body(portal: StandInPortal) -> None:
    kind = {"Content-Type": "application/json"}
    send, token = portal.standin.send, portal.token()
    answer = send(portal.host, "/rest/profile", raw=b'{"auth": "', headers=kind)
    assert (answer.status, answer.json()["error"]) == (401, "NO_AUTH_FOUND")
    answer = send(portal.host, f"/rest/{LIST}?auth={token}", raw=b"{", headers=kind)
    assert (answer.status, answer.json()["error"]) == (400, "100")


def test_brackets_nest_as_in_php() -> None:
    text = "a[b][]=1&a[b][]=2&a[c]=3&d=4&d=5&e[7]=x&e[]=y"
    assert parse_query(text) == {
        "a": {"b": {"0": "1", "1": "2"}, "c": "3"},
        "d": "5",
        "e": {"7": "x", "8": "y"},
    }


def test_flatten_is_the_opposite_of_nest() -> None:
    value = {"auth": {"a": "1"}, "data": {"FIELDS": {"ID": "5"}}, "list": {"0": "x"}}
    assert nest(flatten(value)) == value
