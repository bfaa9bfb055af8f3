"""`filter` and `order` of the controllers' list methods.

Keys are camelCase columns with a prefix; a key that is no column is refused with code 100.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.standin.rest.errors import RestError
from tests.standin.rest.params import entries, whole_number

Columns = dict[str, Callable[[Any], Any]]

_KEY = re.compile(r"(!@|!=|!%|>=|<=|[=!><@%]?)(.*)")
_CAPITAL = re.compile(r"(?<!^)([A-Z])")
_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def chosen(
    found: list[Any], columns: Columns, *, filters: dict[str, Any], order: dict[str, Any]
) -> list[Any]:
    """The things of `found` that pass all filters, in order. Raises RestError 100."""
    for key, wanted in filters.items():
        sign, name = parts(key)
        column = _column(columns, name)
        found = [each for each in found if _passes(column(each), sign, wanted)]
    for name, direction in reversed(order.items()):
        column = _column(columns, name)
        found = sorted(
            found,
            key=lambda each, column=column: _sortable(column(each)),  # type: ignore[misc]
            reverse=str(direction).lower().startswith("desc"),
        )
    return found


def parts(key: str) -> tuple[str, str]:
    """The sign and the name in a key of a filter."""
    match = _KEY.fullmatch(key)
    return ("", key) if match is None else (match[1], match[2])


def _column(columns: Columns, name: str) -> Callable[[Any], Any]:
    try:
        return columns[name]
    except KeyError:
        shown = _CAPITAL.sub(r"_\1", name).upper()
        text = f"Unknown field definition `{shown}` ({shown}) for Payment Entity."
        raise RestError("100", text) from None


def _passes(value: Any, sign: str, wanted: Any) -> bool:
    if sign in _ORDERED:
        if value is None:
            return False
        left, right = _pair(value, wanted)
        return _ORDERED[sign](left, right)
    if "%" in sign:
        is_match = str(wanted).lower() in str(value or "").lower()
    elif isinstance(wanted, dict | list):
        is_match = any(_equal(value, each) for _, each in entries(wanted))
    else:
        is_match = _equal(value, wanted)
    return is_match != sign.startswith("!")


def _equal(value: Any, wanted: Any) -> bool:
    if wanted in (None, ""):
        return value in (None, "")
    if value is None:
        return False
    left, right = _pair(value, wanted)
    return bool(left == right)


def _pair(value: Any, wanted: Any) -> tuple[Any, Any]:
    if isinstance(value, int | float) and whole_number(wanted) is not None:
        return float(value), float(wanted)
    return str(value), str(wanted)


def _sortable(value: Any) -> tuple[bool, Any]:
    if isinstance(value, datetime):
        value = value.timestamp()
    return value is not None, 0 if value is None else value
