"""The official Python SDK asks the stand-in who it is, binds handlers, and sends batches."""

from __future__ import annotations

import pytest
from b24pysdk.errors import BitrixAPIError, BitrixAPIForbidden

from tests.contract.conftest import sdk_client, sdk_token
from tests.standin.portal import StandInPortal

DEAL = 2
TAB = "CRM_DEAL_DETAIL_TAB"


def test_the_user_and_the_app_are_told(sdk: StandInPortal) -> None:
    client = sdk_client(sdk, "sales")
    profile = client.profile()
    assert profile.result["ID"] == str(sdk.about["users"]["sales"])
    assert profile.value.name == "Salesperson"
    assert client.app.info().result["INSTALLED"] is True
    assert client.scope().result == sdk.state()["scopes"]
    assert "sale" in client.scope(full=True).result


def test_a_placement_is_bound_listed_and_taken_away(sdk: StandInPortal) -> None:
    placement = sdk_client(sdk, "admin").placement
    handler = "https://app.example/tab/"
    titles = {"en": {"TITLE": "Payments"}, "de": {"TITLE": "Zahlungen"}}
    assert placement.bind(TAB, handler, lang_all=titles).result is True
    (bound,) = placement.get().result
    assert (bound["placement"], bound["handler"], bound["title"]) == (TAB, handler, "Payments")
    assert bound["langAll"]["de"]["TITLE"] == "Zahlungen"
    assert TAB in placement.list().result
    with pytest.raises(BitrixAPIError, match="already binded") as caught:
        placement.bind(TAB, handler).call()
    assert caught.value.error == "ERROR_CORE"
    assert placement.unbind(TAB, handler=handler).value == 1
    assert placement.get().result == []


def test_an_event_is_bound_listed_and_taken_away(sdk: StandInPortal) -> None:
    event = sdk_client(sdk, "admin").event
    handler = "https://app.example/events/"
    assert event.bind("ONAPPUNINSTALL", handler).result is True
    (bound,) = event.get().result
    assert (bound["event"], bound["handler"]) == ("ONAPPUNINSTALL", handler)
    assert event.unbind("ONAPPUNINSTALL", handler).value == 1
    assert event.get().result == []


def test_a_batch_answers_each_command_under_its_name(sdk: StandInPortal) -> None:
    sdk.standin.switch(sdk.name, statuses="docs")
    client, deal = sdk_client(sdk), sdk.deal("billed")
    answer = client.call_batch(
        {
            "me": client.profile(),
            "payments": client.crm.item.payment.list(DEAL, deal),
            "missing": client.crm.item.payment.get(999_999),
            "foreign": client.crm.item.payment.list(DEAL, sdk.deal("foreign")),
        }
    ).result
    assert answer.result["me"]["NAME"] == "Salesperson"
    assert [each["sum"] for each in answer.result["payments"]] == [500, 500]
    assert set(answer.result_error) == {"missing", "foreign"}
    assert answer.result_error["foreign"]["error"] == "ACCESS_DENIED"
    assert set(answer.result_time) == {"me", "payments"}


def test_a_batch_that_is_denied_as_a_whole_keeps_its_answers_in_the_error(
    sdk: StandInPortal,
) -> None:
    client = sdk_client(sdk)
    denied = client.crm.item.payment.list(DEAL, sdk.deal("foreign"))
    with pytest.raises(BitrixAPIForbidden) as caught:
        client.call_batch({"me": client.profile(), "foreign": denied}).call()
    found = caught.value.json_response["result"]
    assert found["result"]["me"]["NAME"] == "Salesperson"
    assert found["result_error"]["foreign"]["error"] == "ACCESS_DENIED"


def test_a_batch_of_a_list_answers_in_its_order(sdk: StandInPortal) -> None:
    client = sdk_client(sdk)
    answer = client.call_batch([client.profile(), client.scope()]).result
    assert [type(each) for each in answer.result] == [dict, list]
    assert answer.result_error == []


def test_a_later_command_uses_what_an_earlier_one_made(sdk: StandInPortal) -> None:
    deal, token = sdk.deal("fresh"), sdk_token(sdk, "admin")
    rows = token.get_client().crm.item.productrow.get_available_for_payment(deal, "D").result
    row = rows["productRows"][0]["id"]
    answer = token.call_batch(
        {
            "new": ("crm.item.payment.add", {"entityTypeId": DEAL, "entityId": deal}),
            "part": (
                "crm.item.payment.product.add",
                {"paymentId": "$result[new]", "rowId": row, "quantity": 2},
            ),
            "shown": ("crm.item.payment.get", {"id": "$result[new]"}),
        }
    )["result"]
    assert answer["result_error"] == []
    assert answer["result"]["shown"]["id"] == answer["result"]["new"]
    assert answer["result"]["shown"]["sum"] == 800


def test_a_batch_stops_at_the_first_failure_when_told_so(sdk: StandInPortal) -> None:
    commands = {"bad": ("crm.item.payment.get", {"id": 999_999}), "me": ("profile", {})}
    going_on = sdk_token(sdk).call_batch(commands)["result"]
    assert list(going_on["result"]) == ["me"]
    stopped = sdk_token(sdk).call_batch(commands, halt=True)["result"]
    assert stopped["result"] == []
    assert list(stopped["result_error"]) == ["bad"]
