"""One method with its parameters, and how it is written into a batch.

Pure. Source: b24restdocs settings/how-to-call-rest-api/batch.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    return "&".join(f"{name}={value}" for name, value in _flatten(params))


def _flatten(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    if isinstance(value, Mapping):
        items = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, list | tuple):
        items = [(str(index), item) for index, item in enumerate(value)]
    else:
        return [(prefix, quote(str(value), safe="$[]"))]
    flat: list[tuple[str, str]] = []
    for key, item in items:
        name = quote(key, safe="")
        flat += _flatten(item, f"{prefix}[{name}]" if prefix else name)
    return flat
