"""Placements, events and the app's life in a portal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.standin.client import ControlRefused, StandIn
from tests.standin.tests.conftest import AppEar, Office

TAB = "CRM_DEAL_DETAIL_TAB"
HANDLER = "http://app.localhost:8000/placements/deal/"


def bind(office: Office, user: str = "admin", **params: Any) -> Any:
    return office.call("placement.bind", user, **{"PLACEMENT": TAB, "HANDLER": HANDLER, **params})


def test_a_placement_is_bound_once(office: Office) -> None:
    assert bind(office, TITLE="Payments", LANG_ALL={"de": {"TITLE": "Zahlungen"}}).status == 200
    again = bind(office, TITLE="Other")
    assert (again.status, again.json()["error"]) == (400, "ERROR_CORE")
    assert again.json()["error_description"].endswith("Handler already binded")
    assert bind(office, HANDLER=f"{HANDLER}?v=2").status == 200
    first, second = office.result("placement.get", "admin")
    assert (first["placement"], first["handler"], first["title"]) == (TAB, HANDLER, "Zahlungen")
    assert first["langAll"] == {"de": {"TITLE": "Zahlungen"}}
    assert second["title"] == "Deal Payments"
    assert office.result("placement.unbind", "admin", PLACEMENT=TAB, HANDLER=HANDLER) == {
        "count": 1
    }
    assert office.result("placement.unbind", "admin", placement=TAB) == {"count": 1}
    assert office.result("placement.get", "admin") == []


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"HANDLER": "http://localhost:8000/"}, (400, "ERROR_WRONG_HANDLER_URL")),
        ({"HANDLER": "not an address"}, (400, "ERROR_WRONG_HANDLER_URL")),
        ({"HANDLER": "ftp://app.example.com/"}, (400, "ERROR_UNSUPPORTED_PROTOCOL")),
        ({"HANDLER": ""}, (400, "ERROR_ARGUMENT")),
        ({"PLACEMENT": "CRM_NOTHING"}, (400, "ERROR_PLACEMENT_NOT_FOUND")),
        ({"USER_ID": 7}, (400, "ERROR_PLACEMENT_USER_MODE")),
    ],
)
def test_what_cannot_be_bound(
    office: Office, params: dict[str, Any], expected: tuple[int, str]
) -> None:
    answer = bind(office, **params)
    assert (answer.status, answer.json()["error"]) == expected


def test_who_may_bind(office: Office) -> None:
    assert bind(office, "sales").json()["error"] == "ACCESS_DENIED"
    assert office.refusal("placement.get") == (403, "ACCESS_DENIED")
    assert TAB in office.result("placement.list")
    office.standin.change_portal(office.name, scopes=["placement"])
    assert TAB not in office.result("placement.list")
    assert TAB in office.result("placement.list", FULL=True)
    assert bind(office).json()["error"] == "ERROR_PLACEMENT_NOT_FOUND"


def test_events_are_bound_and_delivered(office: Office, app_ear: AppEar) -> None:
    handler = f"{app_ear.url}/events/"
    params = {"event": "OnAppPayment", "handler": handler}
    assert office.result("event.bind", "admin", **params) is True
    assert office.refusal("event.bind", "admin", **params) == (400, "ERROR_CORE")
    bad = {"event": "OnNothing", "handler": handler}
    assert office.refusal("event.bind", "admin", **bad) == (400, "ERROR_EVENT_NOT_FOUND")
    assert office.refusal("event.bind", auth_type=1, **params) == (403, "ACCESS_DENIED")
    assert office.result("event.get", "admin")[0]["event"] == "ONAPPPAYMENT"
    assert "ONAPPUNINSTALL" in office.result("events")
    sent = office.standin.deliver_event(office.name, "ONAPPPAYMENT", {"FIELDS": {"ID": "5"}})
    assert sent["status"] == 200
    heard = app_ear.next(member_id=office.about["member_id"])
    assert heard.path == "/events/"
    assert heard.form["event"] == "ONAPPPAYMENT"
    assert heard.form["data"] == {"FIELDS": {"ID": "5"}}
    auth = heard.form["auth"]
    assert set(auth) == {"domain", "server_endpoint", "client_endpoint", "member_id"}
    assert auth["domain"] == office.host
    assert office.result("event.unbind", "admin", **params) == {"count": 1}
    assert office.standin.deliver_event(office.name, "ONAPPPAYMENT")["status"] is None


@pytest.mark.parametrize(
    ("secrets", "of_payment", "of_others"),
    [("documented", False, True), ("always", True, True), ("never", False, False)],
)
def test_which_events_carry_the_application_token(
    office: Office, app_ear: AppEar, secrets: str, of_payment: bool, of_others: bool
) -> None:
    office.standin.switch(office.name, event_secrets=secrets)
    for name, has_secret in (("ONAPPPAYMENT", of_payment), ("ONAPPTEST", of_others)):
        office.result("event.bind", event=name, handler=f"{app_ear.url}/events/")
        office.standin.deliver_event(office.name, name)
        auth = app_ear.next(member_id=office.about["member_id"]).form["auth"]
        known = office.about["application_token"] if has_secret else None
        assert auth.get("application_token") == known
        assert ("status" in auth) is (name == "ONAPPTEST" or secrets != "documented")


def test_a_forged_event(office: Office, app_ear: AppEar) -> None:
    office.result("event.bind", event="ONAPPTEST", handler=f"{app_ear.url}/events/")
    forged = {"application_token": "fake-forged"}
    office.standin.deliver_event(office.name, "ONAPPTEST", auth=forged, user="sales")
    auth = app_ear.next(member_id=office.about["member_id"]).form["auth"]
    assert auth["application_token"] == "fake-forged"
    assert {"access_token", "refresh_token", "expires_in"} <= set(auth)


def test_an_event_may_come_late_and_without_its_secret(office: Office, app_ear: AppEar) -> None:
    office.result("event.bind", event="ONAPPPAYMENT", handler=f"{app_ear.url}/events/")
    unsigned = {"application_token": None}
    office.standin.deliver_event(office.name, "ONAPPPAYMENT", auth=unsigned, ts=1_700_000_000)
    heard = app_ear.next(member_id=office.about["member_id"]).form
    assert heard["ts"] == "1700000000"
    assert "application_token" not in heard["auth"]


def test_the_apps_card_hears_of_an_installation_without_a_binding(
    office: Office, app_ear: AppEar
) -> None:
    asked: dict[str, Any] = {"user": "admin", "by_card": True}
    assert office.standin.deliver_event(office.name, "ONAPPINSTALL", **asked)["status"] == 200
    heard = app_ear.next(member_id=office.about["member_id"])
    assert (heard.path, heard.form["event"]) == ("/events/", "ONAPPINSTALL")
    assert heard.form["auth"]["refresh_token"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_the_install_event_comes_once(standin: StandIn, app_ear: AppEar, moment: str) -> None:
    office = Office(standin, standin.create_portal(switches={"install_event": moment}))
    office.result("event.bind", "admin", event="ONAPPINSTALL", handler=f"{app_ear.url}/events/")
    sid = _open_installer(office)
    _finish(office, sid)
    heard = app_ear.next(member_id=office.about["member_id"])
    assert heard.form["event"] == "ONAPPINSTALL"
    assert heard.form["data"]["INSTALLED"] == ("Y" if moment == "after" else "N")
    assert heard.form["auth"]["refresh_token"]
    assert office.state()["installed"] is True


def test_an_uninstall_is_told_after_rest_has_closed(office: Office, app_ear: AppEar) -> None:
    office.result("event.bind", "admin", event="ONAPPUNINSTALL", handler=f"{app_ear.url}/events/")
    bind(office)
    office.standin.change_portal(office.name, app_present=False, clean=True)
    heard = app_ear.next(member_id=office.about["member_id"])
    assert heard.form["data"] == {"LANGUAGE_ID": "en", "CLEAN": "1"}
    assert "access_token" not in heard.form["auth"]
    state = office.state()
    assert (state["bindings"], state["event_handlers"], state["app_present"]) == ([], [], False)
    back = office.standin.change_portal(office.name, app_present=True)
    assert back["application_token"] != office.about["application_token"]


def test_a_launch_posts_what_a_portal_posts(office: Office) -> None:
    bind(office)
    asked = {"placement": TAB, "options": {"ID": 5}, "lang": "de"}
    launch = office.standin.launch(office.name, user="reader", **asked)
    assert launch["url"].startswith(f"{HANDLER}?DOMAIN={office.name}.localhost%3A")
    assert launch["window_name"] == f"{office.host}|0|{launch['app_sid']}"
    sent = launch["fields"]
    assert json.loads(sent["PLACEMENT_OPTIONS"]) == {"ID": "5"}
    assert (sent["PLACEMENT"], sent["AUTH_EXPIRES"], sent["status"]) == (TAB, "3600", "L")
    assert sent["SERVER_ENDPOINT"] == f"{office.standin.oauth_origin}/rest/"
    assert sent["member_id"] == office.about["member_id"]
    office.standin.switch(office.name, send_optional_fields=False)
    older = office.standin.launch(office.name)["fields"]
    assert not {"SERVER_ENDPOINT", "APPLICATION_TOKEN", "APPLICATION_SCOPE"} & set(older)


def test_the_installer_is_what_opens_until_it_is_finished(
    standin: StandIn, app_ear: AppEar
) -> None:
    office = Office(standin, standin.create_portal())
    launch = standin.launch(office.name, user="admin", placement=TAB)
    assert launch["url"].startswith(f"{app_ear.url}/install/?DOMAIN=")
    assert launch["fields"]["PLACEMENT"] == "DEFAULT"
    standin.change_portal(office.name, installed=True)
    assert standin.launch(office.name)["url"].startswith(f"{app_ear.url}/?DOMAIN=")
    with pytest.raises(ControlRefused, match="404"):
        standin.launch(office.name, placement=TAB)


def _open_installer(office: Office) -> str:
    body = {"placement": "DEFAULT", "options": {}}
    headers = {"Cookie": "standin_user=1"}
    answer = office.standin.send(office.host, "/_pages/frames/", body=body, headers=headers)
    return str(answer.json()["app_sid"])


def _finish(office: Office, sid: str) -> None:
    path = f"/_pages/frames/{sid}/finish/"
    answer = office.standin.send(office.host, path, headers={"Cookie": "standin_user=1"})
    assert answer.json() == {"finished": True}
