"""The deal's own fields: who makes them, what becomes of what is written, what a filter sees."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.portal import StandInPortal

FIELD, ITEM = "crm.deal.userfield", "crm.item"
CHOICES = [{"VALUE": "None", "XML_ID": "none"}, {"VALUE": "All", "XML_ID": "all"}]


def add(portal: StandInPortal, name: str, kind: str, **fields: Any) -> int:
    given = {"FIELD_NAME": name, "USER_TYPE_ID": kind, "SHOW_FILTER": "Y", **fields}
    return int(portal.result(f"{FIELD}.add", "admin", fields=given))


def write(portal: StandInPortal, user: str = "sales", **fields: Any) -> dict[str, Any]:
    deal = portal.deal("fresh")
    found = portal.result(f"{ITEM}.update", user, entityTypeId=2, id=deal, fields=fields)
    return dict(found["item"])


def known(portal: StandInPortal, **filters: Any) -> list[dict[str, Any]]:
    return list(portal.result(f"{FIELD}.list", "admin", filter=filters))


def ids(portal: StandInPortal, **filters: Any) -> list[int]:
    found = portal.result(f"{ITEM}.list", "sales", entityTypeId=2, filter=filters)
    return [item["id"] for item in found["items"]]


@pytest.mark.parametrize("name", ["dp_left", "UF_DP_LEFT", "UF_CRM_DP_LEFT"])
def test_a_name_gets_its_prefix(portal: StandInPortal, name: str) -> None:
    add(portal, name, "double")
    assert [field["FIELD_NAME"] for field in known(portal)] == ["UF_CRM_DP_LEFT"]


def test_a_double_without_a_precision_loses_its_cents(portal: StandInPortal) -> None:
    add(portal, "DP_PAID", "double")
    add(portal, "DP_LEFT", "double", SETTINGS={"PRECISION": 2})
    item = write(portal, ufCrmDpPaid="10.49", ufCrmDpLeft="10.49")
    assert (item["ufCrmDpPaid"], item["ufCrmDpLeft"]) == (10, 10.49)


def test_money_is_born_without_a_filter_and_gets_one_later(portal: StandInPortal) -> None:
    number = add(portal, "DP_SUM", "money")
    assert known(portal)[0]["SHOW_FILTER"] == "N"
    portal.result(f"{FIELD}.update", "admin", id=number, fields={"SHOW_FILTER": "Y"})
    assert known(portal)[0]["SHOW_FILTER"] == "E"
    assert write(portal, ufCrmDpSum="10|EUR")["ufCrmDpSum"] == "10|EUR"
    assert write(portal, ufCrmDpSum="10 EUR")["ufCrmDpSum"] is None


def test_labels_are_kept_in_installed_languages_alone(portal: StandInPortal) -> None:
    label = {"en": "Paid", "fr": "Payé"}
    number = add(portal, "DP_PAID", "double", LABEL="Paid", LIST_COLUMN_LABEL=label)
    found = [known(portal, LANG=lang)[0]["LIST_COLUMN_LABEL"] for lang in ("en", "de", "fr")]
    assert found == ["Paid", "Paid", ""]
    fields = {"LIST_COLUMN_LABEL": {"en": "Paid already"}}
    portal.result(f"{FIELD}.update", "admin", id=number, fields=fields)
    assert known(portal, LANG="de")[0]["LIST_COLUMN_LABEL"] == ""
    assert "LIST_COLUMN_LABEL" not in known(portal)[0]


def test_one_that_exists_already_has_no_code_of_its_own(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, texts="de")
    add(portal, "DP_PAID", "double")
    fields = {"FIELD_NAME": "DP_PAID", "USER_TYPE_ID": "double"}
    answer = portal.call(f"{FIELD}.add", "admin", fields=fields).json()
    assert answer["error"] == "ERROR_CORE"
    assert "existiert bereits" in answer["error_description"]


def test_older_boxes_take_twenty_characters(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, field_name_length=20)
    add(portal, "UF_CRM_DP_STATE", "string")
    fields = {"FIELD_NAME": "UF_CRM_DEAL_PAYMENTS_STATE", "USER_TYPE_ID": "string"}
    assert portal.refusal(f"{FIELD}.add", "admin", fields=fields) == (400, "ERROR_CORE")


@pytest.mark.parametrize("user", ["sales", "reader"])
def test_whoever_may_not_change_the_crm_may_read_the_list(portal: StandInPortal, user: str) -> None:
    fields = {"FIELD_NAME": "DP_PAID", "USER_TYPE_ID": "double"}
    assert portal.refusal(f"{FIELD}.add", user, fields=fields) == (400, "")
    assert portal.result(f"{FIELD}.list", user) == []
    assert portal.refusal(f"{FIELD}.list", "guest") == (400, "")


def test_a_field_that_a_role_does_not_see_is_absent_both_ways(portal: StandInPortal) -> None:
    add(portal, "DP_PAID", "double", SETTINGS={"PRECISION": 2})
    portal.standin.switch(portal.name, hidden_fields={"sales": ["UF_CRM_DP_PAID"]})
    assert "ufCrmDpPaid" not in write(portal, ufCrmDpPaid="5")
    assert write(portal, "admin", title="x")["ufCrmDpPaid"] is None


def test_a_field_that_was_deleted_is_dropped_and_breaks_a_filter(portal: StandInPortal) -> None:
    number = add(portal, "DP_PAID", "double")
    write(portal, ufCrmDpPaid="5")
    assert ids(portal, **{">ufCrmDpPaid": 4}) == [portal.deal("fresh")]
    portal.result(f"{FIELD}.delete", "admin", id=number)
    assert "ufCrmDpPaid" not in write(portal, ufCrmDpPaid="6")
    filters = {">ufCrmDpPaid": 4}
    refusal = portal.refusal(f"{ITEM}.list", "sales", entityTypeId=2, filter=filters)
    assert refusal == (400, "INVALID_ARG_VALUE")


def test_a_list_takes_the_number_of_its_value_and_no_text(portal: StandInPortal) -> None:
    add(portal, "DP_STATE", "enumeration", LIST=CHOICES)
    none, everything = (int(each["ID"]) for each in known(portal)[0]["LIST"])
    assert write(portal, ufCrmDpState=everything)["ufCrmDpState"] == everything
    assert ids(portal, **{"@ufCrmDpState": [none, everything]}) == [portal.deal("fresh")]
    portal.standin.switch(portal.name, list_numbers="text")
    assert write(portal, ufCrmDpState=str(none))["ufCrmDpState"] == str(none)
    assert write(portal, ufCrmDpState="All")["ufCrmDpState"] == "0"


@pytest.mark.parametrize("written", ["2026-05-04", "2026-05-04T23:00:00+03:00", "04.05.2026"])
def test_a_date_comes_back_with_a_technical_time(portal: StandInPortal, written: str) -> None:
    add(portal, "DP_LAST", "date")
    assert write(portal, ufCrmDpLast=written)["ufCrmDpLast"] == "2026-05-04T03:00:00+03:00"
    assert write(portal, ufCrmDpLast="soon")["ufCrmDpLast"] == "2026-05-04T03:00:00+03:00"


def test_clearing_may_not_be_kept(portal: StandInPortal) -> None:
    add(portal, "DP_LAST", "date")
    write(portal, ufCrmDpLast="2026-05-04")
    portal.standin.switch(portal.name, clears_fields=False)
    assert write(portal, ufCrmDpLast="")["ufCrmDpLast"] is not None
    fields = {"UF_CRM_DP_LAST": ""}
    assert portal.result("crm.deal.update", "sales", id=portal.deal("fresh"), fields=fields)
    assert write(portal, title="x")["ufCrmDpLast"] is None


def test_somebody_elses_mandatory_field_may_refuse_a_save(portal: StandInPortal) -> None:
    add(portal, "DP_PAID", "double")
    add(portal, "REASON", "string", MANDATORY="Y")
    assert write(portal, ufCrmDpPaid="5")["ufCrmDpPaid"] == 5
    portal.standin.switch(portal.name, checks_mandatory="all")
    deal = portal.deal("fresh")
    given = {"entityTypeId": 2, "id": deal, "fields": {"ufCrmDpPaid": "6"}}
    assert portal.refusal(f"{ITEM}.update", "sales", **given) == (400, "100")
    assert portal.standin.deal(portal.name, deal)["values"] == {"UF_CRM_DP_PAID": 5}


def test_names_of_letters_and_digits_are_read_in_their_own_way(portal: StandInPortal) -> None:
    for name in ("DP1_PAID", "1746431727372", "2_1636"):
        add(portal, name, "string")
    fields = portal.result(f"{ITEM}.fields", "sales", entityTypeId=2)["fields"]
    assert {"ufCrm_DP1_PAID", "ufCrm_1746431727372", "ufCrm2_1636"} <= fields.keys()
    deal = portal.deal("fresh")
    asked = {"entityTypeId": 2, "id": deal, "useOriginalUfNames": "Y"}
    assert "UF_CRM_DP1_PAID" in portal.result(f"{ITEM}.get", "sales", **asked)["item"]


def test_whoever_may_not_edit_the_deal_is_refused(portal: StandInPortal) -> None:
    given = {"entityTypeId": 2, "fields": {"title": "x"}}
    asked = [("reader", portal.deal("fresh")), ("sales", portal.deal("foreign")), ("sales", 9999)]
    found = [portal.refusal(f"{ITEM}.update", user, id=deal, **given)[1] for user, deal in asked]
    assert found == ["ACCESS_DENIED", "ACCESS_DENIED", "NOT_FOUND"]
