"""The official Python SDK accepts the stand-in's launches, tokens, codes, events and moves."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from b24pysdk import BitrixApp, BitrixToken
from b24pysdk.credentials import OAuthEventData, OAuthPlacementData
from b24pysdk.errors import BitrixAPIExpiredToken, BitrixAPIInvalidToken, BitrixAPIPaymentRequired
from b24pysdk.errors.oauth import (
    BitrixOAuthInvalidClient,
    BitrixOAuthInvalidGrant,
    BitrixOAuthInvalidRequest,
    BitrixOAuthNoAuthFound,
    BitrixOAuthNotInstalled,
    BitrixOauthWrongClient,
)

from tests.contract.conftest import SDK_APP, sdk_client, sdk_token
from tests.contract.throwaway import EVENTS, ThrowAway
from tests.standin.portal import StandInPortal


def test_a_launch_is_confirmed_by_the_oauth_server(sdk: StandInPortal) -> None:
    options = {"ID": "101"}
    data = OAuthPlacementData.from_dict(sdk.launch(options=options).everything)
    assert data.placement_options == options
    info = BitrixToken.from_oauth_placement_data(data, SDK_APP).get_app_info().result
    assert data.validate_against_app_info(info)
    assert (info.client_id, info.user_id) == (SDK_APP.client_id, sdk.about["users"]["sales"])
    assert info.install.installed is True


def test_a_token_that_the_portal_calls_expired_is_refreshed_once(sdk: StandInPortal) -> None:
    token = sdk_token(sdk)
    old = token.auth_token, token.refresh_token
    sdk.standin.expire(sdk.name)
    sdk.standin.clear_calls(sdk.name)
    assert token.get_client().profile().result["NAME"] == "Salesperson"
    assert (token.auth_token, token.refresh_token) != old
    calls = [(each["method"], each["error"]) for each in sdk.standin.calls(sdk.name)]
    assert calls == [("profile", "expired_token"), ("oauth.token", None), ("profile", None)]
    assert token.get_client().scope().result


def test_a_refreshed_pair_belongs_to_the_same_user_and_portal(sdk: StandInPortal) -> None:
    token = sdk_token(sdk)
    renewed = token.refresh_oauth_token()
    info = SDK_APP.get_app_info(renewed.oauth_token.access_token).result
    assert (renewed.user_id, renewed.member_id) == (info.user_id, sdk.member_id)
    assert renewed.portal_domain == sdk.host.partition(":")[0]


def test_a_used_refresh_token_is_dead(sdk: StandInPortal) -> None:
    token = sdk_token(sdk)
    token.refresh_oauth_token()
    with pytest.raises(BitrixOAuthInvalidGrant):
        token.refresh_oauth_token()


def test_a_code_is_exchanged_once(sdk: StandInPortal) -> None:
    path = f"/oauth/authorize/?client_id={SDK_APP.client_id}&state=kept"
    headers = {"Cookie": "standin_user=1"}
    answer = sdk.standin.send(sdk.host, path, method="GET", headers=headers)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["kept"]
    oauth = SDK_APP.get_oauth_token(query["code"][0])
    assert oauth.user_id == sdk.about["users"]["admin"]
    assert BitrixToken.from_oauth(oauth, SDK_APP).get_client().profile().result["ADMIN"] is True
    with pytest.raises(BitrixOAuthInvalidGrant):
        SDK_APP.get_oauth_token(query["code"][0])


def test_the_oauth_server_tells_why_it_refuses(sdk: StandInPortal) -> None:
    token = sdk_token(sdk)
    refresh = str(token.refresh_token)
    stranger = BitrixApp(client_id="local.another.app", client_secret="fake-client-secret")
    forger = BitrixApp(client_id=SDK_APP.client_id, client_secret="fake-wrong-secret")
    nameless = BitrixApp(client_id="", client_secret="fake-client-secret")
    with pytest.raises(BitrixOauthWrongClient) as caught:
        stranger.refresh_oauth_token(refresh)
    assert caught.value.response.status_code == 200
    with pytest.raises(BitrixOAuthInvalidClient):
        forger.refresh_oauth_token(refresh)
    with pytest.raises(BitrixOAuthInvalidRequest):
        nameless.refresh_oauth_token(refresh)
    with pytest.raises(BitrixOAuthInvalidGrant):
        SDK_APP.refresh_oauth_token("fake-unknown-token")
    with pytest.raises(BitrixOAuthNoAuthFound):
        SDK_APP.get_app_info("")
    with pytest.raises(BitrixAPIInvalidToken):
        SDK_APP.get_app_info("fake-unknown-token")
    sdk.standin.expire(sdk.name)
    with pytest.raises(BitrixAPIExpiredToken):
        SDK_APP.get_app_info(token.auth_token)


def test_an_ended_subscription_ends_refreshes(sdk: StandInPortal) -> None:
    token = sdk_token(sdk)
    sdk.standin.switch(sdk.name, payment_expired=True)
    with pytest.raises(BitrixAPIPaymentRequired):
        token.refresh_oauth_token()


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("invalid_client", BitrixOAuthInvalidClient),
        ("wrong_client", BitrixOauthWrongClient),
        ("NOT_INSTALLED", BitrixOAuthNotInstalled),
    ],
)
def test_a_removed_app_gets_no_more_tokens(
    sdk: StandInPortal, answer: str, expected: type[Exception]
) -> None:
    token = sdk_token(sdk)
    sdk.standin.switch(sdk.name, gone_answer=answer)
    sdk.standin.change_portal(sdk.name, app_present=False)
    with pytest.raises(expected):
        token.refresh_oauth_token()
    with pytest.raises(BitrixOAuthNotInstalled):
        SDK_APP.get_app_info(token.auth_token)


def test_a_renamed_portal_is_followed_to_its_new_address(sdk: StandInPortal) -> None:
    token = sdk_token(sdk)
    sdk.standin.change_portal(sdk.name, rename=f"{sdk.name}-new")
    assert token.get_client().profile().result["NAME"] == "Salesperson"
    assert token.domain == f"{sdk.name}-new.localhost"


def test_events_are_understood_with_and_without_tokens(
    sdk: StandInPortal, throwaway: ThrowAway
) -> None:
    event = sdk_client(sdk, "admin").event
    for name in ("ONAPPTEST", "ONAPPUNINSTALL"):
        event.bind(name, f"{throwaway.origin}{EVENTS}").call()
    sdk.standin.deliver_event(sdk.name, "ONAPPTEST", user="admin")
    told = OAuthEventData.from_dict(throwaway.next_event(member_id=sdk.member_id))
    token = BitrixToken.from_oauth_event_data(told, SDK_APP)
    assert token.get_client().profile().result["ADMIN"] is True
    sdk.standin.deliver_event(sdk.name, "ONAPPUNINSTALL", data={"CLEAN": "1"})
    told = OAuthEventData.from_dict(throwaway.next_event(member_id=sdk.member_id))
    assert told.is_system
    assert told.auth.application_token == sdk.about["application_token"]
