"""Where the app shows itself beside the cards of deals, and what each place tells its handler."""

from __future__ import annotations

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup

from tests.standin.portal import StandInPortal

HANDLER = "https://app.example.com/handler/"
OPTIONS = {"ID": "11", "ENTITY_ID": "11", "URI": "/crm/deal/"}
GIVEN: dict[str, set[str]] = {
    "CRM_DEAL_LIST_TOOLBAR": {"URI"},
    "CRM_ANALYTICS_MENU": {"URI"},
    "CRM_CONTACT_DETAIL_TAB": {"ID", "URI"},
    "CRM_COMPANY_DETAIL_TAB": {"ID", "URI"},
}


def bind(portal: StandInPortal, placement: str) -> None:
    portal.result("placement.bind", "admin", PLACEMENT=placement, HANDLER=HANDLER, TITLE="Here")


def options_of(portal: StandInPortal, placement: str) -> Any:
    fields = portal.launch(placement=placement, options=OPTIONS).fields
    return json.loads(fields["PLACEMENT_OPTIONS"]) if "PLACEMENT_OPTIONS" in fields else None


@pytest.mark.parametrize("placement", GIVEN)
def test_a_place_tells_what_it_tells_and_no_more(portal: StandInPortal, placement: str) -> None:
    bind(portal, placement)
    assert options_of(portal, placement).keys() == GIVEN[placement]
    portal.standin.switch(portal.name, sends_uri=False)
    told = options_of(portal, placement)
    assert told == ({"ID": "11"} if "ID" in GIVEN[placement] else None)


def test_a_portal_without_a_place_refuses_to_bind_there(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, unknown_places=["CRM_ANALYTICS_MENU"])
    ask = {"PLACEMENT": "CRM_ANALYTICS_MENU", "HANDLER": HANDLER}
    assert portal.refusal("placement.bind", "admin", **ask) == (400, "ERROR_PLACEMENT_NOT_FOUND")
    assert "CRM_ANALYTICS_MENU" not in portal.result("placement.list", "admin")


@pytest.mark.parametrize(
    ("placement", "path", "at"),
    [
        ("CRM_DEAL_LIST_TOOLBAR", "/", ".quick button"),
        ("CRM_ANALYTICS_MENU", "/crm/analytics/", ".quick button"),
        ("CRM_CONTACT_DETAIL_TAB", "/crm/contact/details/11/", "[role=tab][data-placement]"),
        ("CRM_COMPANY_DETAIL_TAB", "/crm/company/details/21/", "[role=tab][data-placement]"),
    ],
)
def test_each_place_is_there_to_be_clicked(
    portal: StandInPortal, placement: str, path: str, at: str
) -> None:
    bind(portal, placement)
    answer = portal.standin.send(portal.host, path, method="GET")
    assert answer.status == 200
    [entry] = BeautifulSoup(answer.body, "html.parser").select(at)
    assert (entry["data-placement"], entry.get_text()) == (placement, "Here")
