"""The page writes sums and reads quantities just as the server does, in every language."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import translation
from playwright.sync_api import Page

from b24app.protocol.languages import ISO_CODES
from payments.billing.quantities import QuantityInvalid, read_quantity
from payments.formats import money, pattern
from tests.support.browser.chromium import Visitor

SCRIPT = Path(__file__).resolve().parents[3] / "static" / "js" / "numbers.js"
CURRENCIES = ("RSD", "HUF", "UAH", "KWD", "JPY", "USDT", "XQQ", "EUR", "")
SUMS = ("0.0035", "0.125", "-100", "10000000", "0", "1.005", "0.345", "83.33333333333333")
WRITE = "rows => rows.map(([sum, pattern]) => numbers.write(numbers.scaled(sum), pattern))"
TYPED = [
    *("1,5", "2e0", "1 000", "1.000", "1,000", "2,0", "2.00", "", "  3 ", "-1", "x", "12 pcs"),
    *("1 00", "0.5", ".5", "1\N{NO-BREAK SPACE}000\N{NARROW NO-BREAK SPACE}000", "1000,00"),
    *("9999999999", "9" * 50, "1,000,000", "٢٥", "۱۲", "०७", "１０"),
]


@pytest.fixture
def page(browse: Visitor) -> Page:
    browse.page.goto("about:blank")
    browse.page.add_script_tag(content=SCRIPT.read_text())
    return browse.page


def test_sums_are_the_same_texts_in_every_language(page: Page) -> None:
    for language in sorted(ISO_CODES.values()):
        with translation.override(language):
            asked = [(text, pattern(currency)) for currency in CURRENCIES for text in SUMS]
            wanted = [money(Decimal(text), currency) for currency in CURRENCIES for text in SUMS]
        assert page.evaluate(WRITE, [list(each) for each in asked]) == wanted, language


def test_quantities_are_read_in_the_same_way(page: Page) -> None:
    for text in TYPED:
        try:
            wanted: dict[str, object] = {"value": read_quantity(text)}
        except QuantityInvalid as invalid:
            wanted = {"fault": str(invalid.fault)}
        assert page.evaluate("text => numbers.read(text)", text) == wanted, text
