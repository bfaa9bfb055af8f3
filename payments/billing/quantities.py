"""Reading the quantity that somebody typed: a whole number, or what is wrong with it.

Pure. People write thousands with spaces, and decimals with commas or dots; what could mean two
numbers is not guessed. static/js/compose.js reads in the same way, and shows what is wrong at once.
"""

from __future__ import annotations

import re
from enum import StrEnum

MOST = 999_999_999
_LONGEST = 20
# Arabic, Persian, Devanagari and full-width keyboards have digits of their own.
_ZEROS = (0x0660, 0x06F0, 0x0966, 0xFF10)
_DIGITS = {zero + digit: str(digit) for zero in _ZEROS for digit in range(10)}
_SPACES = re.compile(
    r"(?<=[0-9])[ \N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}](?=[0-9]{3}(?![0-9]))"
)
_WHOLE = re.compile(r"[0-9]+(?:[.,]0{1,2})?")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_FRACTION = re.compile(r"[0-9]*[.,][0-9]+")


class Fault(StrEnum):
    """What is wrong with a quantity."""

    NO_NUMBER = "no number"
    FRACTION = "fraction"
    AMBIGUOUS = "ambiguous"
    TOO_MUCH = "too much"


class QuantityInvalid(ValueError):
    """Not a quantity that can be billed; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault


def read_quantity(text: str) -> int:
    """The whole number in a text, nothing being 0; raises QuantityInvalid."""
    plain = _SPACES.sub("", text.strip().translate(_DIGITS))
    if not plain:
        return 0
    if len(plain) > _LONGEST:
        raise QuantityInvalid(Fault.TOO_MUCH if plain.isdecimal() else Fault.NO_NUMBER)
    if _WHOLE.fullmatch(plain):
        number = int(re.split(r"[.,]", plain)[0])
        if number > MOST:
            raise QuantityInvalid(Fault.TOO_MUCH)
        return number
    if _THOUSANDS.fullmatch(plain):
        raise QuantityInvalid(Fault.AMBIGUOUS)
    raise QuantityInvalid(Fault.FRACTION if _FRACTION.fullmatch(plain) else Fault.NO_NUMBER)
