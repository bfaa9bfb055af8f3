"""Answers as orjson reads them: what the standard library reads, or nothing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from b24app.fast.json_texts import plain_value
from b24app.rest.responses import read_answer
from b24app.rest.transport import HttpAnswer
from tests.support.answers.hostile import BODIES, JSON

NUMBERS = st.from_regex(
    r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?", fullmatch=True
)
SCRAPS = st.lists(
    st.sampled_from(
        ["{", "}", "[", "]", ":", ",", '"', "a", "\\", "\\u0041", "\\ud83d\\ude00", "1", "null"]
    ),
    max_size=12,
).map("".join)


def is_same(text: bytes) -> bool:
    """Whether both read the same, to the kind of each number, where orjson is asked at all."""
    try:
        value = plain_value(text)
    except ValueError:
        return True
    return repr(json.loads(text.decode())) == repr(value)


@given(JSON, st.booleans())
def test_any_value_is_the_same(value: Any, is_ascii: bool) -> None:
    assert is_same(json.dumps(value, ensure_ascii=is_ascii).encode(errors="surrogatepass"))


@given(NUMBERS)
def test_a_number_is_the_same_to_the_last_digit(number: str) -> None:
    assert is_same(f"[{number}]".encode())


@given(SCRAPS | st.text(max_size=20))
def test_no_more_is_read(text: str) -> None:
    assert is_same(text.encode(errors="surrogatepass"))


@pytest.mark.parametrize("body", BODIES, ids=range(len(BODIES)))
def test_bodies_known_to_hurt_are_the_same(body: str) -> None:
    assert is_same(body.encode("latin-1"))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b"123456789012345678901234567890", 123456789012345678901234567890),
        (b'"a\\u0000b"', "a\ufffdb"),
        (b'"a\\ud800b"', "a\ufffdb"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
    ],
    ids=["a long number", "nought", "half a character", "two halves"],
)
def test_what_orjson_reads_otherwise_is_read_as_ever(text: bytes, value: Any) -> None:
    answer = HttpAnswer(200, b'{"result":' + text + b"}", "")
    assert read_answer(answer) == {"result": value}


def test_an_ordinary_answer_is_read_by_orjson() -> None:
    assert plain_value(b'{"id": "3653/2", "sum": "1200.00", "n": 99999999}') == {
        "id": "3653/2",
        "sum": "1200.00",
        "n": 99999999,
    }
