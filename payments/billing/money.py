"""The one writer of sums and quantities, for the server and, by the same pattern, for the page.

Pure. A language gives the signs and their places (CLDR, through babel), ISO 4217 the digits; the
rest is done here and in static/js/compose.js in the same way, so that no two places write the same
sum differently. Halves go up. A value that would be written as nothing gets more digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_symbol

_MOST_DIGITS = 8
_EXACT = Context(prec=60)
_QUANTITY_DIGITS = 4
_SIGN = "\N{CURRENCY SIGN}"
_SPACE = "\N{NO-BREAK SPACE}"
_RIGHT, _LEFT = "\N{RIGHT-TO-LEFT MARK}", "\N{LEFT-TO-RIGHT MARK}"
# ISO 4217, minor units; CLDR's are those in daily use, which is less than a portal bills.
_DIGITS = {
    code: digits
    for digits, codes in {
        0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
        3: "BHD IQD JOD KWD LYD OMR TND",
        4: "CLF UYW",
    }.items()
    for code in codes.split()
}


@dataclass(frozen=True)
class Pattern:
    """How numbers are written: what stands around them, the separators, the sizes of groups.

    `sizes` are those of the last group and of all before it; `digits` stand after the decimal sign,
    `least` of them even where they are zeros.
    """

    before: str
    after: str
    minus_before: str
    minus_after: str
    decimal: str
    group: str
    sizes: tuple[int, int]
    digits: int
    least: int


@lru_cache(maxsize=512)
def money_pattern(currency: str, language: str) -> Pattern:
    """How a language writes sums of a currency, known or not; no currency: the bare number."""
    locale = language_of(language)
    plain = locale.currency_formats["standard"]
    symbol = get_currency_symbol(currency, locale) if currency else ""
    before, minus_before = (_with_symbol(text, symbol) for text in plain.prefix)
    after, minus_after = (_with_symbol(text, symbol) for text in plain.suffix)
    if before[-1:].isalpha():
        before, minus_before = before + _SPACE, minus_before + _SPACE
    if after[:1].isalpha():
        after, minus_after = _SPACE + after, _SPACE + minus_after
    if _RIGHT in minus_before:
        minus_before = minus_before.replace("-", f"{_LEFT}-")
    digits = _DIGITS.get(currency, 2)
    return Pattern(
        before, after, minus_before, minus_after, *_signs(locale), plain.grouping, digits, digits
    )


@lru_cache(maxsize=64)
def number_pattern(language: str) -> Pattern:
    """How a language writes quantities: four places at most, as Bitrix24 keeps them."""
    locale = language_of(language)
    minus = f"{_LEFT}-" if locale.character_order == "right-to-left" else "-"
    sizes = locale.decimal_formats[None].grouping
    return Pattern("", "", minus, "", *_signs(locale), sizes, _QUANTITY_DIGITS, 0)


def write(number: Decimal, pattern: Pattern) -> str:
    """`€1,200.00`: the number as the pattern has it."""
    value = _rounded(abs(number), pattern.digits)
    least = pattern.least
    if not value and number:
        value, least = _rounded(abs(number), _MOST_DIGITS), pattern.digits
    whole, _, fraction = f"{value:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    text = _grouped(whole, pattern) + (pattern.decimal + fraction if fraction else "")
    if number < 0 and value:
        return f"{pattern.minus_before}{text}{pattern.minus_after}"
    return f"{pattern.before}{text}{pattern.after}"


def is_dust(number: Decimal, currency: str) -> bool:
    """Whether it is less than half of the smallest coin, so that nobody can pay it."""
    return abs(number) < Decimal(5).scaleb(-_DIGITS.get(currency, 2) - 1)


def _rounded(number: Decimal, digits: int) -> Decimal:
    return number.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP, _EXACT)


def _grouped(whole: str, pattern: Pattern) -> str:
    size, groups = pattern.sizes[0], []
    while len(whole) > size > 0:
        whole, group = whole[:-size], whole[-size:]
        groups.append(group)
        size = pattern.sizes[1]
    return pattern.group.join([whole, *reversed(groups)])


def _with_symbol(text: str, symbol: str) -> str:
    """A prefix or suffix with the symbol in it; without one its space goes as well."""
    return text.replace(_SIGN, symbol) if symbol else text.replace(_SIGN, "").strip(f" {_SPACE}")


def _signs(locale: Locale) -> tuple[str, str]:
    symbols = locale.number_symbols["latn"]
    return symbols["decimal"], symbols["group"]


@lru_cache(maxsize=64)
def language_of(language: str) -> Locale:
    """What CLDR knows of a language; English for one that it does not know."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
