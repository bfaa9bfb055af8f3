"""Numbers as people type them into a CRM, and what can be dialled of each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.sending.phones import read_phone


@pytest.mark.parametrize(
    ("typed", "dialled"),
    [
        ("+493023125411", "+493023125411"),
        ("+49 (0)30 23125-411", "+493023125411"),
        ("0049 30 23125411", "+493023125411"),
        ("+1 (555) 555-0100", "+15555550100"),
        ("+1.555.555.0100 ext. 12", "+15555550100"),
        ("+1 555 555 0100x12", "+15555550100"),
        ("tel: +7 (999) 000-00-00", "+79990000000"),
        ("(+33) 1 99 00 12 34", "+33199001234"),
        ("8 (999) 000-00-00", "89990000000"),
        ("030 23125 400", "03023125400"),
        ("030/23125400", "03023125400"),
        ("030 23125400 / 0151 0000000", "03023125400"),
        ("0301234567/0151000000", "0301234567"),
        ("+49 30 23125411, +49 151 000000", "+493023125411"),
        ("+49 30 23125411\r\n+49 151 000000", "+493023125411"),
        ("\u202a+49\u00a030\u202f23125411\u202c", "+493023125411"),
        ("\uff0b\uff14\uff19\uff13\uff10\uff12\uff13\uff11\uff12\uff15", "+4930231" + "25"),
        ("\u0660\u0661\u0662\u0663\u0664\u0665\u0666", "0123456"),
    ],
)
def test_the_number_is_found(typed: str, dialled: str) -> None:
    found = read_phone(typed)
    assert found is not None
    assert found.dialled == dialled
    assert found.has_country_code is dialled.startswith("+")


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "none",
        "+",
        "12",
        "+0 30 1234567",
        "000123456789",
        "1234567890123456",
        "anna@example.com",
    ],
)
def test_what_cannot_be_dialled_is_nothing(typed: str) -> None:
    assert read_phone(typed) is None


@given(st.text(max_size=60))
def test_a_number_is_digits_whatever_was_typed(typed: str) -> None:
    found = read_phone(typed)
    assert found is None or (found.digits.isascii() and found.digits.isdigit())
