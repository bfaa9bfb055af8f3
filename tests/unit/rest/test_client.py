"""The REST dialect: how parameters are written into a batch, and how answers are read."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.portals.rate_limit import SharedPace
from b24app.portals.verification import PostedToken
from b24app.protocol.addresses import Endpoint
from b24app.rest.client import BatchAnswer, CallRecord, Client, Command, php_query
from b24app.rest.concurrency import Moment, Usage
from b24app.rest.errors import (
    AccessDenied,
    AppsRefused,
    MethodRefused,
    PortalMoved,
    RestError,
    UnreadableAnswer,
)
from b24app.rest.responses import usage_in
from tests.standin.rest.params import parse_query
from tests.support.servers.sockets import Server, http_answer, serve

READS = {"card": Command("crm.item.get", {"id": 1}), "payments": Command("crm.item.payment.list")}
SCALAR = st.integers() | st.text(max_size=20)
PARAMS = st.dictionaries(
    st.from_regex(r"\A[A-Za-z>@!=_]{1,10}\Z"),
    st.recursive(
        SCALAR,
        lambda inner: st.dictionaries(
            st.from_regex(r"\A[A-Za-z>@!=_]{1,10}\Z"), inner, min_size=1, max_size=3
        ),
        max_leaves=6,
    ),
    max_size=4,
)


class NoPace(SharedPace):
    """Everybody may call at once, whatever an answer says of its method's time."""

    def reserve(self, methods: Sequence[str], *, seconds: float) -> Moment:
        return Moment(0.0)

    def note(self, usages: Mapping[str, Usage]) -> None:
        return None


def client_of(server: Server) -> tuple[Client, list[CallRecord]]:
    records: list[CallRecord] = []
    client = Client(
        portal="0" * 32,
        pace=NoPace("0" * 32),
        credentials=PostedToken(
            Endpoint("http", f"acme.localhost:{server.port}", "/rest/"), "fake-access-token"
        ),
        record=records.append,
    )
    return client, records


def batch(result: Any, *, status: int = 200) -> BatchAnswer:
    """What a batch of READS gives when the portal answers `result`."""
    with serve(http_answer(json.dumps({"result": result}), status=status)) as server:
        return client_of(server)[0].batch(READS, halt=False)


def as_text(value: Any) -> Any:
    return {k: as_text(v) for k, v in value.items()} if isinstance(value, dict) else str(value)


@given(PARAMS)
def test_a_portal_reads_what_was_written(params: dict[str, Any]) -> None:
    assert parse_query(php_query(params)) == as_text(params)


def test_lists_are_numbered_and_references_stay_readable() -> None:
    query = php_query({"ids": [5, "a&b=c"], "filter": {">id": 7}, "paymentId": "$result[add]"})
    assert query == "ids[0]=5&ids[1]=a%26b%3Dc&filter[%3Eid]=7&paymentId=$result[add]"


