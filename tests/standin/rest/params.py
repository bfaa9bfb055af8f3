"""Parameters as PHP reads and writes them: bracketed keys, merged bodies, bound arguments.

b24restdocs: settings/how-to-call-rest-api/data-encoding.md.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.standin.rest.errors import RestError

Params = dict[str, Any]

_NUMERIC = re.compile(r"[ \t\n\r\v\f]*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[ \t\n\r\v\f]*")
_KEY = re.compile(r"([^\[]+)((?:\[[^\]]*\])*)")
_PART = re.compile(r"\[([^\]]*)\]")


def parse_query(text: str) -> Params:
    """`a=1&b[c]=2&b[]=3` as nested maps; a map that counts 0, 1, 2… stays a map of digits."""
    return nest(parse_qsl(text, keep_blank_values=True))


def nest(pairs: Iterable[tuple[str, Any]]) -> Params:
    """Bracketed keys as nested maps; the last of equal keys wins."""
    found: Params = {}
    for key, value in pairs:
        match = _KEY.fullmatch(key)
        if match is None or not match[2]:
            found[key] = value
            continue
        place, last = found, match[1]
        for part in _PART.findall(match[2]):
            inner = place.get(last)
            if not isinstance(inner, dict):
                inner = place[last] = {}
            place, last = inner, part or str(_next_index(inner))
        place[last] = value
    return found


def flatten(value: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested maps and lists as bracketed pairs, the opposite of `nest`."""
    if isinstance(value, dict | list):
        for key, inner in entries(value):
            yield from flatten(inner, f"{prefix}[{key}]" if prefix else key)
    else:
        yield prefix, "" if value is None else str(value)


def entries(value: Any) -> list[tuple[str, Any]]:
    """The pairs of a PHP array, be it a map or a list; none for anything else."""
    if isinstance(value, dict):
        return [(str(key), inner) for key, inner in value.items()]
    if isinstance(value, list):
        return [(str(index), inner) for index, inner in enumerate(value)]
    return []


async def read_params(request: web.Request) -> Params:
    """The query string with the body over it. A JSON body that does not parse is no body."""
    found = parse_query(request.rel_url.raw_query_string)
    if request.method != "POST":
        return found
    kind = request.content_type
    if kind == "application/json" or kind.endswith("+json"):
        try:
            body = json.loads(await request.read())
        except ValueError:
            body = None
        found.update(entries(body))
    elif kind == "multipart/form-data":
        found.update(nest((await request.post()).items()))
    else:
        found.update(parse_query((await request.read()).decode("utf-8", "replace")))
    return found


def whole_number(value: Any) -> int | None:
    """What PHP takes for an int, fractions cut; None for everything it refuses."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return int(value)
    if isinstance(value, str) and _NUMERIC.fullmatch(value):
        return int(value) if value.strip().lstrip("+-").isdigit() else int(float(value))
    return None


class Arguments:
    """The parameters of a controller's method; names are case-sensitive, extra ones ignored.

    Asked for in the order of the method's signature, so that the first bad one is reported.
    Each reader raises RestError 100 (b24restdocs: error-codes.md).
    """

    __slots__ = ("_params",)

    def __init__(self, params: Params) -> None:
        self._params = params

    def integer(self, name: str) -> int:
        number = whole_number(self._found(name))
        if number is None:
            raise _wrong(self._params[name], name, "int")
        return number

    def string(self, name: str) -> str:
        value = self._found(name)
        if not isinstance(value, str | int | float):
            raise _wrong(value, name, "string")
        return str(value)

    def array(self, name: str, *, required: bool = False) -> dict[str, Any]:
        if name not in self._params and not required:
            return {}
        value = self._found(name)
        if not isinstance(value, dict | list):
            raise _wrong(value, name, "array")
        return dict(entries(value))

    def _found(self, name: str) -> Any:
        if name not in self._params:
            raise RestError("100", f"Could not find value for parameter {{{name}}}")
        return self._params[name]


def _wrong(value: Any, name: str, kind: str) -> RestError:
    shown = "Array" if isinstance(value, dict | list) else "" if value is None else str(value)
    text = f"Invalid value {{{shown}}} to match with parameter {{{name}}}."
    return RestError("100", f"{text} Should be value of type {kind}.")


def _next_index(array: Params) -> int:
    return max((int(key) for key in array if key.isdigit()), default=-1) + 1
