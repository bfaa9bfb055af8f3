"""Money, quantities and dates in the language of whoever reads."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from babel.dates import format_date, format_skeleton
from django.utils import translation

from payments.billing.money import language_of, money_pattern, number_pattern, write


def money(amount: Decimal, currency: str) -> str:
    """`€1,200.00`; an unknown currency is written by its code, none at all leaves the number."""
    return _money(amount, currency, _language())


def pattern(currency: str) -> dict[str, object]:
    """The pattern by which a page's script writes sums of a currency."""
    return asdict(money_pattern(currency, _language()))


def quantity(number: Decimal) -> str:
    """`2.5`, without zeros that say nothing."""
    return write(number, number_pattern(_language()))


def day(moment: datetime | None) -> str:
    """The date of a moment in the portal's own time zone, which the moment carries."""
    if moment is None:
        return ""
    return format_date(moment.date(), format="medium", locale=language_of(_language()))


def month(key: str) -> str:
    """`Mar 2026` for `2026-03`."""
    at = date.fromisoformat(f"{key}-01")
    return str(format_skeleton("yMMM", at, locale=language_of(_language())))


def clock(moment: datetime) -> str:
    """`14:05`, in UTC."""
    return f"{moment.astimezone(UTC):%H:%M}"


def _language() -> str:
    return translation.get_language() or "en"


# A list repeats its sums.
@lru_cache(maxsize=4096)
def _money(amount: Decimal, currency: str, language: str) -> str:
    return write(amount, money_pattern(currency, language))
