"""JSON by orjson, as far as it reads what the standard library reads, and the database can keep."""

from __future__ import annotations

from typing import Any

import orjson

# Longer integers are none to orjson, and become inexact.
_ANY_DIGIT, _LONG = bytes.maketrans(b"123456789", b"0" * 9), b"0" * 19


def plain_value(text: bytes | bytearray) -> Any:
    """The value of a JSON text; raises ValueError when the standard library has to decide.

    So it has for long numbers, NaN, half a character, what is nested deeply, and what is no JSON.
    """
    if b"\\u0000" in text or _LONG in text.translate(_ANY_DIGIT):
        raise ValueError("not plain")
    return orjson.loads(text)
