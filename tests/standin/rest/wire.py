"""JSON the way a portal writes it, and the `time` block of its answers."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

JSON_TYPE = "application/json; charset=utf-8"

_ESCAPES = str.maketrans(
    {"/": "\\/", "<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "'": "\\u0027"}
)
_PAIR = re.compile(r"\\.")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def encode(value: Any) -> bytes:
    """JSON bytes with `/` and the characters of HTML escaped, other letters as they are."""
    text = _encode(value).translate(_ESCAPES)
    if '\\"' in text:
        text = _PAIR.sub(lambda found: "\\u0022" if found[0] == '\\"' else found[0], text)
    return text.encode()


def number(value: float) -> int | float:
    """A PHP float in JSON: 100.0 is 100, 99.5 is 99.5; eight places at most."""
    return int(value) if value == int(value) else round(value, 8)


def iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def php_map(found: dict[str, Any]) -> Any:
    """A PHP array: `[]` when empty, a list while its keys count 0, 1, 2…, else an object."""
    if all(key == str(index) for index, key in enumerate(found)):
        return list(found.values())
    return found


def numbered(found: list[Any]) -> dict[str, Any]:
    """A PHP array whose second element was taken away: a map of numbers, 0, 2, 3…"""
    return {str(index if index == 0 else index + 1): each for index, each in enumerate(found)}


def time_block(start: float, finish: float, operating: float, reset_at: int) -> dict[str, Any]:
    """The `time` of an answer (b24restdocs: limits.md); all are numbers or ISO dates."""
    return {
        "start": start,
        "finish": finish,
        "duration": finish - start,
        "processing": 0,
        "date_start": _iso_second(int(start)),
        "date_finish": _iso_second(int(finish)),
        "operating_reset_at": reset_at,
        "operating": operating,
    }


@lru_cache(maxsize=8)
def _iso_second(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat()
