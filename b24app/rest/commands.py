"""One method with its parameters, and how it is written into a batch.

Pure. Source: b24restdocs settings/how-to-call-rest-api/batch.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote


@dataclass(frozen=True)
class Command:
    """One method with its parameters, alone or inside a batch.

    `may_lack`: its parameters refer to an earlier answer that may have no such thing, which is no
    fault of ours; such a command means something in a batch alone.
    """

    method: str
    params: Mapping[str, Any] = field(default_factory=dict)
    may_lack: bool = False


def php_query(params: Mapping[str, Any]) -> str:
    """Parameters as PHP reads them from a query: nested keys in brackets, everything encoded.

    `$result[key]` references stay readable, because the portal looks for them before it decodes.
    """
    return "&".join(_pairs(params, ""))


# Names are those of fields, so they are few.
_name = lru_cache(maxsize=1024)(partial(quote, safe=""))


def _pairs(value: Any, name: str) -> list[str]:
    if type(value) is int:
        return [f"{name}={value}"]
    if type(value) is dict or isinstance(value, Mapping):
        items = [(_name(str(key)), item) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        items = [(str(index), item) for index, item in enumerate(value)]
    else:
        return [f"{name}={quote(str(value), safe='$[]')}"]
    pairs: list[str] = []
    for key, item in items:
        pairs += _pairs(item, f"{name}[{key}]" if name else key)
    return pairs
