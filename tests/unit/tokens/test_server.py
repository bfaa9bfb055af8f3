"""A code for a pair: what travels to the OAuth server, how, and to no other server."""

from __future__ import annotations

import json
from contextlib import ExitStack
from urllib.parse import parse_qsl

import pytest
from django.conf import LazySettings

from b24app.rest.errors import (
    AppNotInstalled,
    ClientRefused,
    GrantDead,
    RestError,
    ServerBusy,
    SignInUnreachable,
)
from b24app.tokens import server as oauth
from tests.support.servers.sockets import Server, http_answer, serve

CODE = "fake-code-" + "c" * 60
PAIR = {
    "access_token": "fake-access",
    "refresh_token": "fake-refresh",
    "expires_in": 3600,
    "expires": 1_900_000_000,
    "scope": "crm,placement",
    "domain": "oauth.bitrix.info",
    "client_endpoint": "https://acme.bitrix24.com/rest/",
    "member_id": "0" * 32,
}
SENT = {
    "grant_type": "authorization_code",
    "code": CODE,
    "client_id": "local.standin.app",
    "client_secret": "fake-client-secret",
}


def exchange(server: Server, settings: LazySettings) -> oauth.TokenAnswer:
    settings.B24_OAUTH_SERVERS = [f"http://oauth.localhost:{server.port}"]
    return oauth.exchange(settings.B24_OAUTH_SERVERS[0], CODE)


@pytest.mark.parametrize("by_get", [False, True])
def test_a_code_travels_as_the_setting_says(settings: LazySettings, by_get: bool) -> None:
    settings.B24_TOKEN_REQUESTS_BY_GET = by_get
    with serve(http_answer(json.dumps(PAIR))) as server:
        answer = exchange(server, settings)
    assert (answer.access, answer.refresh) == ("fake-access", "fake-refresh")
    assert (answer.member_id, answer.client_endpoint) == ("0" * 32, PAIR["client_endpoint"])
    [request] = server.requests
    head, _, body = request.decode().partition("\r\n\r\n")
    method, target, _ = head.splitlines()[0].split()
    path, _, query = target.partition("?")
    assert (method, path) == ("GET" if by_get else "POST", "/oauth/token/")
    assert dict(parse_qsl(query if by_get else body)) == SENT
    assert (query, body).count("") == 1
    assert "authorization:" not in head.lower()


@pytest.mark.parametrize(
    ("named", "user_id"),
    [({"user_id": 7}, 7), ({"user_id": "7"}, 7), ({}, None)]
    + [({"user_id": odd}, None) for odd in (None, "", 0, -7, True, 7.5, [7], "9" * 30, "７")],
)
def test_whose_pair_it_is_where_the_answer_says_it(
    settings: LazySettings, named: dict[str, object], user_id: int | None
) -> None:
    with serve(http_answer(json.dumps({**PAIR, **named}))) as server:
        assert exchange(server, settings).user_id == user_id


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, '{"error": "invalid_grant"}', GrantDead),
        (400, '{"error": "bad_verification_code"}', GrantDead),
        (200, '{"error": "wrong_client"}', ClientRefused),
        (401, '{"error": "NOT_INSTALLED"}', AppNotInstalled),
        (502, "<html>Bad Gateway</html>", SignInUnreachable),
        (200, '{"access_token": "fake-access"}', SignInUnreachable),
        (200, "[]", SignInUnreachable),
    ],
)
def test_what_the_server_says_is_judged_by_its_body(
    settings: LazySettings, status: int, body: str, error: type[RestError]
) -> None:
    with serve(http_answer(body, status=status)) as server, pytest.raises(error):
        exchange(server, settings)
    assert len(server.requests) == 1


def test_a_code_follows_no_redirect(settings: LazySettings) -> None:
    with serve(http_answer(json.dumps(PAIR))) as elsewhere:
        headers = {"Location": f"http://evil.localhost:{elsewhere.port}/oauth/token/"}
        with (
            serve(http_answer("moved", status=307, headers=headers)) as server,
            pytest.raises(SignInUnreachable),
        ):
            exchange(server, settings)
    assert elsewhere.requests == []


def test_only_a_listed_server_hears_a_code(settings: LazySettings) -> None:
    settings.B24_OAUTH_SERVERS = ["https://oauth.bitrix.info", "https://oauth.bitrix24.tech"]
    assert oauth.server_at("oauth.bitrix24.tech") == "https://oauth.bitrix24.tech"
    for host in ("", "evil.example", "oauth.bitrix24.tech.evil.example", "OAUTH.BITRIX24.TECH"):
        assert oauth.server_at(host) == "https://oauth.bitrix.info"


def test_places_of_ours_that_are_all_taken_are_not_told_as_its_silence(
    settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(oauth, "_SLOT_SECONDS", 0.1)
    with ExitStack() as held, serve(http_answer(json.dumps(PAIR))) as server:
        for _ in range(oauth._SLOTS):
            held.enter_context(oauth._slot())
        with pytest.raises(ServerBusy):
            exchange(server, settings)
    assert server.requests == []
