"""One writer of sums: digits of ISO 4217, halves up, the minus on its side, no value as nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest

from payments.billing.money import money_pattern, number_pattern, write

NBSP, RLM, LRM = "\N{NO-BREAK SPACE}", "\N{RIGHT-TO-LEFT MARK}", "\N{LEFT-TO-RIGHT MARK}"


@pytest.mark.parametrize(
    ("language", "currency", "number", "text"),
    [
        ("en", "EUR", "1200", "€1,200.00"),
        ("en", "RSD", "1234.56", f"RSD{NBSP}1,234.56"),
        ("en", "ALL", "1234.56", f"ALL{NBSP}1,234.56"),
        ("en", "IQD", "1234.56", f"IQD{NBSP}1,234.560"),
        ("en", "LBP", "1234.56", f"LBP{NBSP}1,234.56"),
        ("en", "USDT", "100", f"USDT{NBSP}100.00"),
        ("en", "", "40", "40.00"),
        ("en", "EUR", "0.0035", "€0.0035"),
        ("en", "EUR", "0.125", "€0.13"),
        ("en", "EUR", "1.005", "€1.01"),
        ("en", "EUR", "-100", "-€100.00"),
        ("en", "EUR", "-0.000000001", "€0.00"),
        ("en", "JPY", "0.5", "¥1"),
        ("de", "KWD", "10000000", f"10.000.000,000{NBSP}KWD"),
        ("es", "EUR", "1234.5", f"1.234,50{NBSP}€"),
        ("hi", "EUR", "10000000", "€1,00,00,000.00"),
        ("ar", "EUR", "-100", f"{RLM}{LRM}-100.00{NBSP}€"),
        ("en", "VND", "1e17", "₫100,000,000,000,000,000"),
    ],
)
def test_a_sum_is_written_as_its_language_has_it(
    language: str, currency: str, number: str, text: str
) -> None:
    assert write(Decimal(number), money_pattern(currency, language)) == text


@pytest.mark.parametrize(
    ("language", "number", "text"),
    [
        ("en", "2.5", "2.5"),
        ("de", "2.5", "2,5"),
        ("ar", "2.5", "2.5"),
        ("kk", "2.5", "2,5"),
        ("en", "3.0000", "3"),
        ("en", "2.9999999999999996", "3"),
        ("en", "-1", "-1"),
        ("ar", "-1", f"{LRM}-1"),
    ],
)
def test_a_quantity_has_the_decimal_sign_of_the_sums_beside_it(
    language: str, number: str, text: str
) -> None:
    assert write(Decimal(number), number_pattern(language)) == text
    if "." in number and "," in text:
        assert money_pattern("EUR", language).decimal == ","


def test_digits_are_those_of_iso_4217() -> None:
    assert [
        money_pattern(code, "en").digits for code in ("EUR", "RSD", "JPY", "KWD", "CLF", "USDT")
    ] == [*(2, 2, 0, 3, 4, 2)]


def test_an_unknown_language_is_written_in_english() -> None:
    assert write(Decimal("1.5"), money_pattern("EUR", "xx")) == "€1.50"
