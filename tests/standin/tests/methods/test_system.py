"""The system layer of REST: the order of its checks, its errors, its limits, its form."""

from __future__ import annotations

import pytest

from tests.standin.tests.conftest import Office


def test_an_unknown_method_is_told_before_the_token(office: Office) -> None:
    send = office.standin.send
    answer = send(office.host, "/rest/crm.item.paymnet.add", body={"auth": "bad"})
    assert (answer.status, answer.json()["error"]) == (404, "ERROR_METHOD_NOT_FOUND")
    answer = send(office.host, "/rest/crm.item.payment.foo", body={"auth": "bad"})
    assert (answer.status, answer.json()["error"]) == (401, "invalid_token")
    assert office.refusal("crm.item.payment.foo") == (400, "22002")


def test_an_unknown_action_names_its_controller(office: Office) -> None:
    text = office.call("crm.item.payment.foo").json()["error_description"]
    assert text.endswith("Bitrix\\Crm\\Controller\\Item\\Payment")


def test_tokens(office: Office) -> None:
    send, token = office.standin.send, office.token()
    assert send(office.host, "/rest/profile").json()["error"] == "NO_AUTH_FOUND"
    other = Office(office.standin, office.standin.create_portal())
    answer = send(other.host, "/rest/profile", body={"auth": token})
    assert (answer.status, answer.json()["error"]) == (401, "invalid_token")
    office.standin.expire(office.name, user_id=1)
    assert send(office.host, "/rest/profile", body={"auth": token}).status == 200
    office.standin.expire(office.name)
    answer = send(office.host, "/rest/profile", body={"auth": token})
    assert (answer.status, answer.json()["error"]) == (401, "expired_token")
    office.standin.revoke(office.name)
    assert (
        send(office.host, "/rest/profile", body={"auth": token}).json()["error"] == "invalid_token"
    )
    webhook = send(office.host, "/rest/1/fakefake/profile")
    assert (webhook.status, webhook.json()["error"]) == (401, "INVALID_CREDENTIALS")


def test_the_header_wins_over_the_body(office: Office) -> None:
    headers = {"Authorization": f"Bearer {office.token('admin')}"}
    body = {"auth": office.token("sales")}
    answer = office.standin.send(office.host, "/rest/user.admin", body=body, headers=headers)
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
    office: Office, switches: dict[str, object], expected: tuple[int, str]
) -> None:
    office.standin.switch(office.name, **switches)
    assert office.refusal("profile") == expected


@pytest.mark.parametrize(("statuses", "status"), [("source", 401), ("docs", 403)])
@pytest.mark.parametrize("texts", ["fixed", "none"])
def test_plan_and_person_share_a_code(
    office: Office, statuses: str, status: int, texts: str
) -> None:
    office.standin.switch(office.name, statuses=statuses, system_texts=texts)
    office.standin.change_portal(office.name, users={"7": {"is_confirmed": False}})
    office.standin.switch(office.name, plan_rest=False)
    texts_told = {}
    for user in ("sales", "admin"):
        for method in ("profile", "batch"):
            assert office.refusal(method, user) == (status, "ACCESS_DENIED")
        texts_told[user] = office.call("profile", user).json()["error_description"]
    is_fixed = texts == "fixed"
    person, plan = texts_told["sales"], texts_told["admin"]
    assert person == ("Current user can't be authorized in this context" if is_fixed else "")
    assert plan == ("REST is available only on commercial plans." if is_fixed else "")


def test_a_person_who_never_signed_in_is_refused_alone_and_before_anything_else(
    office: Office,
) -> None:
    token = office.token()
    office.standin.change_portal(office.name, users={"7": {"is_confirmed": False}}, scopes=[])
    office.standin.expire(office.name)
    answer = office.standin.send(office.host, "/rest/crm.currency.list", body={"auth": token})
    assert (answer.status, answer.json()["error"]) == (401, "ACCESS_DENIED")
    assert office.call("profile", "admin").status == 200


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [("source", [401, 403, 401, 403]), ("docs", [403, 400, 403, 500])],
)
def test_statuses_are_those_of_the_source_or_of_the_docs(
    office: Office, statuses: str, expected: list[int]
) -> None:
    office.standin.switch(office.name, statuses=statuses)
    foreign, method = office.deal("foreign"), "crm.item.payment.list"
    found = [office.refusal("sale.payment.update", id=1)[0]]
    found.append(office.refusal(method, entityId=foreign, entityTypeId=2)[0])
    found.append(office.standin.send(office.host, "/rest/1/fakefake/profile").status)
    office.standin.add_fault(office.name, "profile", "refuse", code="PORTAL_DELETED")
    found.append(office.refusal("profile")[0])
    assert found == expected


@pytest.mark.parametrize(("statuses", "status"), [("source", 401), ("docs", 403)])
def test_the_users_of_the_app_may_be_limited(office: Office, statuses: str, status: int) -> None:
    office.standin.switch(office.name, statuses=statuses)
    office.standin.change_portal(office.name, allowed_user_ids=[1])
    assert office.refusal("profile") == (status, "user_access_error")
    assert office.call("profile", "admin").status == 200
    users = {"7": {"is_active": False}}
    office.standin.change_portal(office.name, users=users)
    assert office.refusal("profile") == (401, "authorization_error")


