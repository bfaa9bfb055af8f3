"""The main page: one's own payments for everybody, the journal for administrators."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from b24app.models import PortalUser
from payments.models import Attempt
from tests.support.app import App
from tests.support.pages.home_visits import (
    CSV,
    JOURNAL,
    NOON,
    REPAIR,
    SALES,
    TOOLBAR,
    ask,
    ask_from,
    let_time_pass,
    note,
    open_home,
    rows,
)
from tests.support.portal import PortalWithApp, installed_portal


def journal(portal: PortalWithApp, **filters: Any) -> list[str]:
    page = ask(portal, JOURNAL, **filters)
    assert page.status == 200, page.text
    return rows(page, ".journal")


def test_a_salesperson_sees_own_payments_and_no_journal(portal: PortalWithApp) -> None:
    portal.app.press_add(portal.open_tab("fresh", user="sales"))
    portal.app.press_add(portal.open_tab("many", user="admin"))
    page = open_home(portal, user="sales")
    [own] = rows(page, ".clicks")
    assert f"Deal {portal.deal('fresh')}" in own
    [payment] = portal.payments_of(portal.deal("fresh"))
    assert payment["account_number"] in own
    assert "Journal" not in page.text
    assert "Connection" not in page.text
    [form] = page.soup.select("form")
    assert form["action"] == "/payments/owed/"


def test_a_payment_leads_to_its_card(portal: PortalWithApp) -> None:
    note(portal, number="1/1")
    note(portal, number="2/1", entity_type=31, entity_id=5)
    links = open_home(portal, user="sales").soup.select("a[data-card]")
    assert {str(link["href"]) for link in links} == {
        f"{portal.about['origin']}/crm/deal/details/101/",
        f"{portal.about['origin']}/crm/type/31/details/5/",
    }


def test_a_click_that_added_nothing_is_no_payment(portal: PortalWithApp) -> None:
    for state in ("refused", "not_added", "unknown", "unclear"):
        note(portal, state=state)
    assert "three steps" in open_home(portal, user="sales").text


@pytest.mark.parametrize("user", ["sales", "reader"])
@pytest.mark.parametrize("path", [JOURNAL, CSV, REPAIR])
def test_what_is_for_administrators_is_refused_to_others(
    portal: PortalWithApp, path: str, user: str
) -> None:
    note(portal, user_id=1, entity_id=471108154)
    portal.unbind(TOOLBAR)
    page = ask(portal, path, by=user)
    assert page.status == 403
    assert "do not have access" in page.alert_text
    assert "471108154" not in page.body
    assert TOOLBAR not in portal.bound()


@pytest.mark.parametrize("path", [JOURNAL, CSV, REPAIR])
def test_who_is_no_administrator_any_more_is_refused_within_minutes(
    portal: PortalWithApp, path: str
) -> None:
    home = open_home(portal)
    note(portal, entity_id=471108154)
    portal.unbind(TOOLBAR)
    portal.standin.change_portal(portal.name, users={"1": {"role": "sales"}})
    portal.standin.clear_calls(portal.name)
    assert ask_from(portal, home, JOURNAL).status == 200
    assert portal.calls() == []
    let_time_pass(portal)
    page = ask_from(portal, home, path)
    assert page.status == 403
    assert "do not have access" in page.alert_text
    assert "471108154" not in page.body
    assert TOOLBAR not in portal.bound()
    [call] = portal.calls()
    assert call["commands"] == ["app.info", "profile"]


@pytest.mark.parametrize("path", [JOURNAL, CSV, REPAIR])
def test_nobody_without_a_bearer_gets_anything(app: App, path: str) -> None:
    assert app.send(path, form={}).status == 401
    assert app.send(path).status == 405


def test_the_journal_tells_every_click_with_its_outcome(portal: PortalWithApp) -> None:
    portal.app.press_add(portal.open_tab("fresh", user="sales"))
    portal.app.press_add(portal.open_tab("fresh", user="reader"))
    refused, added = rows(open_home(portal), ".journal")
    assert "Reader" in refused
    assert "Refused You cannot add payments to this deal" in refused
    assert "Salesperson" in added
    assert added.endswith("Added")


@pytest.mark.parametrize(
    ("filters", "deals"),
    [
        ({}, [103, 102, 101]),
        ({"user": SALES}, [102, 101]),
        ({"user": 999}, []),
        ({"state": "refused"}, [103]),
        ({"since": "2026-03-11"}, [103, 102]),
        ({"until": "2026-03-11"}, [102, 101]),
        ({"since": "2026-03-11", "until": "2026-03-11", "user": SALES}, [102]),
        ({"user": "x", "state": "none", "since": "soon", "until": "", "page": -1}, [103, 102, 101]),
        ({"user": "9" * 18, "page": "9" * 9}, []),
        ({"since": "0001-01-01", "until": "9999-12-31"}, [103, 102, 101]),
    ],
)
def test_filters_narrow_and_nonsense_does_not(
    portal: PortalWithApp, filters: dict[str, Any], deals: list[int]
) -> None:
    for day, (deal, fields) in enumerate(
        [(101, {}), (102, {}), (103, {"user_id": 8, "state": "refused"})]
    ):
        note(portal, entity_id=deal, created_at=NOON + timedelta(days=day), **fields)
    for zone in ("", "no/zone", "../etc/passwd", "Europe", "x" * 9000):
        found = journal(portal, **filters, zone=zone)
        assert [int(re.findall(r"Deal (\d+)", row)[0]) for row in found] == deals


def test_days_are_those_of_the_reader(portal: PortalWithApp) -> None:
    note(portal, created_at=datetime(2026, 3, 10, 22, 30, tzinfo=UTC))
    assert journal(portal, since="2026-03-11") == []
    assert len(journal(portal, since="2026-03-11", zone="Europe/Berlin")) == 0
    assert len(journal(portal, since="2026-03-11", zone="Europe/Athens")) == 1
    assert journal(portal, until="2026-03-10", zone="Europe/Athens") == []


def test_a_long_journal_has_pages(portal: PortalWithApp) -> None:
    for deal in range(1, 54):
        note(portal, entity_id=deal, created_at=NOON + timedelta(minutes=deal))
    first = open_home(portal)
    assert (len(rows(first, ".journal")), "53 clicks, page 1 of 2" in first.text) == (50, True)
    last = ask(portal, JOURNAL, page=2)
    assert [row.count("Deal") for row in rows(last, ".journal")] == [1, 1, 1]
    assert "page 2 of 2" in last.text
    assert journal(portal, page=99) == rows(last, ".journal")
    assert last.soup.find(id="newer")
    assert not last.soup.find(id="older")


def test_the_file_holds_what_the_filter_leaves(portal: PortalWithApp) -> None:
    note(portal, amount="1200.5000", currency="EUR", number="3653/2")
    note(portal, state="refused", user_id=8, error_code="ACCESS_DENIED")
    page = ask(portal, CSV, user_id="", state="added", zone="Europe/Berlin")
    assert page.headers["content-type"].startswith("text/csv")
    assert "attachment" in page.headers["content-disposition"]
    assert page.body.startswith("\ufeff")
    [row] = list(csv.DictReader(page.body.removeprefix("\ufeff").splitlines()))
    assert row == {
        "Date": "2026-03-10T13:00:00+01:00",
        "Person": str(SALES),
        "Deal or invoice": "Deal 101",
        "Outcome": "Added",
        "Payment": "'3653/2",
        "Amount": "1200.5",
        "Currency": "EUR",
        "Error code": "",
    }


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "x;=", "x\t="])
def test_no_cell_becomes_a_formula(portal: PortalWithApp, start: str) -> None:
    evil = f"{start}HYPERLINK(1)"
    PortalUser.objects.create(portal=portal.row, user_id=66, name=evil, seen_at=NOON)
    note(portal, user_id=66, number=evil, error_code=evil)
    text = ask(portal, CSV).body
    assert "HYPERLINK" in text
    for separator in (",", ";", "\t"):
        for row in csv.reader(text.splitlines(), delimiter=separator):
            assert not [cell for cell in row if cell.strip().startswith(("=", "+", "-", "@"))]


def test_names_are_texts(portal: PortalWithApp) -> None:
    name = "<img src=x onerror=alert(1)>"
    PortalUser.objects.create(portal=portal.row, user_id=66, name=name, seen_at=NOON)
    note(portal, user_id=66, number=name)
    page = open_home(portal)
    assert name in page.text
    assert not page.soup.select("img, [onerror]")


def test_every_outcome_has_words_of_its_own_in_page_and_file(portal: PortalWithApp) -> None:
    for number, state in enumerate(Attempt.State):
        note(portal, state=state, entity_id=number, created_at=NOON + timedelta(hours=number))
    page = ask(portal, CSV)
    told = list(csv.DictReader(page.body.removeprefix("\ufeff").splitlines()))
    outcomes = [row["Outcome"] for row in told]
    assert len(set(outcomes)) == len(Attempt.State)
    assert "Unknown" in outcomes
    for outcome, shown in zip(outcomes, journal(portal), strict=True):
        assert outcome in shown


def test_portals_know_nothing_of_each_other(app: App, portal: PortalWithApp) -> None:
    other = installed_portal(app)
    PortalUser.objects.create(portal=other.row, user_id=66, name="Stranger", seen_at=NOON)
    note(other, entity_id=471108154, user_id=SALES)
    note(other, entity_id=471108154, user_id=1)
    for page in (
        open_home(portal),
        open_home(portal, user="sales"),
        ask(portal, JOURNAL, user=SALES),
        ask(portal, CSV),
    ):
        assert "471108154" not in page.text
        assert "Stranger" not in page.text
