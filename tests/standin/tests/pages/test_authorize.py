"""A portal's own sign-in page: who is asked, what goes back to the app, how long it is good."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from bs4 import BeautifulSoup

from tests.standin.client import Answer, StandIn
from tests.standin.portal import StandInPortal
from tests.standin.tests.conftest import AppEar

PATH = "/oauth/authorize/"
ASK = f"{PATH}?client_id=local.standin.app&state=s1"
SALES = {"Cookie": "standin_user=7"}


def exchange(standin: StandIn, code: str) -> Answer:
    form = {
        "client_id": "local.standin.app",
        "client_secret": "fake-client-secret",
        "grant_type": "authorization_code",
        "code": code,
    }
    return standin.send(standin.oauth_host, "/oauth/token/", form=form)


def ask(portal: StandInPortal, path: str = ASK, **headers: str) -> Answer:
    return portal.standin.send(portal.host, path, method="GET", headers=headers)


def decide(portal: StandInPortal, **fields: str) -> Answer:
    form = {"client_id": "local.standin.app", "state": "s1", "user": "7", **fields}
    return portal.standin.send(portal.host, PATH, form=form)


def query_of(answer: Answer) -> dict[str, str]:
    assert answer.status == 302, answer.body
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


def test_a_user_who_is_known_goes_straight_on(
    portal: StandInPortal, standin: StandIn, app_ear: AppEar
) -> None:
    answer = ask(portal, **SALES)
    assert answer.headers["location"].startswith(f"{app_ear.url}/?")
    query = query_of(answer)
    assert set(query) == {"code", "state", "domain", "member_id", "scope", "server_domain"}
    assert (query["state"], query["domain"]) == ("s1", portal.host)
    assert query["server_domain"] == standin.oauth_host
    assert exchange(standin, query["code"]).json()["user_id"] == 7
    again = exchange(standin, query["code"])
    assert (again.status, again.json()["error"]) == (400, "invalid_grant")


def test_anybody_else_says_who_they_are(portal: StandInPortal, standin: StandIn) -> None:
    page = BeautifulSoup(ask(portal).body, "html.parser")
    names = [label.get_text() for label in page.select("fieldset label")]
    assert names == ["Administrator", "Salesperson", "Reader", "Guest", "Head of sales"]
    assert {button["value"] for button in page.select("form button")} == {"allow", "cancel"}
    query = query_of(decide(portal, decision="allow"))
    assert query["state"] == "s1"
    assert exchange(standin, query["code"]).json()["user_id"] == 7


def test_a_known_user_can_be_asked_too(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, asks_consent=True)
    page = BeautifulSoup(ask(portal, **SALES).body, "html.parser")
    assert [box["value"] for box in page.select("input[checked]")] == ["7"]


def test_cancel_ends_in_the_portal_or_goes_back(portal: StandInPortal) -> None:
    stays = decide(portal, decision="cancel")
    assert (stays.status, b"Nothing was allowed" in stays.body) == (200, True)
    portal.standin.switch(portal.name, cancel_returns=True)
    assert query_of(decide(portal, decision="cancel")) == {"error": "access_denied", "state": "s1"}


def test_the_app_s_card_names_the_way_back(portal: StandInPortal, app_ear: AppEar) -> None:
    portal.standin.switch(portal.name, return_address="callback")
    location = ask(portal, **SALES).headers["location"]
    assert location.startswith(f"{app_ear.url}/accounts/bitrix24/login/callback/?")


def test_a_code_gets_too_old(portal: StandInPortal, standin: StandIn) -> None:
    code = query_of(ask(portal, **SALES))["code"]
    assert code in standin.secrets()
    standin.expire_codes(portal.name)
    answer = exchange(standin, code)
    assert (answer.status, answer.json()["error"]) == (400, "bad_verification_code")


@pytest.mark.parametrize("path", [PATH, f"{PATH}?client_id=local.other"])
def test_an_app_that_is_not_known_is_nobody(portal: StandInPortal, path: str) -> None:
    assert ask(portal, path, **SALES).status == 400
    assert decide(portal, client_id="local.other", decision="allow").status == 400


def test_who_may_not_use_the_app_gets_no_code(portal: StandInPortal) -> None:
    portal.standin.change_portal(portal.name, allowed_user_ids=[1])
    assert ask(portal, **SALES).status == 403
    portal.standin.change_portal(portal.name, app_present=False)
    assert ask(portal, Cookie="standin_user=1").status == 403
