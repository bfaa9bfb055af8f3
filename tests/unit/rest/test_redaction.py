"""What the journal lets through: known fields in their form, nothing new, nothing personal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from b24app.rest.call_log.redaction import (
    CUT,
    FIELDS,
    kept_code,
    kept_params,
    kept_result,
    kept_time,
)
from tests.support.answers.hostile import JSON

TOKEN = "f4ke0" * 14
APPLICATION_TOKEN = "f4ke" * 8
PRIVATE = [
    "Ivan Fake",
    "ivan@example.com",
    "+49 170 1234567",
    "Secret street 1",
    "https://acme.example.com/~Ab3x",
    TOKEN,
    APPLICATION_TOKEN,
    "9" * 5000,
    "\ud800",
    "\x00",
    "1\n2",
    "٣",
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("id", 3653),
        ("ID", "7"),
        ("paySystemId", 3),
        ("PAY_SYSTEM_ID", "3"),
        (">id", 3652),
        ("=ownerType", "D"),
        ("@id", [1, 2, 3]),
        ("paymentId", "$result[add]"),
        ("quantity", "1.5000"),
        ("sum", -12.25),
        ("paid", "Y"),
        ("ADMIN", False),
        ("currencyId", "EUR"),
        ("stageId", "C5:PREPARATION"),
        ("datePaid", "2026-01-12T10:00:00+03:00"),
        ("accountNumber", "3653/2"),
        ("xmlId", "sale_basket_17"),
        ("placement", "CRM_SMART_INVOICE_DETAIL_TAB"),
        ("handler", "https://pay.example.com/placements/deal/"),
        ("select", ["ID", "NAME"]),
        ("order", {"SORT": "ASC"}),
        ("filter", {"ENTITY_REGISTRY_TYPE": "ORDER", ">id": 7}),
        ("fields", {"paySystemId": 3}),
    ],
)
def test_known_fields_are_kept_in_their_form(name: str, value: Any) -> None:
    assert kept_params("crm.item.payment.list", {name: value}) == {name: value}
    assert kept_result("crm.item.payment.list", [{name: value}]) == [{name: value}]


@pytest.mark.parametrize(
    "name",
    [
        "title",
        "name",
        "NAME",
        "LAST_NAME",
        "email",
        "EMAIL",
        "phone",
        "comments",
        "productName",
        "paySystemName",
        "measureName",
        "contactId",
        "companyId",
        "auth",
        "access_token",
        "APPLICATION_TOKEN",
        "client_secret",
        "CODE",
        "url",
        "sourceDescription",
        "ufCrm_1700000000",
        "aFieldOfTomorrow",
        "id" * 40,
        "💥",
        "",
    ],
)
def test_fields_that_nobody_put_into_the_table_are_counted(name: str) -> None:
    for value in (7, "Y", "EUR", "Ivan Fake", {"id": 1}, [1]):
        assert kept_params("crm.item.get", {name: value, "id": 1}) == {"id": 1, CUT: 1}
        assert kept_result("crm.item.get", {"item": {name: value}}) == {"item": {CUT: 1}}


@pytest.mark.parametrize("name", sorted(FIELDS))
@pytest.mark.parametrize("value", PRIVATE, ids=range(len(PRIVATE)))
def test_no_field_keeps_what_has_not_its_form(name: str, value: str) -> None:
    nested = ({name: value}, {name: [value]}, {name: {name: value}}, {name: {value: 1}})
    for params in nested:
        kept = str([kept_params("method.get", params), kept_result("app.info", params)])
        assert value not in kept


@pytest.mark.parametrize("value", [10**400, float("inf"), float("nan"), 10**15, -(10**15)])
def test_a_number_without_measure_is_none(value: float) -> None:
    assert kept_params("crm.item.get", {"id": value}) == {"id": CUT}
    assert kept_result("crm.item.payment.add", value) == CUT


def test_a_name_is_that_of_a_method_in_one_place_alone() -> None:
    params = {"name": "crm.item.payment.add"}
    assert kept_params("method.get", params) == params
    assert kept_params("user.get", params) == {CUT: 1}


@pytest.mark.parametrize("result", [True, False, None, 3653, "3653", [1, 2]])
def test_bare_results_are_kept(result: Any) -> None:
    assert kept_result("crm.item.payment.add", result) == result


@pytest.mark.parametrize(
    "result", ["Ivan", "491701234567", 491701234567, "https://x.example", TOKEN]
)
def test_bare_results_that_may_be_anything_are_not(result: Any) -> None:
    assert kept_result("crm.item.payment.add", result) == CUT
    assert kept_result("crm.item.payment.add", [result]) == [CUT]


def test_scopes_are_codes() -> None:
    assert kept_result("scope", ["crm", "user_brief"]) == ["crm", "user_brief"]
    assert kept_result("scope", [TOKEN, "Ivan Fake"]) == [CUT, CUT]


def test_a_person_is_an_id_and_a_role() -> None:
    profile = {"ID": "7", "ADMIN": True, "NAME": "Ivan", "LAST_NAME": "Fake", "TIME_ZONE": None}
    assert kept_result("profile", profile) == {"ID": "7", "ADMIN": True, CUT: 2}


def test_a_thousand_payments_are_a_number_and_the_first_few() -> None:
    rows = [{"id": each, "sum": 5, "paySystemName": "Cash"} for each in range(1000)]
    kept = kept_result("crm.item.payment.list", rows)
    assert [each["id"] for each in kept if isinstance(each, dict)] == [0, 1, 2, 999]
    assert "… 1000 in all" in kept
    assert len(json.dumps(kept)) < 300


def test_a_list_of_ids_may_be_longer() -> None:
    assert kept_params("crm.item.payment.list", {"@id": list(range(20))})["@id"] == [*range(20)]
    assert len(kept_params("crm.item.payment.list", {"@id": list(range(21))})["@id"]) == 5


def test_time_is_how_long_and_what_is_used() -> None:
    block = {"start": 1.5, "duration": 0.123456, "operating": 2, "operating_reset_at": 1767226200}
    kept = {"duration": 0.1235, "operating": 2, "operating_reset_at": 1767226200}
    assert kept_time(block) == kept
    assert kept_time({"duration": TOKEN, "operating": 10**400}) == {}
    assert kept_time(["x"]) == CUT


@pytest.mark.parametrize(
    "code", ["ACCESS_DENIED", "expired_token", "0", 0, 100, "200640400001", ""]
)
def test_codes_of_errors_are_kept(code: Any) -> None:
    assert kept_code(code) == (code if code != "" else CUT)


@pytest.mark.parametrize("code", [TOKEN, "Ivan Fake", {"a": 1}, ["x"], "x" * 300, None])
def test_what_stands_in_the_place_of_a_code_is_not(code: Any) -> None:
    assert kept_code(code) == CUT


def test_nothing_is_too_deep_or_too_wide() -> None:
    deep: Any = {"id": 1}
    for _ in range(5000):
        deep = {"fields": deep}
    assert len(str(kept_params("x", deep))) < 200
    assert kept_params("x", {f"field{each}": each for each in range(5000)}) == {CUT: 5000}


@given(JSON, JSON)
def test_whatever_comes_leaves_plain_values(params: Any, result: Any) -> None:
    kept = [kept_params("crm.item.get", {"fields": params, "filter": params})]
    kept += [kept_result(method, result) for method in ("crm.item.get", "scope")]
    json.dumps([*kept, kept_time(result), kept_code(result)], allow_nan=False).encode()
