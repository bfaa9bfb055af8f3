"""The journal's file as a spreadsheet of its reader's country takes it."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from bs4 import Tag

from b24app.models import PortalUser
from tests.support.pages.home_visits import CSV, NOON, note, open_home
from tests.support.pages.page import Page
from tests.support.people.outsiders import PORTAL, Outsider
from tests.support.portal import PortalWithApp

SEPARATORS = {"en": ",", "de": ";", "ru": ";", "ar": ";"}
AMOUNTS = {"en": "1200.5", "de": "1200,5", "ru": "1200,5", "ar": "1200.5"}
EVIL = "＝HYPERLINK(1)"


def file_of(portal: PortalWithApp, home: Page) -> list[list[str]]:
    """The file that a page's button brings, as it is parsed in the page's language."""
    meta, html = home.soup.select_one("meta[name=frame-session]"), home.soup.html
    assert isinstance(meta, Tag)
    assert isinstance(html, Tag)
    page = portal.app.send(CSV, form={"frame_session": str(meta["content"]), "zone": "UTC"})
    assert page.headers["content-type"] == "text/csv; charset=utf-8"
    assert page.body.startswith("\ufeff")
    text = StringIO(page.body.removeprefix("\ufeff"), newline="")
    return list(csv.reader(text, delimiter=SEPARATORS[str(html["lang"])]))


@pytest.mark.parametrize("language", SEPARATORS)
def test_the_file_speaks_the_language_of_its_page(portal: PortalWithApp, language: str) -> None:
    PortalUser.objects.create(portal=portal.row, user_id=66, name=EVIL, seen_at=NOON)
    note(portal, user_id=66, number="10/2", amount="1200.5000", currency="EUR")
    home = open_home(portal, lang=language)
    heads, row = file_of(portal, home)
    shown = [head.get_text() for head in home.soup.select(".journal th[scope=col]")]
    # Date, person, item, payment, amount and outcome, in the words of the page's own table.
    assert [heads[at] for at in (0, 1, 2, 4, 5, 3)] == shown
    cell = home.soup.select_one(".journal tbody .item")
    outcome = home.soup.select_one(".journal tbody .outcome > span")
    assert isinstance(cell, Tag)
    assert isinstance(outcome, Tag)
    assert row == [
        "2026-03-10T12:00:00+00:00",
        f"'{EVIL}",
        cell.get_text().strip(),
        outcome.get_text().strip(),
        "'10/2",
        AMOUNTS[language],
        "EUR",
        "",
    ]


def test_so_does_the_file_outside_the_frame(portal: PortalWithApp) -> None:
    note(portal, number="10/2", amount="1200.5000", currency="EUR")
    person = Outsider(portal.app)
    person.sign_in(portal)
    page = person.send(PORTAL, Accept_Language="de")
    form = page.form_fields(f"{PORTAL}journal/csv/")
    headers = {"Accept_Language": "de", "Origin": portal.app.origin}
    file = person.send(f"{PORTAL}journal/csv/", form=form, **headers)
    [heads, row] = csv.reader(file.body.removeprefix("\ufeff").splitlines(), delimiter=";")
    assert (heads[0], row[4:7]) == ("Datum", ["'10/2", "1200,5", "EUR"])