def test_a_batch_is_one_request_with_the_token_in_its_body() -> None:
    with serve(http_answer('{"result":{"result":{"card":1,"payments":[]}}}')) as server:
        client, records = client_of(server)
        answer = client.batch(READS, halt=True)
        (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    assert (answer.value("card"), answer.value("payments")) == (1, [])
    assert head.startswith(b"POST /rest/batch HTTP/1.1\r\n")
    assert b"fake-access-token" not in head
    assert json.loads(body) == {
        "halt": 1,
        "cmd": {"card": "crm.item.get?id=1", "payments": "crm.item.payment.list?"},
        "auth": "fake-access-token",
    }
    assert [(r.method, r.commands, r.status, r.error) for r in records] == [
        ("batch", ("crm.item.get", "crm.item.payment.list"), 200, "")
    ]


def test_a_command_that_was_refused_raises_and_the_others_answer() -> None:
    refusal = {"error": "ACCESS_DENIED", "error_description": "Access denied"}
    answer = batch({"result": {"payments": []}, "result_error": {"card": refusal}}, status=403)
    assert answer.value("payments") == []
    with pytest.raises(AccessDenied):
        answer.value("card")


def test_empty_maps_may_be_lists() -> None:
    answer = batch({"result": [], "result_error": [], "result_total": []})
    with pytest.raises(UnreadableAnswer):
        answer.value("card")


@pytest.mark.parametrize(
    "result",
    [
        None,
        1,
        "x",
        [],
        [1],
        {"result": "x"},
        {"result": [1]},
        {"result_error": "x"},
        {"result_error": {"card": "x"}},
        {"result_error": {"card": ["x"]}},
        {"result_error": {"stranger": {"error": "0"}}},
    ],
    ids=repr,
)
def test_a_batch_of_another_form_is_unreadable(result: Any) -> None:
    with pytest.raises(UnreadableAnswer):
        batch(result)


@pytest.mark.parametrize(
    ("body", "status", "kind"),
    [
        ("", 200, UnreadableAnswer),
        ("<html>", 502, UnreadableAnswer),
        ("[]", 200, UnreadableAnswer),
        ("null", 200, UnreadableAnswer),
        ("{}", 200, UnreadableAnswer),
        ('{"result":', 200, UnreadableAnswer),
        ("\x80", 200, UnreadableAnswer),
        ("[" * 100_000, 200, UnreadableAnswer),
        ('{"error":"ACCESS_DENIED"}', 400, AccessDenied),
        ('{"error":"ACCESS_DENIED"}', 403, AppsRefused),
        ('{"error":"ACCESS_DENIED"}', 401, AppsRefused),
        ('{"error":0,"error_description":"No"}', 400, MethodRefused),
        ('{"error":"0","error_description":null}', 400, MethodRefused),
        ('{"error":"","error_description":["a"]}', 400, MethodRefused),
    ],
)
def test_an_answer_without_a_result_is_an_error_of_the_tree(
    body: str, status: int, kind: type[RestError]
) -> None:
    with serve(http_answer(body, status=status)) as server, pytest.raises(kind) as refused:
        client_of(server)[0].call(Command("crm.item.get"))
    assert type(refused.value) is kind


def test_a_redirect_is_not_followed_and_its_host_is_named() -> None:
    location = "https://new.example.com/rest/crm.item.get"
    with (
        serve(http_answer("", status=302, headers={"Location": location})) as server,
        pytest.raises(PortalMoved) as moved,
    ):
        client_of(server)[0].call(Command("crm.item.get"))
    assert moved.value.text == "new.example.com"
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "text", ["\\ud800", "\\udc00 x", "a\\u0000b", "\\ud83d\\ude00", "\xed\xa0\x80"]
)
def test_whatever_a_portal_writes_can_be_stored_and_shown(text: str) -> None:
    refusal = f'{{"error":"0","error_description":"{text}"}}'
    with serve(http_answer(refusal, status=400)) as server, pytest.raises(RestError) as refused:
        client_of(server)[0].call(Command("crm.item.get"))
    with serve(http_answer(f'{{"result":{{"title":"{text}"}}}}')) as server:
        try:
            title = client_of(server)[0].call(Command("crm.item.get"))["title"]
        except UnreadableAnswer:
            title = ""
    for shown in (title, refused.value.text):
        assert shown.encode().count(0) == 0


@pytest.mark.parametrize("location", ["", "//[", "/rest/", "https://[::1/x"])
def test_a_redirect_to_nowhere_is_still_an_error_of_the_tree(location: str) -> None:
    answer = http_answer("", status=302, headers={"Location": location})
    with serve(answer) as server, pytest.raises(PortalMoved):
        client_of(server)[0].call(Command("crm.item.get"))


@pytest.mark.parametrize("off", [-300.0, 0.0, 300.0], ids=["behind", "right", "ahead"])
def test_a_reset_is_as_far_away_as_the_portal_says_by_its_own_clock(off: float) -> None:
    now = time.time()
    block = {"finish": now + off, "operating": 5, "operating_reset_at": int(now + off) + 600}
    usage = usage_in(block)
    assert usage is not None
    assert usage.reset_at - now == pytest.approx(600, abs=2)
