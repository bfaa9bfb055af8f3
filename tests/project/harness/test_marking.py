"""A pass leaves unread only files in which it would choose nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.marking import TESTS, can_choose
from tools.run_tests import TOUCHES_DATABASE

QUICK, TIMED, OTHERS = "pure and not slow", "timed", "not timed"
ON_POSTGRES = f"{TOUCHES_DATABASE} and {OTHERS}"


@pytest.mark.parametrize(
    ("file", "expressions"),
    [
        ("unit/billing/test_money.py", {QUICK, OTHERS, ON_POSTGRES}),
        ("concurrency/test_writers.py", {QUICK, OTHERS}),
        ("project/test_image.py", {OTHERS, ON_POSTGRES}),
        ("flow/add/test_add.py", {OTHERS, ON_POSTGRES}),
        ("flow/add/test_errors.py", {OTHERS}),
        ("browser/test_home.py", {OTHERS}),
        ("deploy/test_caddy.py", {TIMED}),
        ("concurrency/test_rate_limit.py", {TIMED}),
        ("security/test_hostile_portals.py", {TIMED, OTHERS, ON_POSTGRES}),
    ],
)
def test_a_file_is_read_for_what_it_may_have(file: str, expressions: set[str]) -> None:
    all_of_them = [QUICK, TIMED, OTHERS, ON_POSTGRES]
    assert {each for each in all_of_them if can_choose(TESTS / file, each)} == expressions
    for other in ("", "timed or pure", "not (timed or pure)"):
        assert can_choose(TESTS / file, other)


def test_every_test_of_this_run_lies_in_a_file_that_its_marks_choose(
    request: pytest.FixtureRequest,
) -> None:
    for item in request.session.items:
        marks = {mark.name for mark in item.iter_markers()}
        path = Path(item.path)
        if "pure" in marks and "slow" not in marks:
            assert can_choose(path, QUICK), item.nodeid
        if not marks & {"browser", "contract", "front", "pure", "words", "timed"}:
            assert can_choose(path, ON_POSTGRES), item.nodeid
        if "timed" in marks:
            assert can_choose(path, TIMED), item.nodeid
