"""The list of deals: fields as columns, and a filter by those that allow one."""

from __future__ import annotations

from bs4 import BeautifulSoup

from tests.standin.portal import StandInPortal

ADD = "crm.deal.userfield.add"


def open_list(portal: StandInPortal, query: str = "", *, user: int = 1) -> BeautifulSoup:
    path = f"/crm/deal/list/{query}"
    headers = {"Cookie": f"standin_user={user}"}
    answer = portal.standin.send(portal.host, path, method="GET", headers=headers)
    assert answer.status == 200
    return BeautifulSoup(answer.body, "html.parser")


def test_a_field_is_a_column_and_narrows_the_list(portal: StandInPortal) -> None:
    label = {"en": "Left to pay", "de": "Offen"}
    fields = {"FIELD_NAME": "DP_LEFT", "USER_TYPE_ID": "double", "LIST_COLUMN_LABEL": label}
    settings = {"SHOW_FILTER": "Y", "SETTINGS": {"PRECISION": 2}}
    portal.result(ADD, "admin", fields={**fields, **settings})
    given = {"entityTypeId": 2, "id": portal.deal("fresh"), "fields": {"ufCrmDpLeft": 1200}}
    portal.result("crm.item.update", "admin", **given)
    page = open_list(portal)
    assert "Left to pay" in [head.text for head in page.select("th")]
    assert len(page.select("tbody tr")) > 5
    (row,) = open_list(portal, "?UF_CRM_DP_LEFT_from=1").select("tbody tr")
    assert row.select("td")[-1].text == "1,200.00"


def test_what_a_role_does_not_see_is_neither_column_nor_filter(portal: StandInPortal) -> None:
    fields = {"FIELD_NAME": "DP_LEFT", "USER_TYPE_ID": "double", "SHOW_FILTER": "Y"}
    portal.result(ADD, "admin", fields=fields)
    portal.standin.switch(portal.name, hidden_fields={"sales": ["UF_CRM_DP_LEFT"]})
    page = open_list(portal, user=7)
    assert "UF_CRM_DP_LEFT" not in page.text
    assert not page.select("form.find input")
