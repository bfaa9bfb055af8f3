"""What a portal's answer says: its result, its error of the tree, the time that methods have taken.

Pure, and trusts nothing: whatever is not of the documented form raises UnreadableAnswer.
Sources: b24restdocs settings/how-to-call-rest-api/*.md, limits.md.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from b24app.fast.json_texts import plain_value
from b24app.rest.codes import from_answer
from b24app.rest.concurrency import Usage
from b24app.rest.errors import NoAnswer, PortalFailed, PortalMoved, RestError, UnreadableAnswer
from b24app.rest.large_answers import LARGE_BYTES, take_turn
from b24app.rest.transport import HttpAnswer

# A method's time is counted over ten minutes: a later reset is none.
_LONGEST_RESET_SECONDS = 900.0
_LARGEST = 1e12
# What so few bytes can become is no burden; 5,000 payments weigh less than the heaviest.
_LIGHT_BYTES = 64 * 1024
# Longer than any text that is of use.
_STRIDE = 128 * 1024
_LARGE_WEIGHT, _HEAVIEST = 2_000_000, 12_000_000
_TURN_PATIENCE_SECONDS = 5.0
# Half a character, or none: no page and no database takes them (RFC 8259, section 8.2).
_UNSTORABLE = re.compile(
    r"\\u(?:0000|[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u)[dD][c-fC-F][0-9a-fA-F]{2})"
)


@dataclass(frozen=True)
class BatchAnswer:
    """What each command of a batch gave; a command that did not run is in neither map.

    `unfinished` are the commands whose list goes on in another page.
    """

    results: Mapping[str, Any]
    errors: Mapping[str, RestError]
    unfinished: frozenset[str] = frozenset()

    def value(self, key: str) -> Any:
        """The result of a command; raises its error, or UnreadableAnswer when there is neither."""
        if (error := self.error(key)) is not None:
            raise error
        return self.results[key]

    def error(self, key: str) -> RestError | None:
        """Why there is no result of a command; None where there is one."""
        if key in self.errors or key in self.results:
            return self.errors.get(key)
        return UnreadableAnswer(text=f"no answer for {key}")

    def followed_by(self, later: BatchAnswer) -> BatchAnswer:
        """Both answers in one; what was asked again has its later answer."""
        again = later.results.keys() | later.errors.keys()
        results = {k: v for k, v in self.results.items() if k not in again}
        errors = {k: e for k, e in self.errors.items() if k not in again}
        return replace(
            later, results={**results, **later.results}, errors={**errors, **later.errors}
        )


def read_answer(answer: HttpAnswer) -> dict[str, Any]:
    """The JSON object of an answer, be it a result or an error; raises the tree's error."""
    if 300 <= answer.status < 400:
        raise PortalMoved(text=_host_of(answer.location), status=answer.status)
    _await_turn(answer)
    try:
        data = _value_of(answer)
    except (ValueError, RecursionError) as error:
        raise UnreadableAnswer(text="not JSON", status=answer.status) from error
    if not isinstance(data, dict):
        raise UnreadableAnswer(text="not an object", status=answer.status)
    return data


def _value_of(answer: HttpAnswer) -> Any:
    """The body's value; it is not kept beside that. Raises ValueError, RecursionError."""
    body, text = answer.body, ""
    try:
        return plain_value(body)
    except ValueError:
        text = body.decode()
    finally:
        if isinstance(body, bytearray):
            body.clear()
    return json.loads(_UNSTORABLE.sub(r"\\ufffd", text))


def _await_turn(answer: HttpAnswer) -> None:
    """Before much is made of an answer: few bytes can be many objects. Raises Unknown."""
    weight = _weight(answer.body) if len(answer.body) > _LIGHT_BYTES else 0
    if weight > _HEAVIEST or _has_endless_text(answer.body):
        raise UnreadableAnswer(text="too much in it", status=answer.status)
    until = time.monotonic() + _TURN_PATIENCE_SECONDS
    is_large = weight > _LARGE_WEIGHT or len(answer.body) > LARGE_BYTES
    if is_large and not take_turn(answer.server, until=until):
        raise NoAnswer(text="too many large answers", status=answer.status)