def test_a_removed_app(office: Office) -> None:
    token = office.token()
    office.standin.change_portal(office.name, app_present=False)
    send = office.standin.send
    answer = send(office.host, "/rest/profile", body={"auth": token})
    assert (answer.status, answer.json()["error"]) == (401, "APPLICATION_NOT_FOUND")
    office.standin.change_portal(office.name, app_present=True)
    answer = send(office.host, "/rest/profile", body={"auth": token})
    assert (answer.status, answer.json()["error"]) == (401, "invalid_token")
    assert office.state()["installed"] is False


def test_the_wire(office: Office) -> None:
    answer = office.call("crm.item.payment.list", entityId=office.deal("billed"), entityTypeId=2)
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
    assert "time" not in office.call("nothing.here").json()


def test_html_is_escaped_and_other_letters_are_not(office: Office) -> None:
    title = "<b>\"Käse\" & 'Öl'</b> \\"
    deal = office.standin.add_deal(office.name, title=title)["id"]
    answer = office.call("crm.item.get", entityTypeId=2, id=deal)
    assert answer.json()["result"]["item"]["title"] == title
    assert "\\u003Cb\\u003E\\u0022Käse\\u0022 \\u0026 \\u0027Öl\\u0027" in answer.body.decode()


def test_the_browser_may_ask_first(office: Office) -> None:
    answer = office.standin.send(office.host, "/rest/profile", method="OPTIONS")
    assert answer.status == 200
    assert answer.headers["access-control-allow-headers"] == "origin, content-type, accept"


def test_who_and_what(office: Office) -> None:
    assert office.result("profile")["ADMIN"] is False
    assert office.result("profile", "admin")["ID"] == "1"
    assert office.result("user.current")["NAME"] == "Salesperson"
    info = office.result("app.info")
    assert (info["CODE"], info["INSTALLED"], type(info["ID"])) == ("local.standin.app", True, int)
    assert "crm" in office.result("scope")
    assert office.result("server.time").endswith("+00:00")
    got = office.result("method.get", name="crm.item.payment.foo")
    assert got == {"isExisting": True, "isAvailable": True}
    assert office.result("method.get", name="crm.foo.bar")["isExisting"] is False
    listed = office.result("methods")
    assert "placement.bind" in listed
    assert "crm.item.payment.add" not in listed
    assert office.result("crm.currency.list")[0]["CURRENCY"] == "EUR"
    assert office.refusal("crm.currency.list", "guest") == (400, "")


def test_options(office: Office) -> None:
    assert office.refusal("app.option.set", options={"a": "1"}) == (403, "ACCESS_DENIED")
    assert office.result("app.option.set", "admin", options={"a": "1"}) is True
    assert office.result("app.option.get", option="a") == "1"
    assert office.result("user.option.get") == []
    assert office.result("user.option.set", options={"b": "2"}) is True
    assert office.result("user.option.get") == {"b": "2"}


def test_the_leaky_bucket(office: Office) -> None:
    office.standin.switch(office.name, bucket={"drain": 0.001, "burst": 3})
    answers = [office.call("profile") for _ in range(5)]
    assert [answer.status for answer in answers] == [200, 200, 200, 503, 503]
    assert answers[-1].json()["error"] == "QUERY_LIMIT_EXCEEDED"


def test_the_operating_limit_is_per_method(office: Office) -> None:
    office.standin.switch(office.name, operating_limit=10, operating_cost=5)
    first = office.call("profile").json()["time"]
    assert first["operating"] == 5
    office.batch({"a": "profile"})
    assert office.refusal("profile") == (429, "OPERATION_TIME_LIMIT")
    inside = office.batch({"a": "profile", "b": "user.admin"}).json()["result"]
    assert inside["result_error"]["a"]["error"] == "OPERATION_TIME_LIMIT"
    assert inside["result"] == {"b": False}


def test_a_renamed_portal_redirects(office: Office) -> None:
    old, name = office.host, f"{office.name}x"
    token = office.token()
    about = office.standin.change_portal(office.name, rename=name)
    answer = office.standin.send(old, "/rest/profile", body={"auth": token})
    assert answer.status == 302
    assert answer.headers["location"] == f"{about['origin']}/rest/profile"
    moved = office.standin.send(about["host"], "/rest/profile", body={"auth": token})
    assert moved.status == 200
    assert about["member_id"] == office.about["member_id"]


def test_a_portal_of_ones_own_answers_in_its_folder_alone(office: Office) -> None:
    token = office.token()
    address = {"scheme": "https", "port": 8443, "rest_path": "/crm/rest/"}
    about = office.standin.change_portal(office.name, address=address)
    assert about["origin"] == f"https://{office.name}.localhost:8443"
    paths = ("/rest/profile", "/crm/rest/profile")
    answers = [office.standin.send(about["host"], path, body={"auth": token}) for path in paths]
    assert [answer.status for answer in answers] == [404, 200]
