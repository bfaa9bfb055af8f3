"""The system layer of REST: the order of its checks, its errors, its limits, its form."""

from __future__ import annotations

import pytest

from tests.standin.portal import StandInPortal


def test_an_unknown_method_is_told_before_the_token(portal: StandInPortal) -> None:
    send = portal.standin.send
    answer = send(portal.host, "/rest/crm.item.paymnet.add", body={"auth": "bad"})
    assert (answer.status, answer.json()["error"]) == (404, "ERROR_METHOD_NOT_FOUND")
    answer = send(portal.host, "/rest/crm.item.payment.foo", body={"auth": "bad"})
    assert (answer.status, answer.json()["error"]) == (401, "invalid_token")
    assert portal.refusal("crm.item.payment.foo") == (400, "22002")


def test_an_unknown_action_names_its_controller(portal: StandInPortal) -> None:
    text = portal.call("crm.item.payment.foo").json()["error_description"]
    assert text.endswith("Bitrix\\Crm\\Controller\\Item\\Payment")


def test_tokens(portal: StandInPortal) -> None:
    send, token = portal.standin.send, portal.token()
    assert send(portal.host, "/rest/profile").json()["error"] == "NO_AUTH_FOUND"
    other = StandInPortal(portal.standin, portal.standin.create_portal())
    answer = send(other.host, "/rest/profile", body={"auth": token})
    assert (answer.status, answer.json()["error"]) == (401, "invalid_token")
    portal.standin.expire(portal.name, user_id=1)
    assert send(portal.host, "/rest/profile", body={"auth": token}).status == 200
    portal.standin.expire(portal.name)
    answer = send(portal.host, "/rest/profile", body={"auth": token})
    assert (answer.status, answer.json()["error"]) == (401, "expired_token")
    portal.standin.revoke(portal.name)
    assert (
        send(portal.host, "/rest/profile", body={"auth": token}).json()["error"] == "invalid_token"
    )
    webhook = send(portal.host, "/rest/1/fakefake/profile")
    assert (webhook.status, webhook.json()["error"]) == (401, "INVALID_CREDENTIALS")


def test_the_header_wins_over_the_body(portal: StandInPortal) -> None:
    headers = {"Authorization": f"Bearer {portal.token('admin')}"}
    body = {"auth": portal.token("sales")}
    answer = portal.standin.send(portal.host, "/rest/user.admin", body=body, headers=headers)
    assert answer.json()["result"] is True


@pytest.mark.parametrize(
    ("switches", "expected"),
    [
        ({"site_closed": 410}, (410, "PORTAL_DELETED")),
        ({"payment_expired": True}, (401, "PAYMENT_REQUIRED")),
        ({"plan_rest": False}, (401, "ACCESS_DENIED")),
    ],
)
def test_portals_that_are_closed(
    portal: StandInPortal, switches: dict[str, object], expected: tuple[int, str]
) -> None:
    portal.standin.switch(portal.name, **switches)
    assert portal.refusal("profile") == expected


@pytest.mark.parametrize(("statuses", "status"), [("source", 401), ("docs", 403)])
@pytest.mark.parametrize("texts", ["fixed", "none"])
def test_plan_and_person_share_a_code(
    portal: StandInPortal, statuses: str, status: int, texts: str
) -> None:
    portal.standin.switch(portal.name, statuses=statuses, system_texts=texts)
    portal.standin.change_portal(portal.name, users={"7": {"is_confirmed": False}})
    portal.standin.switch(portal.name, plan_rest=False)
    texts_told = {}
    for user in ("sales", "admin"):
        for method in ("profile", "batch"):
            assert portal.refusal(method, user) == (status, "ACCESS_DENIED")
        texts_told[user] = portal.call("profile", user).json()["error_description"]
    is_fixed = texts == "fixed"
    person, plan = texts_told["sales"], texts_told["admin"]
    assert person == ("Current user can't be authorized in this context" if is_fixed else "")
    assert plan == ("REST is available only on commercial plans." if is_fixed else "")


def test_a_person_who_never_signed_in_is_refused_alone_and_before_anything_else(
    portal: StandInPortal,
) -> None:
    token = portal.token()
    portal.standin.change_portal(portal.name, users={"7": {"is_confirmed": False}}, scopes=[])
    portal.standin.expire(portal.name)
    answer = portal.standin.send(portal.host, "/rest/crm.currency.list", body={"auth": token})
    assert (answer.status, answer.json()["error"]) == (401, "ACCESS_DENIED")
    assert portal.call("profile", "admin").status == 200


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [("source", [401, 403, 401, 403]), ("docs", [403, 400, 403, 500])],
)
def test_statuses_are_those_of_the_source_or_of_the_docs(
    portal: StandInPortal, statuses: str, expected: list[int]
) -> None:
    portal.standin.switch(portal.name, statuses=statuses)
    foreign, method = portal.deal("foreign"), "crm.item.payment.list"
    found = [portal.refusal("sale.payment.update", id=1)[0]]
    found.append(portal.refusal(method, entityId=foreign, entityTypeId=2)[0])
    found.append(portal.standin.send(portal.host, "/rest/1/fakefake/profile").status)
    portal.standin.add_fault(portal.name, "profile", "refuse", code="PORTAL_DELETED")
    found.append(portal.refusal("profile")[0])
    assert found == expected


@pytest.mark.parametrize(("statuses", "status"), [("source", 401), ("docs", 403)])
def test_the_users_of_the_app_may_be_limited(
    portal: StandInPortal, statuses: str, status: int
) -> None:
    portal.standin.switch(portal.name, statuses=statuses)
    portal.standin.change_portal(portal.name, allowed_user_ids=[1])
    assert portal.refusal("profile") == (status, "user_access_error")
    assert portal.call("profile", "admin").status == 200
    users = {"7": {"is_active": False}}
    portal.standin.change_portal(portal.name, users=users)
    assert portal.refusal("profile") == (401, "authorization_error")


