"""The OAuth server: pairs, rotation, and what it says of a token."""

from __future__ import annotations

from typing import Any

import pytest

from tests.standin.client import Answer, StandIn
from tests.standin.portal import StandInPortal

CLIENT = {"client_id": "local.standin.app", "client_secret": "fake-client-secret"}


def exchange(standin: StandIn, **params: str) -> Answer:
    return standin.send(standin.oauth_host, "/oauth/token/", form={**CLIENT, **params})


def refresh(standin: StandIn, token: str, **params: str) -> Answer:
    return exchange(standin, grant_type="refresh_token", refresh_token=token, **params)


def fields(portal: StandInPortal, user: str = "sales") -> dict[str, str]:
    return dict(portal.standin.launch(portal.name, user=user)["fields"])


def test_a_pair_is_rotated(portal: StandInPortal, standin: StandIn) -> None:
    old = fields(portal)["REFRESH_ID"]
    answer = refresh(standin, old)
    pair = answer.json()
    assert answer.status == 200
    assert pair["client_endpoint"] == f"http://{portal.host}/rest/"
    assert pair["domain"] == standin.oauth_host
    assert (pair["expires_in"], pair["user_id"]) == (3600, 7)
    assert pair["member_id"] == portal.member_id
    assert "application_token" not in pair
    again = refresh(standin, old)
    assert (again.status, again.json()["error"]) == (400, "invalid_grant")
    body = {"auth": pair["access_token"]}
    assert standin.send(portal.host, "/rest/profile", body=body).json()["result"]["ID"] == "7"
    mine = [call for call in standin.calls(portal.name) if call["server"] == "oauth"]
    assert [(call["status"], call["error"]) for call in mine] == [
        (200, None),
        (400, "invalid_grant"),
    ]


def test_a_pair_may_come_without_the_name_of_its_owner(
    portal: StandInPortal, standin: StandIn
) -> None:
    standin.switch(portal.name, names_owners=False)
    assert "user_id" not in refresh(standin, fields(portal)["REFRESH_ID"]).json()


def test_a_grace_period_keeps_the_old_one(portal: StandInPortal, standin: StandIn) -> None:
    standin.switch(portal.name, refresh_mode="grace", single_use_pair=True)
    old = fields(portal)
    assert refresh(standin, old["REFRESH_ID"]).status == 200
    assert refresh(standin, old["REFRESH_ID"]).status == 200
    answer = standin.send(portal.host, "/rest/profile", body={"auth": old["AUTH_ID"]})
    assert answer.json()["error"] == "invalid_token"


def test_get_works_too(portal: StandInPortal, standin: StandIn) -> None:
    token = fields(portal)["REFRESH_ID"]
    path = f"/oauth/token/?grant_type=refresh_token&refresh_token={token}"
    path += "&client_id=local.standin.app&client_secret=fake-client-secret"
    assert standin.send(standin.oauth_host, path, method="GET").status == 200


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"grant_type": "password"}, (400, "invalid_request")),
        ({"client_id": "local.other"}, (200, "wrong_client")),
        ({"client_secret": "fake-wrong"}, (400, "invalid_client")),
        ({"refresh_token": "fake-unknown"}, (400, "invalid_grant")),
    ],
)
def test_refusals(
    portal: StandInPortal, standin: StandIn, params: dict[str, str], expected: tuple[int, str]
) -> None:
    wanted = {"grant_type": "refresh_token", "refresh_token": fields(portal)["REFRESH_ID"]}
    answer = exchange(standin, **{**wanted, **params})
    assert (answer.status, answer.json()["error"]) == expected


def test_an_app_that_is_gone_or_unpaid(portal: StandInPortal, standin: StandIn) -> None:
    token = fields(portal)
    standin.switch(portal.name, payment_expired=True)
    answer = refresh(standin, token["REFRESH_ID"])
    assert (answer.status, answer.json()["error"]) == (401, "PAYMENT_REQUIRED")
    standin.change_portal(portal.name, app_present=False)
    for code, status in (("invalid_client", 400), ("wrong_client", 200), ("NOT_INSTALLED", 401)):
        standin.switch(portal.name, gone_answer=code)
        answer = refresh(standin, token["REFRESH_ID"])
        assert (answer.status, answer.json()["error"]) == (status, code)
    answer = _info(standin, token["AUTH_ID"])
    assert (answer.status, answer.json()["error"]) == (401, "NOT_INSTALLED")


