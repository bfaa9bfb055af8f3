"""Each refusal of the stand-in is the one that the official Python SDK knows by that name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from b24pysdk import BitrixToken, errors
from b24pysdk.errors.oauth import BitrixOAuthNoAuthFound

from tests.contract.conftest import SDK_APP, sdk_client, sdk_token
from tests.standin.portal import StandInPortal

DEAL = 2
Change = Callable[[StandInPortal], Any]


def token_of(sdk: StandInPortal) -> BitrixToken:
    """A token that is not refreshed by itself."""
    token = sdk_token(sdk)
    token.refresh_token = None
    return token


def switch(**switches: Any) -> Change:
    return lambda sdk: sdk.standin.switch(sdk.name, **switches)


def change(**changes: Any) -> Change:
    return lambda sdk: sdk.standin.change_portal(sdk.name, **changes)


def list_thrice(token: BitrixToken, deal: int) -> None:
    """More calls than a limited portal takes."""
    for _ in range(3):
        token.call_method("crm.item.payment.list", {"entityTypeId": DEAL, "entityId": deal})


@pytest.mark.parametrize(
    ("prepare", "expected"),
    [
        (lambda sdk: sdk.standin.expire(sdk.name), errors.BitrixAPIExpiredToken),
        (lambda sdk: sdk.standin.revoke(sdk.name), errors.BitrixAPIInvalidToken),
        (change(scopes=["placement"]), errors.BitrixAPIInsufficientScope),
        (change(app_present=False), errors.BitrixAPIApplicationNotFound),
        (switch(payment_expired=True), errors.BitrixAPIPaymentRequired),
        (switch(plan_rest=False), errors.BitrixAPIAccessDenied),
        (change(allowed_user_ids=[1]), errors.BitrixAPIUserAccessError),
        (change(users={"7": {"is_active": False}}), errors.BitrixAPIAuthorizationError),
        (switch(site_closed=403), errors.BitrixAPIPortalDeleted),
        (switch(operating_limit=1, operating_cost=2), errors.BitrixAPIOperationTimeLimit),
        (switch(bucket={"drain": 0.001, "burst": 1}), errors.BitrixAPIQueryLimitExceeded),
        (change(users={"7": {"role": "guest"}}), errors.BitrixAPIAllowedOnlyIntranetUser),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_happened_in_the_portal_is_told(
    sdk: StandInPortal, prepare: Change, expected: type[errors.BitrixAPIError]
) -> None:
    token = token_of(sdk)
    prepare(sdk)
    with pytest.raises(expected) as caught:
        list_thrice(token, sdk.deal("fresh"))
    assert caught.value.error.upper() == expected.ERROR
    assert caught.value.error_description


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("ACCESS_DENIED", errors.BitrixAPIAccessDenied),
        ("allowed_only_intranet_user", errors.BitrixAPIAllowedOnlyIntranetUser),
        ("APPLICATION_NOT_FOUND", errors.BitrixAPIApplicationNotFound),
        ("authorization_error", errors.BitrixAPIAuthorizationError),
        ("ERROR_OAUTH", errors.BitrixAPIErrorOAuth),
        ("ERROR_UNEXPECTED_ANSWER", errors.BitrixAPIErrorUnexpectedAnswer),
        ("insufficient_scope", errors.BitrixAPIInsufficientScope),
        ("INTERNAL_SERVER_ERROR", errors.BitrixAPIInternalServerError),
        ("INVALID_CREDENTIALS", errors.BitrixAPIInvalidCredentials),
        ("invalid_token", errors.BitrixAPIInvalidToken),
        ("METHOD_CONFIRM_DENIED", errors.BitrixAPIMethodConfirmDenied),
        ("METHOD_CONFIRM_WAITING", errors.BitrixAPIMethodConfirmWaiting),
        ("NO_AUTH_FOUND", BitrixOAuthNoAuthFound),
        ("OPERATION_TIME_LIMIT", errors.BitrixAPIOperationTimeLimit),
        ("OVERLOAD_LIMIT", errors.BitrixAPIOverloadLimit),
        ("PAYMENT_REQUIRED", errors.BitrixAPIPaymentRequired),
        ("PORTAL_DELETED", errors.BitrixAPIPortalDeleted),
        ("QUERY_LIMIT_EXCEEDED", errors.BitrixAPIQueryLimitExceeded),
        ("user_access_error", errors.BitrixAPIUserAccessError),
        ("WRONG_AUTH_TYPE", errors.BitrixAPIWrongAuthType),
    ],
)
def test_a_refusal_on_demand_is_what_it_is_called(
    sdk: StandInPortal, code: str, expected: type[errors.BitrixAPIError]
) -> None:
    sdk.standin.add_fault(sdk.name, "profile", "refuse", times=None, code=code, text="Because")
    with pytest.raises(expected, match="Because"):
        sdk_token(sdk).call_method("profile")


def test_a_call_without_a_token_is_told_apart(sdk: StandInPortal) -> None:
    nobody = BitrixToken(domain=sdk.host, auth_token="", bitrix_app=SDK_APP)
    with pytest.raises(BitrixOAuthNoAuthFound):
        nobody.call_method("profile")


def test_a_webhook_of_nobody_is_refused(sdk: StandInPortal) -> None:
    webhook = BitrixToken(domain=sdk.host, auth_token="1/fakewebhook")
    with pytest.raises(errors.BitrixAPIInvalidCredentials):
        webhook.call_method("profile")


def test_an_unknown_method_is_not_found_whatever_the_token(sdk: StandInPortal) -> None:
    token = token_of(sdk)
    token.auth_token = "fake-unknown-token"
    with pytest.raises(errors.BitrixAPINotFound) as caught:
        token.call_method("crm.payment.invent")
    assert caught.value.error == "ERROR_METHOD_NOT_FOUND"


@pytest.mark.parametrize(("style", "code"), [("string", "0"), ("number", 0)])
def test_the_code_zero_comes_as_text_or_as_a_number(
    sdk: StandInPortal, style: str, code: str | int
) -> None:
    sdk.standin.switch(sdk.name, error_code_style=style)
    with pytest.raises(errors.BitrixAPIBadRequest, match="Payment has not been found") as caught:
        sdk_token(sdk).call_method("crm.item.payment.get", {"id": 999_999})
    assert caught.value.json_response["error"] == code


def test_a_busy_portal_is_asked_again_and_then_given_up(sdk: StandInPortal) -> None:
    busy = {"code": "QUERY_LIMIT_EXCEEDED"}
    sdk.standin.add_fault(sdk.name, "profile", "refuse", times=2, **busy)
    assert sdk_token(sdk).call_method("profile")["result"]["NAME"] == "Salesperson"
    sdk.standin.add_fault(sdk.name, "profile", "refuse", times=None, **busy)
    with pytest.raises(errors.BitrixAPIQueryLimitExceeded):
        sdk_token(sdk).call_method("profile")


def test_an_answer_that_is_no_json_is_none_of_the_portals(sdk: StandInPortal) -> None:
    sdk.standin.add_fault(sdk.name, "profile", "html", status=502)
    with pytest.raises(errors.BitrixResponseJSONDecodeError):
        sdk_token(sdk).call_method("profile")


def test_a_connection_that_breaks_after_the_work_leaves_the_payment(sdk: StandInPortal) -> None:
    deal = sdk.deal("fresh")
    sdk.standin.add_fault(sdk.name, "crm.item.payment.add", "drop_after")
    with pytest.raises(errors.BitrixRequestError):
        sdk_client(sdk).crm.item.payment.add(entity_type_id=DEAL, entity_id=deal).call()
    assert len(sdk.payments_of(deal)) == 1
