"""Contacts and companies as they are read, and an app's entries in a timeline."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from tests.standin.portal import DEAL, StandInPortal

CONTACT, COMPANY = (3, 11), (4, 21)
ADD, READ = "crm.timeline.logmessage.add", "crm.timeline.logmessage.list"


def fields(portal: StandInPortal, nickname: str = "fresh", **more: object) -> dict[str, object]:
    owner = {"entityTypeId": DEAL, "entityId": portal.deal(nickname)}
    return {**owner, "title": "A title", "text": "A text", "iconCode": "info", **more}


def test_a_client_is_read_with_its_phones_and_addresses_as_they_were_typed(
    portal: StandInPortal,
) -> None:
    deal = portal.result("crm.item.get", entityTypeId=DEAL, id=portal.deal("fresh"))["item"]
    assert (deal["contactId"], deal["companyId"]) == (CONTACT[1], COMPANY[1])
    contact = portal.result("crm.item.get", entityTypeId=3, id=CONTACT[1])["item"]
    assert (contact["name"], contact["lastName"]) == ("Anna", "Berger")
    assert [(each["typeId"], each["value"]) for each in contact["fm"]] == [
        ("PHONE", "+49 (0)30 23125-411"),
        ("EMAIL", "anna.berger@example.com"),
    ]
    company = portal.result("crm.item.get", entityTypeId=4, id=COMPANY[1])["item"]
    assert (company["title"], company["hasPhone"]) == ("Berger Office", "Y")
    portal.standin.change_client(portal.name, COMPANY, phones=[], emails=[])
    company = portal.result("crm.item.get", entityTypeId=4, id=COMPANY[1])["item"]
    assert (company["fm"], company["hasPhone"]) == ([], "N")


def test_a_client_that_is_hidden_or_gone_is_refused(portal: StandInPortal) -> None:
    portal.standin.change_client(portal.name, CONTACT, visibility="admin")
    asked = {"entityTypeId": 3, "id": CONTACT[1]}
    assert portal.refusal("crm.item.get", **asked) == (400, "ACCESS_DENIED")
    assert portal.result("crm.item.get", "admin", **asked)
    portal.standin.change_client(portal.name, CONTACT, is_deleted=True)
    assert portal.refusal("crm.item.get", "admin", **asked) == (400, "NOT_FOUND")


def test_an_entry_of_an_app_stands_in_the_timeline(portal: StandInPortal) -> None:
    made = portal.result(ADD, fields=fields(portal))["logMessage"]
    assert (made["authorId"], made["title"], made["iconCode"]) == (7, "A title", "info")
    portal.result(ADD, fields=fields(portal, title="Another", iconCode="none such"))
    owner = {"entityTypeId": DEAL, "entityId": portal.deal("fresh")}
    listed = portal.result(READ, **owner)["logMessages"]
    assert [each["title"] for each in listed] == ["Another", "A title"]
    path = f"/crm/deal/details/{portal.deal('fresh')}/"
    page = portal.standin.send(portal.host, path, method="GET")
    shown = BeautifulSoup(page.body, "html.parser").select("#timeline li")
    assert [each["data-icon"] for each in shown] == ["none such", "info"]
    assert "A text" in shown[1].get_text()


@pytest.mark.parametrize("left_out", ["title", "text", "iconCode", "entityId"])
def test_an_entry_needs_all_its_fields(portal: StandInPortal, left_out: str) -> None:
    given = {name: value for name, value in fields(portal).items() if name != left_out}
    assert portal.refusal(ADD, fields=given) == (400, "0")
    assert portal.refusal(ADD) == (400, "100")


def test_an_entry_needs_the_right_to_edit(portal: StandInPortal) -> None:
    for user, nickname in (("reader", "fresh"), ("sales", "readonly_stage"), ("sales", "foreign")):
        given = fields(portal, nickname)
        assert portal.refusal(ADD, user, fields=given) == (400, "ACCESS_DENIED")
    nobodys = fields(portal, entityId=0)
    assert portal.refusal(ADD, fields=nobodys) == (400, "ACCESS_DENIED")
    assert portal.refusal(ADD, "admin", fields=nobodys) == (400, "OWNER_NOT_FOUND")
    assert portal.standin.timeline(portal.name, portal.deal("fresh")) == []
