"""Cells of a file for spreadsheets: what they hold comes back, and none becomes something else."""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime
from decimal import Decimal
from io import StringIO

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from payments.journal.spreadsheet import Own, _is_sign, _is_unseen, as_text, habits
from tests.support.answers.hostile import ODD_TEXT

LANGUAGES = {
    "en": (",", "."),
    "de": (";", ","),
    "ru": (";", ","),
    "ar": (";", "."),
    "ja": (",", "."),
}
# Equals, plus, minus and at, in full width, small, superscript, Hebrew, and as other dashes.
SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫⁼⁺⁻₌₊₋﬩−–—‐‒―"
FORMULA = re.compile(rf"[\s\"\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\u200b]*[{SIGNS}]")


def read(line: str, separator: str) -> list[list[str]]:
    return list(csv.reader(StringIO(line, newline=""), delimiter=separator))


@pytest.mark.parametrize(("language", "expected"), LANGUAGES.items())
def test_cells_and_numbers_are_written_by_the_habits_of_a_language(
    language: str, expected: tuple[str, str]
) -> None:
    separator, decimal = expected
    with translation.override(language):
        line = habits().row(["a;b,c", Decimal("-1234567.50"), Decimal(1000), None])
    assert read(line, separator) == [["a;b,c", f"-1234567{decimal}5", "1000", ""]]


@pytest.mark.parametrize(
    "text", ["10/2", "3653/2", "1-2", "007", "1e5", "1.2", "MAR1", "١٠/٢", "½"]
)
def test_no_text_becomes_a_day_or_a_number(text: str) -> None:
    assert as_text(text) == f"'{text}"


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize(
    "before",
    [
        "",
        " ",
        "\t",
        "\r",
        "\n",
        "\xa0",
        "\u3000",
        "\u200e",
        "\u202e",
        "\ufeff",
        "\u200b",
        '"',
        "\x00",
    ],
)
def test_no_text_becomes_a_formula(before: str, sign: str) -> None:
    assert as_text(f"{before}{sign}1+1").startswith("'")
    for separator in ",;\t|":
        for language in LANGUAGES:
            with translation.override(language):
                line = habits().row([f"x{separator}{before}{sign}HYPERLINK(1)"])
            for cell in (cell for row in read(line, separator) for cell in row):
                assert not FORMULA.match(cell), (language, separator, line)


@pytest.mark.parametrize(
    "text", ["Anna", "Ива́н, младший", 'O"Neill; Sons', "أحمد", "EUR", "ACCESS_DENIED"]
)
def test_a_plain_text_stays_as_it_is(text: str) -> None:
    assert as_text(text) == text


@given(st.lists(st.text(st.characters(codec="utf-8")) | ODD_TEXT, min_size=1, max_size=4))
def test_whatever_is_written_comes_back(texts: list[str]) -> None:
    for language, (separator, _) in LANGUAGES.items():
        with translation.override(language):
            line = habits().row(texts)
        [cells] = read(line, separator)
        for text, cell in zip(texts, cells, strict=True):
            assert not FORMULA.match(cell)
            # An apostrophe at the beginning, and before a sign that follows a separator.
            assert re.sub("'", "", cell) == re.sub("'", "", text)
            if not re.search(r"[,;|\t\r\n]", text):
                assert cell in (text, f"'{text}")


def test_what_is_ours_stays_as_it_is() -> None:
    with translation.override("en"):
        line = habits().row([Own("Deal 101"), datetime(2026, 3, 10, 12, tzinfo=UTC)])
    assert line == "Deal 101,2026-03-10T12:00:00+00:00\r\n"


def test_no_file_makes_the_process_remember_every_character_of_the_world() -> None:
    for point in range(32, 0xD800):
        as_text(f"={chr(point)}")
    assert max(each.cache_info().currsize for each in (_is_sign, _is_unseen)) <= 1024