def _has_endless_text(body: bytes | bytearray) -> bool:
    """Whether a whole stride has no quotation mark, as in a number of a million digits."""
    strides = range(0, len(body) - _STRIDE, _STRIDE)
    return any(body.find(b'"', at, at + _STRIDE) < 0 for at in strides)


def _weight(body: bytes | bytearray) -> int:
    """About how many bytes of memory the objects in a JSON text will take."""
    containers = body.count(b"{") + body.count(b"[")
    # Most names are shared, so of a name and its text one counts.
    return 200 * containers + 15 * body.count(b'"') + 32 * body.count(b",")


def check_answer(data: dict[str, Any], *, method: str, status: int) -> dict[str, Any]:
    """`data` with a result; raises the tree's error. A body with a result beats the status.

    The status of a batch can be 403 because one of its commands was refused.
    """
    if "error" in data:
        code, text = data["error"], data.get("error_description", "")
        raise from_answer(method=method, code=code, text=str(text), status=status)
    if "result" not in data:
        raise UnreadableAnswer(text="no result", status=status)
    if status >= 500:
        raise PortalFailed(status=status)
    return data


def _host_of(location: str) -> str:
    try:
        return urlsplit(location).netloc
    except ValueError:
        return ""


def parse_batch(result: Any, methods: Mapping[str, str]) -> BatchAnswer:
    """Results and errors by key; an empty map arrives as `[]`."""
    if not isinstance(result, dict):
        raise UnreadableAnswer(text="not a batch")
    results, failures = result.get("result") or {}, result.get("result_error") or {}
    if not isinstance(results, dict) or not isinstance(failures, dict):
        raise UnreadableAnswer(text="not a batch")
    errors: dict[str, RestError] = {}
    for key, failure in failures.items():
        if key not in methods or not isinstance(failure, dict):
            raise UnreadableAnswer(text="not a batch")
        code, text = failure.get("error", ""), failure.get("error_description", "")
        errors[key] = from_answer(method=methods[key], code=code, text=str(text), status=None)
    further = result.get("result_next")
    unfinished = frozenset(further) if isinstance(further, dict) else frozenset()
    return BatchAnswer(results, errors, unfinished)


def usage_in(block: Any) -> Usage | None:
    """The usage in the `time` of an answer; None where there is none that makes sense.

    The portal tells its own time as well: how far away the reset is hangs on no clock of ours.
    """
    if not isinstance(block, dict):
        return None
    seconds, reset_at = _number(block.get("operating")), _number(block.get("operating_reset_at"))
    now, finished_at = time.time(), _number(block.get("finish"))
    if min(reset_at, finished_at) > 0:
        reset_at += now - finished_at
    is_plausible = seconds >= 0 and 0 < reset_at < now + _LONGEST_RESET_SECONDS
    return Usage(seconds, reset_at) if is_plausible else None


def usages_in_batch(result: Any, methods: Mapping[str, str]) -> dict[str, Usage]:
    """The usage of each method of a batch; the last word on one counts."""
    blocks = result.get("result_time") if isinstance(result, dict) else None
    found: dict[str, Usage] = {}
    for key, block in blocks.items() if isinstance(blocks, dict) else ():
        usage = usage_in(block)
        if usage and key in methods:
            found[methods[key]] = usage
    return found


def _number(value: Any) -> float:
    """A number of JSON, or -1; Python's JSON has NaN, and True is an int."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and abs(value) < _LARGEST else -1.0


def as_list(result: Any, *, of: str) -> list[Any]:
    """The list of an answer in the order of its numbers; raises UnreadableAnswer for all else.

    PHP writes an array as a list only while its keys count 0, 1, 2…; one from which something was
    taken arrives as a map of numbers: `{"0": …, "2": …}`.
    """
    if isinstance(result, list):
        return result
    if isinstance(result, dict) and all(key.isascii() and key.isdigit() for key in result):
        return [result[key] for key in sorted(result, key=lambda key: (len(key), key))]
    raise UnreadableAnswer(text=f"not a list of {of}")
