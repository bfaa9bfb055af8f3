"""What a portal says, read to its last digit and letter, or not at all: the table of limits."""

from __future__ import annotations

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import limits
from payments.journal.pages import FilterForm
from payments.models import Attempt
from payments.parsing import amount, currency, digits, identifier, short, whole
from payments.tab.forms import AddForm, ChoiceForm, PaySystemForm
from tests.support.answers.hostile import SCALARS


@pytest.mark.parametrize(
    ("told", "read"),
    [
        (1e17, "100000000000000000"),
        ("1234567890123456789.1234", "1234567890123456789.1234"),
        ("999999999999999999999", "999999999999999999999"),
        (0.1 + 0.2, "0.30000000000000004"),
        (5.684341886080802e-14, "0.00000000000005684341886080802"),
        ("-12.5000", "-12.5"),
        ("0E-999999", "0"),
        ("-0", "0"),
        (1200, "1200"),
    ],
)
def test_an_amount_is_read_to_its_last_digit(told: Any, read: str) -> None:
    assert digits(amount(told)) == read


@pytest.mark.parametrize(
    "told",
    ["1e21", "1e999999", "1e-41", "0." + "1" * 39, "NaN", "inf", None, "", "9" * 5000, ["1"]],
)
def test_an_amount_that_cannot_be_kept_is_none(told: Any) -> None:
    with pytest.raises(ValueError, match="not a"):
        amount(told)


@pytest.mark.parametrize("read", [amount, identifier])
def test_a_number_of_a_million_digits_is_none_by_its_length(read: Callable[[Any], Any]) -> None:
    started = time.process_time()
    for told in ("0." + "1" * 10**6, "1" * 10**6, "0" * 10**6 + "1"):
        for _ in range(100):
            with pytest.raises(ValueError, match="not a"):
                read(told)
    assert time.process_time() - started < 0.1


@given(SCALARS | st.decimals())
def test_what_is_read_can_be_kept_and_read_again(told: Any) -> None:
    field = Attempt._meta.get_field("amount")
    try:
        number = amount(told)
    except ValueError:
        return
    kept = field.get_prep_value(number)
    assert kept is not None
    assert len(kept) <= (field.max_length or 0)
    assert field.from_db_value(kept, None, None) == number


@pytest.mark.parametrize("kept", ["nonsense", "", "1e400", b"\xff", 1e300, "9" * 60, "NaN"])
def test_a_column_that_holds_none_is_unknown_and_logged(
    caplog: pytest.LogCaptureFixture, kept: Any
) -> None:
    field = Attempt._meta.get_field("amount")
    assert field.from_db_value(kept, None, None) is None
    assert "Attempt.amount cannot be read" in caplog.text


@pytest.mark.parametrize("number", [Decimal("1e21"), Decimal("NaN"), "x"])
def test_nothing_is_written_that_would_not_be_read(number: Any) -> None:
    with pytest.raises(ValueError, match="not a"):
        Attempt._meta.get_field("amount").get_prep_value(number)


@pytest.mark.parametrize("code", ["EUR", "USDT", "BONUS_POINTS", "Ж" * 20, ""])
def test_a_currency_is_kept_whole(code: str) -> None:
    assert currency(code) == code
    assert len(code) <= (Attempt._meta.get_field("currency").max_length or 0)


def test_no_currency_is_none_and_a_long_one_is_refused() -> None:
    assert currency(None) == ""
    for told in ("X" * 21, 12, ["EUR"], True):
        with pytest.raises(ValueError, match="not a currency"):
            currency(told)


def test_texts_are_shortened_visibly_or_refused() -> None:
    assert short("a" * 100, 100) == "a" * 100
    assert short("a" * 101, 100) == "a" * 99 + "…"
    assert short("a\x00b\ud800") == "a\ufffdb\ufffd"
    with pytest.raises(ValueError, match="too long"):
        whole("a" * 101, 100)


def test_columns_and_fields_have_the_limits_of_the_table() -> None:
    lengths = {
        "amount": limits.AMOUNT_LENGTH,
        "currency": limits.CURRENCY_LENGTH,
        "number": limits.NUMBER_LENGTH,
        "error_code": limits.ERROR_CODE_LENGTH,
        "error_text": limits.ERROR_TEXT_LENGTH,
    }
    for name, length in lengths.items():
        assert getattr(Attempt._meta.get_field(name), "max_length", None) == length
    ids = [
        (AddForm, "pay_system"),
        (ChoiceForm, "payment"),
        (PaySystemForm, "pay_system"),
        (FilterForm, "user"),
        (FilterForm, "page"),
    ]
    for form, name in ids:
        assert name not in form({name: str(limits.LARGEST_ID)}).errors
        assert name in form({name: str(limits.LARGEST_ID + 1)}).errors
