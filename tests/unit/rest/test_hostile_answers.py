"""Answers that no honest server sends: each is of the known form, or an error of the tree."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import LazySettings
from hypothesis import given
from hypothesis import strategies as st

from b24app.messages.rest_errors import explain
from b24app.rest.client import BatchAnswer
from b24app.rest.codes import from_answer
from b24app.rest.errors import RestError, UnreadableAnswer
from b24app.rest.responses import check_answer, parse_batch, read_answer, usages_in_batch
from b24app.rest.transport import HttpAnswer
from b24app.tokens import server as oauth
from payments.gateway import products as product_gateway
from payments.gateway.pay_systems import read_pay_systems
from tests.support.answers.hostile import BODIES, JSON
from tests.support.servers.sockets import http_answer, serve

METHODS = {"card": "crm.item.get", "payments": "crm.item.payment.list"}
STATUSES = st.sampled_from([200, 204, 301, 400, 401, 403, 429, 500, 502, 503, 999])
READERS: list[Callable[[Any], Any]] = [
    product_gateway.read_products,
    product_gateway.read_parts,
    read_pay_systems,
]


def assert_can_be_told(error: RestError) -> None:
    """A page, a log and a database can take what is said of it."""
    notice = explain(error, is_admin=False)
    told = f"{notice.text}{notice.next_step}{notice.quote}{notice.details}"
    assert len(told.encode()) < 4000
    assert "\x00" not in told
    assert repr(error)


def judge(answer: HttpAnswer) -> None:
    try:
        data = check_answer(read_answer(answer), method="batch", status=answer.status)
    except RestError as error:
        assert_can_be_told(error)
        return
    assert "result" in data


@given(st.binary(max_size=300), STATUSES, st.text(max_size=60))
def test_any_bytes(body: bytes, status: int, location: str) -> None:
    judge(HttpAnswer(status, body, location))


@given(JSON, STATUSES)
def test_any_json(value: Any, status: int) -> None:
    judge(HttpAnswer(status, json.dumps(value).encode(), ""))


@given(st.dictionaries(st.sampled_from(["error", "error_description", "result", "time"]), JSON))
def test_any_error_body(value: Any) -> None:
    judge(HttpAnswer(400, json.dumps(value).encode(), ""))


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bodies_known_to_hurt(body: str) -> None:
    started = time.monotonic()
    judge(HttpAnswer(200, body.encode("latin-1"), ""))
    assert time.monotonic() - started < 2


@given(
    JSON
    | st.fixed_dictionaries(
        {},
        optional={
            "result": st.dictionaries(st.sampled_from(["card", "payments", "x"]), JSON) | JSON,
            "result_error": st.dictionaries(st.sampled_from(["card", "x"]), JSON) | JSON,
            "result_time": st.dictionaries(st.sampled_from(["card", "x"]), JSON) | JSON,
        },
    )
)
def test_any_batch(result: Any) -> None:
    for usage in usages_in_batch(result, METHODS).values():
        assert math.isfinite(usage.seconds)
        assert usage.reset_at < time.time() + 1000
    try:
        answer = parse_batch(result, METHODS)
    except UnreadableAnswer:
        return
    for key in METHODS:
        try:
            answer.value(key)
        except RestError as error:
            assert_can_be_told(error)


@given(st.dictionaries(st.sampled_from(["operating", "operating_reset_at", "finish"]), JSON))
def test_any_time_of_a_method(block: Any) -> None:
    for usage in usages_in_batch({"result_time": {"card": block}}, METHODS).values():
        assert usage.seconds >= 0


@given(JSON, st.text(max_size=400).filter(lambda text: "\x00" not in text))
def test_any_code(code: Any, text: str) -> None:
    assert_can_be_told(from_answer(method="crm.item.get", code=code, text=text, status=400))


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
@given(value=JSON)
def test_any_rows(reader: Callable[[Any], Any], value: Any) -> None:
    for shape in (value, [value], {"productRows": value}, {"productRows": [value]}):
        try:
            reader(shape)
        except UnreadableAnswer:
            continue


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_the_oauth_server_may_send_anything(settings: LazySettings, body: str) -> None:
    asked: list[Callable[[str], Any]] = [
        lambda server: oauth.ask_owner(server, "fake-access-token"),
        lambda server: oauth.refresh(server, "fake-refresh-token"),
    ]
    for ask in asked:
        with serve(http_answer(body)) as server:
            address = f"http://oauth.localhost:{server.port}"
            settings.B24_OAUTH_SERVERS = [address]
            with pytest.raises(RestError) as refused:
                ask(address)
        assert_can_be_told(refused.value)
        assert "fake" not in repr(refused.value)


def test_a_command_without_an_answer_is_unreadable() -> None:
    with pytest.raises(UnreadableAnswer):
        BatchAnswer({}, {}).value("card")
