"""Large answers come one at a time, each server in its turn, and what would burst is not parsed."""

from __future__ import annotations

import json
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

import pytest

from b24app import background
from b24app.rest import large_answers, transport
from b24app.rest.client import Command
from b24app.rest.errors import NoAnswer, RestError, UnreadableAnswer
from b24app.rest.large_answers import LARGE_BYTES, give_back_turn, let_go, take_turn
from b24app.rest.responses import read_answer
from b24app.rest.transport import MAX_ANSWER_BYTES, HttpAnswer, post_json
from tests.support.servers.sockets import Answer, Server, http_answer, serve
from tests.support.waiting import await_condition
from tests.unit.rest.test_client import client_of

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"


@pytest.fixture(autouse=True)
def _nobody_has_the_turn() -> Iterator[None]:
    """Nor does this thread, which may have read something in another test."""
    let_go()
    yield
    let_go()
    large_answers._held.clear()


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
            let_go()

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
            let_go()
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


class TestOfThePlaces:
    """People whose first answer is large, and whose second call the portal lets wait."""

    def ask_twice(self, large: Server, stalled: Server, held: list[Any]) -> None:
        held.append(client_of(large)[0].call(Command("profile")))
        with suppress(RestError):
            client_of(stalled)[0].call(Command("profile"))
        let_go()

    def held_of(self, people: int, *, at_least: int) -> int:
        """How many hold an answer when nobody gets any further."""

        def stall(_: object, is_stopped: threading.Event) -> None:
            is_stopped.wait(10)

        body = json.dumps({"result": ["x" * 1000] * 300})
        held: list[Any] = []
        with (
            ThreadPoolExecutor(people) as pool,
            serve(http_answer(body)) as large,
            serve(stall) as stalled,
        ):
            for _ in range(people):
                pool.submit(self.ask_twice, large, stalled, held)
            await_condition(lambda: len(held) >= at_least)
            await_condition(lambda: len(held) + len(large_answers._turn.waiting) == people)
            await_condition(lambda: large_answers._turn.thread is None)
            return len(held)

    def test_few_who_wait_for_another_answer_of_a_server_hold_one(self) -> None:
        most = large_answers.MOST_OF_SERVER
        assert self.held_of(4, at_least=most) == most
        assert not large_answers._held

    def test_without_places_everybody_does(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(large_answers, "MOST_HELD", 99)
        monkeypatch.setattr(large_answers, "MOST_OF_SERVER", 99)
        assert self.held_of(4, at_least=4) == 4

    def test_all_servers_have_a_few_and_who_holds_one_may_take_another(self) -> None:
        most, is_over = large_answers.MOST_HELD, threading.Event()
        is_begun = threading.Barrier(most + 1)

        def hold(number: int) -> None:
            assert take_turn(f"server {number}", until=soon())
            give_back_turn()
            is_begun.wait(5)
            is_over.wait(10)
            assert take_turn(f"server {number}", until=soon())
            let_go()

        with ThreadPoolExecutor(most) as pool:
            holders = [pool.submit(hold, each) for each in range(most)]
            is_begun.wait(5)
            assert not take_turn("another", until=soon(0.2))
            is_over.set()
            assert take_turn("another", until=soon())
            let_go()
            assert [each.result(5) for each in holders] == [None] * most

    def test_who_forgets_a_place_loses_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(large_answers, "HOLDING_SECONDS", 0.2)
        monkeypatch.setattr(large_answers, "MOST_HELD", 1)

        def forget() -> None:
            assert take_turn("one", until=soon())
            give_back_turn()

        with ThreadPoolExecutor(1) as pool:
            pool.submit(forget).result()
            assert take_turn("two", until=soon(2))


@pytest.mark.parametrize("run", [background.submit, partial(background.run_within, 5)])
def test_work_in_the_background_leaves_neither_turn_nor_place(run: Callable[..., Any]) -> None:
    run(lambda: take_turn("one", until=soon()))
    assert take_turn("two", until=soon(2))
    await_condition(lambda: len(large_answers._held) == 1)


def test_who_waits_for_work_in_the_background_lets_it_have_the_turn() -> None:
    assert take_turn("one", until=soon())
    assert background.run_within(5, lambda: take_turn("one", until=soon(2)))


def test_a_large_body_waits_for_its_turn_and_an_ordinary_one_does_not() -> None:
    is_over = threading.Event()

    def hold() -> None:
        assert take_turn("another", until=soon())
        is_over.wait(10)
        let_go()

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