def test_a_removed_app(portal: StandInPortal) -> None:
    token = portal.token()
    portal.standin.change_portal(portal.name, app_present=False)
    send = portal.standin.send
    answer = send(portal.host, "/rest/profile", body={"auth": token})
    assert (answer.status, answer.json()["error"]) == (401, "APPLICATION_NOT_FOUND")
    portal.standin.change_portal(portal.name, app_present=True)
    answer = send(portal.host, "/rest/profile", body={"auth": token})
    assert (answer.status, answer.json()["error"]) == (401, "invalid_token")
    assert portal.state()["installed"] is False


def test_the_wire(portal: StandInPortal) -> None:
    answer = portal.call("crm.item.payment.list", entityId=portal.deal("billed"), entityTypeId=2)
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert b'"sum":500,' in answer.body
    assert b"\\/1" in answer.body
    time = answer.json()["time"]
    assert set(time) == {
        "start",
        "finish",
        "duration",
        "processing",
        "date_start",
        "date_finish",
        "operating",
        "operating_reset_at",
    }
    assert "time" not in portal.call("nothing.here").json()


def test_html_is_escaped_and_other_letters_are_not(portal: StandInPortal) -> None:
    title = "<b>\"Käse\" & 'Öl'</b> \\"
    deal = portal.standin.add_deal(portal.name, title=title)["id"]
    answer = portal.call("crm.item.get", entityTypeId=2, id=deal)
    assert answer.json()["result"]["item"]["title"] == title
    assert "\\u003Cb\\u003E\\u0022Käse\\u0022 \\u0026 \\u0027Öl\\u0027" in answer.body.decode()


def test_the_browser_may_ask_first(portal: StandInPortal) -> None:
    answer = portal.standin.send(portal.host, "/rest/profile", method="OPTIONS")
    assert answer.status == 200
    assert answer.headers["access-control-allow-headers"] == "origin, content-type, accept"


def test_who_and_what(portal: StandInPortal) -> None:
    assert portal.result("profile")["ADMIN"] is False
    assert portal.result("profile", "admin")["ID"] == "1"
    assert portal.result("user.current")["NAME"] == "Salesperson"
    info = portal.result("app.info")
    assert (info["CODE"], info["INSTALLED"], type(info["ID"])) == ("local.standin.app", True, int)
    assert "crm" in portal.result("scope")
    assert portal.result("server.time").endswith("+00:00")
    got = portal.result("method.get", name="crm.item.payment.foo")
    assert got == {"isExisting": True, "isAvailable": True}
    assert portal.result("method.get", name="crm.foo.bar")["isExisting"] is False
    listed = portal.result("methods")
    assert "placement.bind" in listed
    assert "crm.item.payment.add" not in listed
    assert portal.result("crm.currency.list")[0]["CURRENCY"] == "EUR"
    assert portal.refusal("crm.currency.list", "guest") == (400, "")


def test_options(portal: StandInPortal) -> None:
    assert portal.refusal("app.option.set", options={"a": "1"}) == (403, "ACCESS_DENIED")
    assert portal.result("app.option.set", "admin", options={"a": "1"}) is True
    assert portal.result("app.option.get", option="a") == "1"
    assert portal.result("user.option.get") == []
    assert portal.result("user.option.set", options={"b": "2"}) is True
    assert portal.result("user.option.get") == {"b": "2"}


def test_the_leaky_bucket(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, bucket={"drain": 0.001, "burst": 3})
    answers = [portal.call("profile") for _ in range(5)]
    assert [answer.status for answer in answers] == [200, 200, 200, 503, 503]
    assert answers[-1].json()["error"] == "QUERY_LIMIT_EXCEEDED"


def test_the_operating_limit_is_per_method(portal: StandInPortal) -> None:
    portal.standin.switch(portal.name, operating_limit=10, operating_cost=5)
    first = portal.call("profile").json()["time"]
    assert first["operating"] == 5
    portal.batch({"a": "profile"})
    assert portal.refusal("profile") == (429, "OPERATION_TIME_LIMIT")
    inside = portal.batch({"a": "profile", "b": "user.admin"}).json()["result"]
    assert inside["result_error"]["a"]["error"] == "OPERATION_TIME_LIMIT"
    assert inside["result"] == {"b": False}


def test_a_renamed_portal_redirects(portal: StandInPortal) -> None:
    old, name = portal.host, f"{portal.name}x"
    token = portal.token()
    about = portal.standin.change_portal(portal.name, rename=name)
    answer = portal.standin.send(old, "/rest/profile", body={"auth": token})
    assert answer.status == 302
    assert answer.headers["location"] == f"{about['origin']}/rest/profile"
    moved = portal.standin.send(about["host"], "/rest/profile", body={"auth": token})
    assert moved.status == 200
    assert about["member_id"] == portal.member_id


def test_a_portal_of_ones_own_answers_in_its_folder_alone(portal: StandInPortal) -> None:
    token = portal.token()
    address = {"scheme": "https", "port": 8443, "rest_path": "/crm/rest/"}
    about = portal.standin.change_portal(portal.name, address=address)
    assert about["origin"] == f"https://{portal.name}.localhost:8443"
    paths = ("/rest/profile", "/crm/rest/profile")
    answers = [portal.standin.send(about["host"], path, body={"auth": token}) for path in paths]
    assert [answer.status for answer in answers] == [404, 200]
