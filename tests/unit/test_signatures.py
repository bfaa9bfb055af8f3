"""What a browser carries for us: Django's own form, and nothing else is read."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import LazySettings
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st
from time_machine import travel

from b24app.signatures import SignatureInvalid, read_signed, sign

SALT = "tests.signatures"
VALUES = st.lists(st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text())
NOW = 1_760_000_000


@given(VALUES)
def test_it_is_what_django_writes(values: list[Any]) -> None:
    with travel(NOW, tick=False):
        plain, packed = (signing.dumps(values, salt=SALT, compress=c) for c in (False, True))
        assert sign(values, salt=SALT) in (plain, packed)


@given(VALUES)
def test_django_reads_it_and_it_is_read_as_django_writes_it(values: list[Any]) -> None:
    assert signing.loads(sign(values, salt=SALT), salt=SALT) == values
    for is_packed in (False, True):
        text = signing.dumps(values, salt=SALT, compress=is_packed)
        assert read_signed(text, salt=SALT) == values


@given(st.text() | st.from_regex(r"[A-Za-z0-9_.=-]*(:[A-Za-z0-9_-]*){0,3}", fullmatch=True))
def test_no_other_text_is_read(text: str) -> None:
    with pytest.raises(SignatureInvalid):
        read_signed(text, salt=SALT)


@given(st.data())
def test_a_changed_text_is_not_read(data: st.DataObject) -> None:
    text = sign([5, "a"], salt=SALT)
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters().filter(lambda each: each != text[at]))
    with pytest.raises(SignatureInvalid):
        read_signed(text[:at] + other + text[at + 1 :], salt=SALT)


def test_a_text_of_another_use_or_key_is_not_read(settings: LazySettings) -> None:
    text = sign([5], salt=SALT)
    with pytest.raises(SignatureInvalid):
        read_signed(text, salt="tests.other")
    key, settings.SECRET_KEY = settings.SECRET_KEY, "another-fake-secret-key-of-the-tests"
    with pytest.raises(SignatureInvalid):
        read_signed(text, salt=SALT)
    settings.SECRET_KEY_FALLBACKS = [key]
    assert read_signed(text, salt=SALT) == [5]


def test_what_is_long_is_packed() -> None:
    values = ["the same words"] * 100
    assert len(sign(values, salt=SALT)) < 200
