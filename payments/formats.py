"""Money and dates as the reader's language writes them (CLDR, through babel)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency
from django.utils import translation


def money(amount: Decimal, currency: str) -> str:
    """`€1,200.00`; an unknown currency is written by its code."""
    return _money(amount, currency or "XXX", _language())


def day(moment: datetime | None) -> str:
    """The date of a moment in the portal's own time zone, which the moment carries."""
    if moment is None:
        return ""
    return format_date(moment.date(), format="medium", locale=_locale(_language()))


def clock(moment: datetime) -> str:
    """`14:05`, in UTC."""
    return f"{moment.astimezone(UTC):%H:%M}"


def _language() -> str:
    return translation.get_language() or "en"


# A list repeats its sums, and its rows their language: babel works each of them out anew.
@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, language: str) -> str:
    return format_currency(amount, currency, locale=_locale(language))


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
