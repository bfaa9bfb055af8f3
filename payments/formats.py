"""Money and dates as the reader's language writes them (CLDR, through babel)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_currency
from django.utils import translation


def money(amount: Decimal, currency: str) -> str:
    """`€1,200.00`; an unknown currency is written by its code."""
    return format_currency(amount, currency or "XXX", locale=_locale())


def day(moment: datetime | None) -> str:
    """The date of a moment in the portal's own time zone, which the moment carries."""
    return format_date(moment.date(), format="medium", locale=_locale()) if moment else ""


def _locale() -> Locale:
    try:
        return Locale.parse(translation.get_language() or "en", sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("en")
