"""crm.item.list: what is listed, what is not, and what its arguments may be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.portal import StandInPortal

OWN = {"contact_id": None, "company_id": 22}


def add(portal: StandInPortal, **fields: Any) -> int:
    row = {"name": "Part", "price": 10, "quantity": 1}
    return int(portal.standin.add_deal(portal.name, rows=[row], **{**OWN, **fields})["id"])


def listed(portal: StandInPortal, user: str | int = "sales", **params: Any) -> list[int]:
    found = portal.result("crm.item.list", user, entityTypeId=2, **params)
    return [each["id"] for each in found["items"]]


def refused(portal: StandInPortal, **params: Any) -> Any:
    return portal.refusal("crm.item.list", entityTypeId=2, **params)[1]


def test_what_a_reader_may_not_read_is_absent_and_uncounted(portal: StandInPortal) -> None:
    [colleague] = portal.standin.add_users(portal.name, 1)
    mine, theirs = (add(portal, visibility="owner", assigned_by_id=user) for user in (7, colleague))
    chosen: dict[str, Any] = {"filter": {"companyId": 22}}
    assert listed(portal, "admin", **chosen) == [mine, theirs]
    assert listed(portal, "sales", **chosen) == [mine]
    answer = portal.call("crm.item.list", colleague, entityTypeId=2, **chosen).json()
    assert answer["total"] == 1
    assert [each["id"] for each in answer["result"]["items"]] == [theirs]
    assert portal.deal("deleted") not in listed(portal, "admin")


def test_filters_by_client_person_stage_and_time(portal: StandInPortal) -> None:
    early = add(portal, contact_id=12, created_at="2026-02-01T10:00:00+00:00")
    late = add(portal, other_contact_ids=[12], created_at="2026-03-01T10:00:00+00:00")
    lost = add(portal, stage_semantic="F", assigned_by_id=1)
    assert listed(portal, filter={"contactIds": [12]}) == [early, late]
    assert listed(portal, filter={"contactId": 12}) == [early]
    own = {"companyId": 22}
    assert listed(portal, filter={**own, "@stageSemanticId": ["P", "S"]}) == [early, late]
    assert listed(portal, filter={**own, "assignedById": 1}) == [lost]
    assert listed(portal, filter={**own, ">=createdTime": "2026-02-15"}) == [late]
    assert listed(portal, filter={**own, "<createdTime": "2026-02-01T12:00:00+03:00"}) == [lost]
    assert listed(portal, filter={**own, ">id": early}, order={"id": "DESC"}) == [lost, late]


def test_pages_have_fifty(portal: StandInPortal) -> None:
    made = [add(portal) for _ in range(52)]
    own: dict[str, Any] = {"filter": {"companyId": 22}, "order": {"id": "ASC"}}
    first = portal.call("crm.item.list", entityTypeId=2, **own).json()
    assert (len(first["result"]["items"]), first["total"], first["next"]) == (50, 52, 50)
    second = portal.call("crm.item.list", entityTypeId=2, start=60, **own).json()
    assert [each["id"] for each in second["result"]["items"]] == made[50:]
    assert "next" not in second
    bare = portal.call("crm.item.list", entityTypeId=2, start=-1, **own).json()
    assert len(bare["result"]["items"]) == 50
    assert not {"total", "next"} & bare.keys()


@pytest.mark.parametrize(
    "params",
    [
        {"filter": {"nothing": 1}},
        {"filter": {"=contactIds": [12]}},
        {"filter": {">id": [1]}},
        {"filter": {">=createdTime": "soon"}},
        {"order": {"nothing": "ASC"}},
        {"order": {"id": "UP"}},
    ],
)
def test_what_no_list_knows_is_refused(portal: StandInPortal, params: dict[str, Any]) -> None:
    assert refused(portal, **params) == "INVALID_ARG_VALUE"


def test_a_field_that_is_none_is_passed_over(portal: StandInPortal) -> None:
    chosen: dict[str, Any] = {
        "filter": {"id": portal.deal("fresh")},
        "select": ["id", "opportunity", "nothing"],
    }
    [item] = portal.result("crm.item.list", entityTypeId=2, **chosen)["items"]
    assert item == {"id": portal.deal("fresh"), "opportunity": 1200}


def test_clients_have_names_for_those_who_may_read_them(portal: StandInPortal) -> None:
    portal.standin.change_client(portal.name, (3, 12), visibility="admin")
    ask: dict[str, Any] = {
        "entityTypeId": 3,
        "filter": {"@id": [11, 12]},
        "select": ["id", "name", "lastName"],
    }
    assert portal.result("crm.item.list", **ask)["items"] == [
        {"id": 11, "name": "Anna", "lastName": "Berger"}
    ]
    [company] = portal.result(
        "crm.item.list", entityTypeId=4, filter={"@id": [22]}, select=["id", "title"]
    )["items"]
    assert company == {"id": 22, "title": "Sample Works"}


def test_a_type_that_is_none_is_not_found(portal: StandInPortal) -> None:
    assert portal.refusal("crm.item.list", entityTypeId=777) == (400, "NOT_FOUND")
