"""The load generator and the figures of the bench: what they count is what happened."""

from __future__ import annotations

from tests.bench.load.generator import KEY, User, apply_load
from tests.bench.load.wire import form_post
from tests.bench.measuring.figures import Times, Verdict
from tests.support.servers.sites import Asked, Given, serve_sites


def test_good_answers_are_counted_and_others_are_errors_and_every_key_is_new() -> None:
    keys: list[bytes] = []

    def answer(asked: Asked) -> Given:
        keys.append(asked.body)
        return Given("right" if asked.path == "/good/" else "wrong")

    with serve_sites(answer) as sites:
        requests = [form_post("site", path, {"key": KEY}) for path in ("/good/", "/bad/")]
        users = [User(sites.port, (request,), b"right") for request in requests]
        load = apply_load(users, seconds=0.3, warm=0.0)
    good = sum(asked.path == "/good/" for asked in sites.asked)
    assert 0 < len(load.times.values) <= good
    assert 0 < load.errors <= len(keys) - good
    assert load.answered == len(load.times.values) + load.errors
    assert len(set(keys)) == len(keys)


def test_tails_and_verdicts() -> None:
    times = Times.of_seconds(n / 1000 for n in range(100, 0, -1))
    assert [round(each) for each in (times.p50, times.p95, times.p99)] == [51, 96, 100]
    assert Verdict("at most", 10, 12, "ms").words == "**missed** by 20%"
    assert Verdict("at least", 80, 90, "%", is_floor=True).words == "held"
