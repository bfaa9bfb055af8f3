"""A file that a spreadsheet opens as it is meant: numbers are numbers, and a text stays a text.

Spreadsheets read a file by the habits of their reader's country: where the decimal sign is a comma,
cells are parted by semicolons. They guess what a cell is, so that payment 10/2 becomes a day in
February and a name that begins with an equals sign is executed. A text that could be taken for
something else gets an apostrophe, which is all that has to be taken off to have it back.
"""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from io import StringIO

from babel.numbers import get_decimal_symbol
from django.utils import translation

from payments.billing.money import language_of
from payments.parsing import digits

# It tells Excel that the rest is UTF-8.
BEGINNING = "\ufeff"
_MARK = "'"
# Excel parts cells by them in Arabic too, where the decimal sign is a point.
_SEMICOLONS = frozenset({"ar"})
_SEPARATORS = frozenset(",;|\t\r\n")
_SIGNS = "=+-@"


class Own(str):
    """A text of ours, which nothing takes for anything else."""


Cell = str | Decimal | datetime | None


@dataclass(frozen=True)
class Habits:
    """How the files of a language part their cells and write their numbers."""

    separator: str
    decimal: str

    def row(self, cells: Iterable[Cell]) -> str:
        buffer = StringIO()
        csv.writer(buffer, delimiter=self.separator).writerow([self._written(c) for c in cells])
        return buffer.getvalue()

    def _written(self, cell: Cell) -> str:
        if isinstance(cell, Decimal):
            return digits(cell).replace(".", self.decimal)
        if isinstance(cell, datetime):
            return cell.isoformat(timespec="seconds")
        return cell if isinstance(cell, Own) else as_text(cell or "")


def habits() -> Habits:
    """Those of the active language."""
    language = translation.get_language() or "en"
    has_comma = get_decimal_symbol(language_of(language)) == ","
    separator = ";" if has_comma or language in _SEMICOLONS else ","
    return Habits(separator, "," if has_comma else ".")


def as_text(text: str) -> str:
    """The text as a cell that is no number, day or formula, whatever parts the cells."""
    inner = _guarded(text)
    beginning = next((each for each in text if not _is_unseen(each)), "")
    is_plain = beginning.isalpha() and not any(each.isnumeric() for each in text)
    return inner if is_plain or not text else f"{_MARK}{inner}"


def _guarded(text: str) -> str:
    """No formula begins within the text either, where another separator is taken for ours."""
    found, is_beginning = [], False
    for each in text:
        if is_beginning and _is_sign(each):
            found.append(_MARK)
        is_beginning = each in _SEPARATORS or (is_beginning and _is_unseen(each))
        found.append(each)
    return "".join(found)


@lru_cache(maxsize=1024)
def _is_sign(character: str) -> bool:
    """Whether it begins a formula: in full width or another script, or as another dash, too."""
    is_like = unicodedata.normalize("NFKC", character)[:1] in _SIGNS
    return is_like or unicodedata.category(character) in {"Pd", "Sm"}


@lru_cache(maxsize=1024)
def _is_unseen(character: str) -> bool:
    """Whether a spreadsheet may look past it: a blank, a quotation mark, a mark of direction."""
    return character in "\"'" or unicodedata.category(character)[0] in "ZC"
