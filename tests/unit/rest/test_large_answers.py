"""Large answers come one at a time, each server in its turn, and what would burst is not parsed."""

from __future__ import annotations

import json
import threading
import time
import tracemalloc
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from b24app.rest import large_answers, transport
from b24app.rest.errors import NoAnswer, UnreadableAnswer
from b24app.rest.large_answers import LARGE_BYTES, give_back_turn, take_turn
from b24app.rest.responses import read_answer
from b24app.rest.transport import MAX_ANSWER_BYTES, HttpAnswer, post_json
from tests.support.servers.sockets import Answer, http_answer, serve
from tests.support.waiting import await_condition

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"


@pytest.fixture(autouse=True)
def _nobody_has_the_turn() -> Iterator[None]:
    yield
    give_back_turn()


def soon(seconds: float = 5.0) -> float:
    return time.monotonic() + seconds


def ask(server: Answer | bytes, *, seconds: float) -> HttpAnswer:
    with serve(server) as running:
        url = f"http://acme.localhost:{running.port}/rest/profile"
        return post_json(url, b"{}", seconds=seconds)


class TestOfTheTurn:
    """Threads that ask for it; each tells when it has it."""

    def take(self, pool: ThreadPoolExecutor, server: str, taken: list[str]) -> None:
        def use() -> None:
            assert take_turn(server, until=soon())
            taken.append(server)
            give_back_turn()

        waiting = len(large_answers._turn.waiting)
        pool.submit(use)
        await_condition(lambda: len(large_answers._turn.waiting) > waiting)

    def test_one_has_it_and_the_others_go_in_turn_by_server(self) -> None:
        taken: list[str] = []
        assert take_turn("greedy", until=soon())
        with ThreadPoolExecutor(4) as pool:
            for server in ("greedy", "greedy", "greedy", "modest"):
                self.take(pool, server, taken)
            assert not taken
            give_back_turn()
        assert taken == ["modest", "greedy", "greedy", "greedy"]

    def test_who_has_it_may_go_on(self) -> None:
        assert take_turn("one", until=soon())
        assert take_turn("one", until=0.0)

    def test_it_is_not_waited_for_beyond_the_deadline(self) -> None:
        assert take_turn("one", until=soon())
        with ThreadPoolExecutor(1) as pool:
            started = time.monotonic()
            assert not pool.submit(take_turn, "two", until=soon(0.2)).result()
            assert 0.2 <= time.monotonic() - started < 1

    def test_who_forgets_it_loses_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(large_answers, "TURN_SECONDS", 0.2)
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(take_turn, "one", until=soon()).result()
            assert take_turn("two", until=soon(2))


def test_a_large_body_waits_for_its_turn_and_an_ordinary_one_does_not() -> None:
    is_over = threading.Event()

    def hold() -> None:
        assert take_turn("another", until=soon())
        is_over.wait(10)
        give_back_turn()

    large = http_answer("x" * (LARGE_BYTES + 1))
    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        await_condition(lambda: large_answers._turn.thread)
        assert len(ask(http_answer("x" * LARGE_BYTES), seconds=2).body) == LARGE_BYTES
        with pytest.raises(NoAnswer, match="error"):
            ask(large, seconds=0.5)
        is_over.set()
        held.result()
    assert len(ask(large, seconds=2).body) == LARGE_BYTES + 1


def test_who_has_the_turn_has_to_be_quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "READING_SECONDS", 0.3)

    def stall(connection: object, is_stopped: threading.Event) -> None:
        connection.sendall(HEAD + b"x" * (LARGE_BYTES + 1))  # type: ignore[attr-defined]
        is_stopped.wait(10)

    started = time.monotonic()
    with pytest.raises((NoAnswer, UnreadableAnswer)):
        ask(stall, seconds=8)
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    "piece",
    ["{}", "[]", '{"a":1}', '"a"', "1.5"],
    ids=["maps", "lists", "fields", "texts", "numbers"],
)
@pytest.mark.parametrize("size", [MAX_ANSWER_BYTES - 20, LARGE_BYTES])
def test_what_would_burst_is_not_parsed(piece: str, size: int) -> None:
    body = f'{{"result":[{",".join([piece] * (size // (len(piece) + 1)))}]}}'.encode()
    tracemalloc.start()
    try:
        read_answer(HttpAnswer(200, body, ""))
    except UnreadableAnswer:
        pass
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20 * 2**20


def test_five_thousand_payments_are_parsed() -> None:
    row = {
        "id": 123456,
        "accountNumber": "123456/12",
        "paid": "Y",
        "datePaid": "2026-03-10T12:00:00+03:00",
        "empPaidId": 17,
        "paySystemId": 3,
        "sum": 1234.56,
        "currency": "EUR",
        "paySystemName": "A bank transfer by invoice",
    }
    body = json.dumps({"result": [row] * 5000}).encode()
    assert LARGE_BYTES < len(body) < MAX_ANSWER_BYTES
    assert len(read_answer(HttpAnswer(200, body, ""))["result"]) == 5000
