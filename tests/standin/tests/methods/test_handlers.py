"""Placements, events and the app's life in a portal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.standin.client import ControlRefused, StandIn
from tests.standin.portal import StandInPortal
from tests.standin.tests.conftest import AppEar

TAB = "CRM_DEAL_DETAIL_TAB"
HANDLER = "http://app.localhost:8000/placements/deal/"


def bind(portal: StandInPortal, user: str = "admin", **params: Any) -> Any:
    return portal.call("placement.bind", user, **{"PLACEMENT": TAB, "HANDLER": HANDLER, **params})


def test_a_placement_is_bound_once(portal: StandInPortal) -> None:
    assert bind(portal, TITLE="Payments", LANG_ALL={"de": {"TITLE": "Zahlungen"}}).status == 200
    again = bind(portal, TITLE="Other")
    assert (again.status, again.json()["error"]) == (400, "ERROR_CORE")
    assert again.json()["error_description"].endswith("Handler already binded")
    assert bind(portal, HANDLER=f"{HANDLER}?v=2").status == 200
    first, second = portal.result("placement.get", "admin")
    assert (first["placement"], first["handler"], first["title"]) == (TAB, HANDLER, "Zahlungen")
    assert first["langAll"] == {"de": {"TITLE": "Zahlungen"}}
    assert second["title"] == "Deal Payments"
    assert portal.result("placement.unbind", "admin", PLACEMENT=TAB, HANDLER=HANDLER) == {
        "count": 1
    }
    assert portal.result("placement.unbind", "admin", placement=TAB) == {"count": 1}
    assert portal.result("placement.get", "admin") == []


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
    portal: StandInPortal, params: dict[str, Any], expected: tuple[int, str]
) -> None:
    answer = bind(portal, **params)
    assert (answer.status, answer.json()["error"]) == expected


def test_who_may_bind(portal: StandInPortal) -> None:
    assert bind(portal, "sales").json()["error"] == "ACCESS_DENIED"
    assert portal.refusal("placement.get") == (403, "ACCESS_DENIED")
    assert TAB in portal.result("placement.list")
    portal.standin.change_portal(portal.name, scopes=["placement"])
    assert TAB not in portal.result("placement.list")
    assert TAB in portal.result("placement.list", FULL=True)
    assert bind(portal).json()["error"] == "ERROR_PLACEMENT_NOT_FOUND"


def test_events_are_bound_and_delivered(portal: StandInPortal, app_ear: AppEar) -> None:
    handler = f"{app_ear.url}/events/"
    params = {"event": "OnAppPayment", "handler": handler}
    assert portal.result("event.bind", "admin", **params) is True
    assert portal.refusal("event.bind", "admin", **params) == (400, "ERROR_CORE")
    bad = {"event": "OnNothing", "handler": handler}
    assert portal.refusal("event.bind", "admin", **bad) == (400, "ERROR_EVENT_NOT_FOUND")
    assert portal.refusal("event.bind", auth_type=1, **params) == (403, "ACCESS_DENIED")
    assert portal.result("event.get", "admin")[0]["event"] == "ONAPPPAYMENT"
    assert "ONAPPUNINSTALL" in portal.result("events")
    sent = portal.standin.deliver_event(portal.name, "ONAPPPAYMENT", {"FIELDS": {"ID": "5"}})
    assert sent["status"] == 200
    heard = app_ear.next(member_id=portal.member_id)
    assert heard.path == "/events/"
    assert heard.form["event"] == "ONAPPPAYMENT"
    assert heard.form["data"] == {"FIELDS": {"ID": "5"}}
    auth = heard.form["auth"]
    assert set(auth) == {"domain", "server_endpoint", "client_endpoint", "member_id"}
    assert auth["domain"] == portal.host
    assert portal.result("event.unbind", "admin", **params) == {"count": 1}
    assert portal.standin.deliver_event(portal.name, "ONAPPPAYMENT")["status"] is None


@pytest.mark.parametrize(
    ("secrets", "of_payment", "of_others"),
    [("documented", False, True), ("always", True, True), ("never", False, False)],
)
def test_which_events_carry_the_application_token(
    portal: StandInPortal, app_ear: AppEar, secrets: str, of_payment: bool, of_others: bool
) -> None:
    portal.standin.switch(portal.name, event_secrets=secrets)
    for name, has_secret in (("ONAPPPAYMENT", of_payment), ("ONAPPTEST", of_others)):
        portal.result("event.bind", event=name, handler=f"{app_ear.url}/events/")
        portal.standin.deliver_event(portal.name, name)
        auth = app_ear.next(member_id=portal.member_id).form["auth"]
        known = portal.about["application_token"] if has_secret else None
        assert auth.get("application_token") == known
        assert ("status" in auth) is (name == "ONAPPTEST" or secrets != "documented")


def test_a_forged_event(portal: StandInPortal, app_ear: AppEar) -> None:
    portal.result("event.bind", event="ONAPPTEST", handler=f"{app_ear.url}/events/")
    forged = {"application_token": "fake-forged"}
    portal.standin.deliver_event(portal.name, "ONAPPTEST", auth=forged, user="sales")
    auth = app_ear.next(member_id=portal.member_id).form["auth"]
    assert auth["application_token"] == "fake-forged"
    assert {"access_token", "refresh_token", "expires_in"} <= set(auth)


def test_an_event_may_come_late_and_without_its_secret(
    portal: StandInPortal, app_ear: AppEar
) -> None:
    portal.result("event.bind", event="ONAPPPAYMENT", handler=f"{app_ear.url}/events/")
    unsigned = {"application_token": None}
    portal.standin.deliver_event(portal.name, "ONAPPPAYMENT", auth=unsigned, ts=1_700_000_000)
    heard = app_ear.next(member_id=portal.member_id).form
    assert heard["ts"] == "1700000000"
    assert "application_token" not in heard["auth"]


def test_the_apps_card_hears_of_an_installation_without_a_binding(
    portal: StandInPortal, app_ear: AppEar
) -> None:
    asked: dict[str, Any] = {"user": "admin", "by_card": True}
    assert portal.standin.deliver_event(portal.name, "ONAPPINSTALL", **asked)["status"] == 200
    heard = app_ear.next(member_id=portal.member_id)
    assert (heard.path, heard.form["event"]) == ("/events/", "ONAPPINSTALL")
    assert heard.form["auth"]["refresh_token"]


@pytest.mark.parametrize("moment", ["before", "after"])
def test_the_install_event_comes_once(standin: StandIn, app_ear: AppEar, moment: str) -> None:
    portal = StandInPortal(standin, standin.create_portal(switches={"install_event": moment}))
    portal.result("event.bind", "admin", event="ONAPPINSTALL", handler=f"{app_ear.url}/events/")
    sid = _open_installer(portal)
    _finish(portal, sid)
    heard = app_ear.next(member_id=portal.member_id)
    assert heard.form["event"] == "ONAPPINSTALL"
    assert heard.form["data"]["INSTALLED"] == ("Y" if moment == "after" else "N")
    assert heard.form["auth"]["refresh_token"]
    assert portal.state()["installed"] is True


def test_an_uninstall_is_told_after_rest_has_closed(portal: StandInPortal, app_ear: AppEar) -> None:
    portal.result("event.bind", "admin", event="ONAPPUNINSTALL", handler=f"{app_ear.url}/events/")
    bind(portal)
    portal.standin.change_portal(portal.name, app_present=False, clean=True)
    heard = app_ear.next(member_id=portal.member_id)
    assert heard.form["data"] == {"LANGUAGE_ID": "en", "CLEAN": "1"}
    assert "access_token" not in heard.form["auth"]
    state = portal.state()
    assert (state["bindings"], state["event_handlers"], state["app_present"]) == ([], [], False)
    back = portal.standin.change_portal(portal.name, app_present=True)
    assert back["application_token"] != portal.about["application_token"]


def test_a_launch_posts_what_a_portal_posts(portal: StandInPortal) -> None:
    bind(portal)
    asked = {"placement": TAB, "options": {"ID": 5}, "lang": "de"}
    launch = portal.standin.launch(portal.name, user="reader", **asked)
    assert launch["url"].startswith(f"{HANDLER}?DOMAIN={portal.name}.localhost%3A")
    assert launch["window_name"] == f"{portal.host}|0|{launch['app_sid']}"
    sent = launch["fields"]
    assert json.loads(sent["PLACEMENT_OPTIONS"]) == {"ID": "5"}
    assert (sent["PLACEMENT"], sent["AUTH_EXPIRES"], sent["status"]) == (TAB, "3600", "L")
    assert sent["SERVER_ENDPOINT"] == f"{portal.standin.oauth_origin}/rest/"
    assert sent["member_id"] == portal.member_id
    portal.standin.switch(portal.name, send_optional_fields=False)
    older = portal.standin.launch(portal.name)["fields"]
    assert not {"SERVER_ENDPOINT", "APPLICATION_TOKEN", "APPLICATION_SCOPE"} & set(older)


def test_the_installer_is_what_opens_until_it_is_finished(
    standin: StandIn, app_ear: AppEar
) -> None:
    portal = StandInPortal(standin, standin.create_portal())
    launch = standin.launch(portal.name, user="admin", placement=TAB)
    assert launch["url"].startswith(f"{app_ear.url}/install/?DOMAIN=")
    assert launch["fields"]["PLACEMENT"] == "DEFAULT"
    standin.change_portal(portal.name, installed=True)
    assert standin.launch(portal.name)["url"].startswith(f"{app_ear.url}/?DOMAIN=")
    with pytest.raises(ControlRefused, match="404"):
        standin.launch(portal.name, placement=TAB)


def _open_installer(portal: StandInPortal) -> str:
    body = {"placement": "DEFAULT", "options": {}}
    headers = {"Cookie": "standin_user=1"}
    answer = portal.standin.send(portal.host, "/_pages/frames/", body=body, headers=headers)
    return str(answer.json()["app_sid"])


def _finish(portal: StandInPortal, sid: str) -> None:
    path = f"/_pages/frames/{sid}/finish/"
    answer = portal.standin.send(portal.host, path, headers={"Cookie": "standin_user=1"})
    assert answer.json() == {"finished": True}