@pytest.mark.parametrize("path", ["/rest/app.info", "/rest/app.info/", "/rest/app.info.json"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_a_token_is(portal: StandInPortal, standin: StandIn, path: str, method: str) -> None:
    token = fields(portal, "admin")["AUTH_ID"]
    sent: dict[str, Any] = {"form": {"auth": token}} if method == "POST" else {}
    query = "" if sent else f"?auth={token}"
    answer = standin.send(standin.oauth_host, path + query, method=method, **sent)
    result = answer.json()["result"]
    assert (result["client_id"], result["user_id"]) == ("local.standin.app", 1)
    install = result["install"]
    assert install["client_endpoint"] == f"http://{portal.host}/rest/"
    assert (install["installed"], install["domain"]) == (True, portal.host)
    assert install["member_id"] == portal.member_id


def test_what_a_bad_token_is(portal: StandInPortal, standin: StandIn) -> None:
    token = fields(portal)["AUTH_ID"]
    assert _info(standin, "").json()["error"] == "NO_AUTH_FOUND"
    assert _info(standin, "fake").json()["error"] == "invalid_token"
    standin.expire(portal.name)
    assert _info(standin, token).json()["error"] == "expired_token"
    standin.revoke(portal.name, refresh=True)
    assert _info(standin, token).json()["error"] == "invalid_token"


def test_an_unfinished_installation(standin: StandIn) -> None:
    portal = StandInPortal(standin, standin.create_portal())
    token = fields(portal, "admin")["AUTH_ID"]
    assert _info(standin, token).json()["result"]["install"]["installed"] is False
    standin.switch(portal.name, oauth_installed="present")
    assert _info(standin, token).json()["result"]["install"]["installed"] is True


def test_faults_strike_the_oauth_server(portal: StandInPortal, standin: StandIn) -> None:
    token = fields(portal)["REFRESH_ID"]
    standin.add_fault(portal.name, "oauth.token", "drop_after")
    with pytest.raises(OSError, match=r"closed connection|reset"):
        refresh(standin, token)
    assert refresh(standin, token).json()["error"] == "invalid_grant"
    standin.add_fault(portal.name, "oauth.app.info", "html", status=503)
    assert _info(standin, fields(portal)["AUTH_ID"]).status == 503


def test_nobody_else_is_asked(portal: StandInPortal, standin: StandIn) -> None:
    form = {**CLIENT, "grant_type": "refresh_token", "refresh_token": "fake-token-elsewhere"}
    host = f"evil-{portal.name}.localhost"
    for target in (portal.host, host):
        assert standin.send(target, "/oauth/token/", form=form).status == 404
    assert standin.send(standin.oauth_host, f"/{portal.name}", method="GET").status == 404
    found = [(stray["host"], stray["path"]) for stray in standin.strays()]
    assert (portal.host, "/oauth/token/") in found
    assert (host, "/oauth/token/") in found
    assert (standin.oauth_host, f"/{portal.name}") in found


def test_every_secret_is_known(portal: StandInPortal, standin: StandIn) -> None:
    found = standin.secrets()
    token = fields(portal)
    pair = refresh(standin, token["REFRESH_ID"]).json()
    assert "fake-client-secret" in found
    assert portal.about["application_token"] in found
    known = standin.secrets()
    assert {token["AUTH_ID"], token["REFRESH_ID"], pair["access_token"]} <= set(known)


def _info(standin: StandIn, token: str) -> Answer:
    return standin.send(standin.oauth_host, "/rest/app.info", form={"auth": token})


def test_the_address_can_be_another_than_the_portals_own(
    portal: StandInPortal, standin: StandIn
) -> None:
    given = fields(portal)
    standin.switch(portal.name, client_endpoint="http://elsewhere.example.com/rest/")
    owner = standin.send(standin.oauth_host, "/rest/app.info", body={"auth": given["AUTH_ID"]})
    pair = refresh(standin, given["REFRESH_ID"]).json()
    named = {owner.json()["result"]["install"]["client_endpoint"], pair["client_endpoint"]}
    assert named == {"http://elsewhere.example.com/rest/"}
