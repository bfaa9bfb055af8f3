"""How long a number may be that a portal or a person writes. Pure.

What is made of one costs memory and time by its length, and caches keep it.
"""

from __future__ import annotations

from typing import Any

# With a sign, a point and an exponent; floats of PHP have 24 characters at most.
LONGEST_NUMBER = 40


def written(value: Any) -> str:
    """How a number is written; raises ValueError for one too long, and for what can be none."""
    text = str(value) if isinstance(value, str | int | float) else ""
    if not text or len(text) > LONGEST_NUMBER:
        raise ValueError("not a number")
    return text
