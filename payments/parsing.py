"""Reading a portal's answers, which are not trusted: whatever is of another form is unreadable.

So is what could not be kept: limits.py says how much that is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from b24app.protocol.numbers import written
from b24app.rest.errors import UnreadableAnswer
from payments import limits

# No database and no page takes these in a text.
_UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")
T = TypeVar("T")


def read(reader: Callable[[], T]) -> T:
    """What `reader` makes of an answer; raises UnreadableAnswer."""
    try:
        return reader()
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise UnreadableAnswer(text="not of the documented form") from error


def amount(value: Any) -> Decimal:
    """A number of the answer as an exact one; raises ValueError."""
    try:
        number = Decimal(value if isinstance(value, Decimal) else written(value))
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not number:
        return Decimal(0)
    longest = limits.AMOUNT_LENGTH
    is_bearable = number.is_finite() and -longest < number.adjusted() < limits.WHOLE_DIGITS
    if not is_bearable or len(digits(number)) > longest:
        raise ValueError("not an amount")
    return number


def digits(number: Decimal) -> str:
    """All digits of a finite number, without an exponent or zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def identifier(value: Any) -> int:
    """An id of the answer that a database can hold; raises ValueError."""
    number = value if type(value) is int else int(written(value))
    if not 0 < number <= limits.LARGEST_ID:
        raise ValueError("not an id")
    return number


def currency(value: Any) -> str:
    """The code of a currency, whole; empty where none is told. Raises ValueError."""
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > limits.CURRENCY_LENGTH:
        raise ValueError("not a currency")
    return _speakable(value)


def whole(value: Any, length: int) -> str:
    """A text of the answer that is of use only as a whole; raises ValueError when it is longer."""
    text = _speakable(str(value or ""))
    if len(text) > length:
        raise ValueError("too long")
    return text


def short(value: Any, length: int = limits.TEXT_LENGTH) -> str:
    """A text of the answer for people, visibly shortened to a length that a page can bear."""
    text = _speakable(str(value or ""))
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _speakable(text: str) -> str:
    return text if text.isprintable() else _UNSPEAKABLE.sub("\ufffd", text)
