"""A portal whose name is written in another script: installed, opened, signed in to, and read."""

from __future__ import annotations

from secrets import randbelow
from urllib.parse import quote

import pytest

from b24app.protocol.host_names import ascii_name
from tests.support.app import App
from tests.support.pages import sentences as say
from tests.support.people.outsiders import Outsider
from tests.support.portal import PortalWithApp, installed_portal


@pytest.fixture
def label() -> str:
    return f"портал-{randbelow(10**9)}"


@pytest.fixture
def cyrillic(app: App, label: str) -> PortalWithApp:
    return installed_portal(app, name=ascii_name(label))


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("портал.рф", "https://xn--80awhdgm.xn--p1ai"),
        ("https://bücher.example/crm/", "https://xn--bcher-kva.example"),
        ("xn--80awhdgm.xn--p1ai", "https://xn--80awhdgm.xn--p1ai"),
    ],
)
def test_its_name_may_be_typed_as_it_is_read(app: App, typed: str, origin: str) -> None:
    asked = Outsider(app).begin(typed)
    assert asked.status == 302, asked.text
    assert asked.headers["location"].startswith(f"{origin}/oauth/authorize/?")


@pytest.mark.parametrize("typed", ["１２７.0.0.1", "https://10。0。0。5/", "ac\u200dme.example"])
def test_an_address_in_disguise_leads_nowhere(app: App, typed: str) -> None:
    page = Outsider(app).begin(typed)
    assert (page.status, "location" in page.headers) == (400, False)


def test_its_launches_name_it_as_people_do(cyrillic: PortalWithApp, label: str) -> None:
    port = cyrillic.standin.port
    endpoint = f"http://{label}.localhost:{port}/rest/"
    cyrillic.standin.switch(cyrillic.name, client_endpoint=endpoint)
    launch = cyrillic.standin.launch(
        cyrillic.name, user="sales", placement="CRM_DEAL_DETAIL_TAB", options={"ID": "101"}
    )
    assert f"DOMAIN={cyrillic.name}." in launch["url"]
    url = launch["url"].replace(cyrillic.name, quote(label.upper()))
    page = cyrillic.app.post_launch(url, launch["fields"])
    assert page.status == 200, page.text
    assert cyrillic.row.client_endpoint == f"http://{cyrillic.about['host']}/rest/"


def test_an_endpoint_in_letters_is_kept_in_ascii_and_answers(
    cyrillic: PortalWithApp, label: str
) -> None:
    endpoint = f"http://{label}.localhost:{cyrillic.standin.port}/rest/"
    cyrillic.standin.switch(cyrillic.name, client_endpoint=endpoint)
    tab = cyrillic.open_tab()
    cyrillic.standin.expire(cyrillic.name)
    assert say.ADDED in cyrillic.app.press_add(tab).status_text
    assert cyrillic.row.client_endpoint == f"http://{cyrillic.about['host']}/rest/"


def test_its_page_outside_the_frame_shows_it_readably(
    app: App, cyrillic: PortalWithApp, label: str
) -> None:
    page = Outsider(app).sign_in(cyrillic)
    assert page.status == 200
    assert page.soup.h1 is not None
    assert page.soup.h1.get_text() == f"{label}.localhost:{cyrillic.standin.port}"


def test_a_refusal_names_it_readably(app: App, cyrillic: PortalWithApp, label: str) -> None:
    page = Outsider(app).sign_in(cyrillic, user="sales")
    assert f"Only administrators of {label}.localhost:{cyrillic.standin.port}" in page.text


def test_a_name_that_mimics_another_stays_in_ascii(app: App) -> None:
    name = ascii_name(f"b\u0456trix-{randbelow(10**9)}")
    mimic = installed_portal(app, name=name)
    page = Outsider(app).sign_in(mimic)
    assert page.soup.h1 is not None
    assert page.soup.h1.get_text() == mimic.about["host"]
