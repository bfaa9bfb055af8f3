"""Reading a portal's answers, which are not trusted: whatever is of another form is unreadable."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

from b24app.rest.errors import UnreadableAnswer

ID_LIMIT = 2**63
_LARGEST_EXPONENT = 20
_LONGEST_TEXT = 1000
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
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise ValueError("not a number") from error
    if not number.is_finite() or number.adjusted() > _LARGEST_EXPONENT:
        raise ValueError("not an amount")
    return number


def identifier(value: Any) -> int:
    """An id of the answer that a database can hold; raises ValueError."""
    number = int(str(value))
    if not 0 < number < ID_LIMIT:
        raise ValueError("not an id")
    return number


def short(value: Any) -> str:
    """A text of the answer, cut to a length that a page can bear."""
    return str(value or "")[:_LONGEST_TEXT]
