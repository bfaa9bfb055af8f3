"""A server whose keys do not open what is stored: people are told what to do, and it heals."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.app import App, free_port, start_app
from tests.support.operations.visits import OTHER_KEY
from tests.support.pages import sentences as say
from tests.support.people.clicks import told
from tests.support.portal import PortalWithApp
from tests.support.servers.another_app import open_tab_at


@pytest.fixture(scope="module")
def keyless(running_app: App, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """An app that has lost the key of the others."""
    with start_app(
        database_url=running_app.environment["DATABASE_URL"],
        standin=running_app.standin,
        port=free_port(),
        log_path=Path(tmp_path_factory.mktemp("keyless") / "app.log"),
        workers=1,
        environment={"TOKEN_KEYS": OTHER_KEY},
    ) as app:
        yield app


def test_a_click_says_to_open_the_app_again_and_that_helps(
    portal: PortalWithApp, keyless: App
) -> None:
    tab = portal.open_tab()
    page = keyless.press_add(tab)
    assert page.status == 200
    assert "Reload the page" in page.alert_text, told(page)
    assert portal.payments_of(portal.deal("fresh")) == []
    assert "token cannot be read" in keyless.log()
    again = open_tab_at(keyless, portal)
    assert again.status == 200
    assert say.ADDED in keyless.press_add(again).status_text


def test_an_event_is_not_believed_and_breaks_nothing(portal: PortalWithApp, keyless: App) -> None:
    form = {
        "event": "ONAPPUNINSTALL",
        "auth[member_id]": portal.member_id,
        "auth[application_token]": "fake-application-token",
    }
    assert keyless.send("/events/", form=form).status < 500
    assert portal.row.is_usable
    assert " 500 " not in keyless.log()


def test_an_administrator_brings_the_events_secret_again(
    portal: PortalWithApp, keyless: App
) -> None:
    sealed = portal.row.application_token
    made = portal.standin.launch(portal.name, user="admin", placement="DEFAULT")
    path = made["url"].partition(portal.app.host)[2]
    page = keyless.send(path, form=list(made["fields"].items()))
    assert page.status == 200
    assert portal.row.application_token != sealed
