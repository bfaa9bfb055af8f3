"""ACCESS_DENIED has three meanings; which one it is, is asked where texts do not say it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from b24app.rest.client import Client, Command
from b24app.rest.errors import (
    AccessDenied,
    AppsRefused,
    RestError,
    RestNotInPlan,
    UserNotAuthorized,
)
from tests.support.servers.sockets import Server, http_answer, serve
from tests.unit.rest.test_client import client_of

pytestmark = pytest.mark.pure

PLAN = "REST is available only on commercial plans."
WEBHOOK_PLAN = "REST is available only by subscription."
PERSON = "Current user can't be authorized in this context"
TRANSLATED = "Доступ запрещен"
ANSWERED = http_answer('{"result":{"ID":"7"}}')
SILENCE = b""
LOST = http_answer("<html>", status=502)
CERTAIN = [
    (PLAN, RestNotInPlan),
    (WEBHOOK_PLAN, RestNotInPlan),
    (PERSON, UserNotAuthorized),
    ("Current user can\u2019t be authorized in this context.", UserNotAuthorized),
    ("Access denied! Application context required", AccessDenied),
]


def denial(text: str = "", status: int = 403) -> bytes:
    """The portal's ACCESS_DENIED."""
    body = json.dumps({"error": "ACCESS_DENIED", "error_description": text})
    return http_answer(body, status=status)


@contextmanager
def answering(*answers: bytes) -> Iterator[Server]:
    """A portal that gives these answers, one a request, and then none."""
    left = list(answers)

    def answer(connection: socket.socket, _: threading.Event) -> None:
        connection.sendall(left.pop(0))

    with serve(answer) as server:
        yield server


def refused(*answers: bytes, way: str = "alone") -> tuple[RestError, list[str]]:
    """What a call or a batch is refused with, and the paths that the portal was asked."""
    with answering(*answers) as server:
        client = client_of(server)[0]
        with pytest.raises(RestError) as caught:
            send(client, way)
        return caught.value, [str(line.split(b" ")[1], "ascii") for line in server.requests]


def send(client: Client, way: str) -> Any:
    command = Command("crm.item.get", {"id": 1})
    return client.call(command) if way == "alone" else client.batch({"card": command}, halt=False)


@pytest.mark.parametrize("way", ["alone", "batch"])
@pytest.mark.parametrize("status", [400, 401, 403])
@pytest.mark.parametrize(("text", "kind"), CERTAIN)
def test_the_layers_own_words_need_no_question(
    text: str, kind: type[RestError], status: int, way: str
) -> None:
    error, asked = refused(denial(text, status), way=way)
    assert type(error) is kind
    assert (error.code, error.text, error.status) == ("ACCESS_DENIED", text, status)
    assert len(asked) == 1


@pytest.mark.parametrize("way", ["alone", "batch"])
@pytest.mark.parametrize("text", ["", TRANSLATED, "Access denied"])
@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize(
    ("profile", "kind"),
    [
        (ANSWERED, AccessDenied),
        (denial(PLAN, 401), RestNotInPlan),
        (denial(PERSON, 403), UserNotAuthorized),
        (denial(TRANSLATED, 403), AppsRefused),
        (denial("", 400), AppsRefused),
    ],
    ids=["answers", "plan", "person", "translated", "mute"],
)
def test_other_words_are_settled_by_asking_who_this_is(
    text: str, status: int, profile: bytes, kind: type[RestError], way: str
) -> None:
    error, asked = refused(denial(text.encode().decode("latin-1"), status), profile, way=way)
    assert type(error) is kind
    assert error.status == status
    assert asked == ["/rest/crm.item.get" if way == "alone" else "/rest/batch", "/rest/profile"]


@pytest.mark.parametrize("outcome", [SILENCE, LOST], ids=["silence", "gateway"])
@pytest.mark.parametrize(
    ("status", "way", "kind"),
    [(401, "alone", AppsRefused), (403, "alone", AccessDenied), (403, "batch", AppsRefused)],
)
def test_without_an_answer_the_status_is_the_hint(
    status: int, way: str, kind: type[RestError], outcome: bytes
) -> None:
    error, asked = refused(denial(TRANSLATED, status), outcome, way=way)
    assert type(error) is kind
    assert len(asked) == 2


def test_a_right_on_the_object_by_the_documented_status_costs_no_question() -> None:
    error, asked = refused(denial(TRANSLATED, 400))
    assert type(error) is AccessDenied
    assert len(asked) == 1


def test_who_was_answered_before_is_not_asked_for() -> None:
    with answering(ANSWERED, denial(TRANSLATED, 403)) as server:
        client = client_of(server)[0]
        client.call(Command("crm.item.payment.list"))
        with pytest.raises(AccessDenied):
            send(client, "alone")
    assert len(server.requests) == 2


def test_a_question_for_the_profile_is_asked_once() -> None:
    with answering(denial("", 403)) as server, pytest.raises(AppsRefused) as caught:
        client_of(server)[0].call(Command("profile"))
    assert type(caught.value) is AppsRefused
    assert len(server.requests) == 1


def test_the_question_is_in_the_journal_and_carries_the_same_token() -> None:
    with answering(denial("", 403), ANSWERED) as server:
        client, records = client_of(server)
        with pytest.raises(AccessDenied):
            send(client, "alone")
    assert [(each.method, each.error) for each in records] == [
        ("crm.item.get", "ACCESS_DENIED"),
        ("profile", ""),
    ]
    assert all(b"fake-access-token" in each for each in server.requests)
