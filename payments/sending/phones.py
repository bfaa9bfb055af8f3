"""A phone number out of the free text that people type into a CRM. Pure.

Nothing is guessed: which country a number without a code belongs to, its reader says.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

# ITU-T E.164: fifteen digits at most.
_MOST_DIGITS, _LEAST_DIGITS = 15, 5
# From a first digit on, so far as people write one number: "x12" or "or 0151…" is beyond it.
_SPACE = r"[^\S\r\n]"
_BETWEEN = r"().\-\u2010-\u2014\u200e\u200f\u202a-\u202e\u2066-\u2069"
_RUN = re.compile(rf"\+?(?:{_SPACE}|\()*[0-9](?:[0-9/{_BETWEEN}]|{_SPACE})*")
# What stands before a stroke is a number of its own if it has so many digits, else its beginning.
_WHOLE_DIGITS = 7
# In "+49 (0)30" the nought is dialled at home alone.
_AT_HOME = re.compile(r"\(\s*0\s*\)")
_NO_DIGIT = re.compile(r"[^0-9]")


@dataclass(frozen=True)
class Phone:
    """A number as its digits; with a country's code they begin with that code."""

    digits: str
    has_country_code: bool

    @property
    def dialled(self) -> str:
        """`+493023125411`, or as it is dialled at home."""
        return f"+{self.digits}" if self.has_country_code else self.digits


def read_phone(text: str) -> Phone | None:
    """The first number in a text; None where nothing in it can be dialled."""
    found = _RUN.search(_in_ascii(text))
    if found is None:
        return None
    run = _first(found[0])
    digits = _NO_DIGIT.sub("", run)
    is_abroad = run.startswith("+") or digits.startswith("00")
    if is_abroad:
        digits = _NO_DIGIT.sub("", _AT_HOME.sub("", run)).removeprefix("00")
    is_nowhere = is_abroad and digits.startswith("0")
    if is_nowhere or not _LEAST_DIGITS <= len(digits) <= _MOST_DIGITS:
        return None
    return Phone(digits, is_abroad)


def _first(run: str) -> str:
    """The first of several numbers between strokes."""
    before, _, _ = run.partition("/")
    return before if len(_NO_DIGIT.sub("", before)) >= _WHOLE_DIGITS else run


def _in_ascii(text: str) -> str:
    """The text with the digits and the plus sign of every script as those of ours."""
    plain = (str(int(each)) if each.isdecimal() else each for each in text)
    return "".join(plain).replace("\N{FULLWIDTH PLUS SIGN}", "+")
