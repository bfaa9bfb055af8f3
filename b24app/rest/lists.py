"""Where a portal's answer is read as a list: the one place, for every method that gives one.

PHP writes an array as a list only while its keys count 0, 1, 2…; one from which something was taken
arrives as a map of numbers: `{"0": …, "2": …}`.
"""

from __future__ import annotations

from typing import Any

from b24app.rest.errors import UnreadableAnswer


def as_list(result: Any, *, of: str) -> list[Any]:
    """The list of an answer in the order of its numbers; raises UnreadableAnswer for all else."""
    if isinstance(result, list):
        return result
    if isinstance(result, dict) and all(key.isascii() and key.isdigit() for key in result):
        return [result[key] for key in sorted(result, key=lambda key: (len(key), key))]
    raise UnreadableAnswer(text=f"not a list of {of}")
