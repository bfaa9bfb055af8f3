"""One HTTP request as the journal keeps it: what was asked and answered, redacted and bounded.

Pure. The form is the portal's own JSON with less in it, so that it can be handed to Bitrix24's
support as it is; the four maps of a batch stand beside each other, `result_time` once a method.
Nothing is cut unseen: "…" stands for a value, and as a name for the number of what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from b24app.rest.call_log.redaction import CUT, kept_code, kept_params, kept_result, kept_time
from b24app.rest.call_log.scrubbing import scrubbed
from b24app.rest.commands import Command

LONGEST_PARAMS = 3_000
LONGEST_ANSWER = 2_500
# Brackets, and the number of what is missing.
_FRAME = 16
_MAPS = frozenset({"result_time", "result_error", "result"})
_MOST_WORDS, _MOST_VISITS = 200, 2_000
_WORD_LENGTHS = range(3, 200)
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


@dataclass(frozen=True)
class CallRecord:
    """One HTTP request: no token, no personal data.

    `params` is JSON: the parameters of each of `commands`, in their order, by key. `answer` is JSON
    as well, or empty where none came that could be read.
    """

    method: str
    commands: tuple[str, ...]
    status: int | None
    error: str
    milliseconds: int
    params: str = ""
    answer: str = ""


def record_of(
    method: str,
    commands: Mapping[str, Command],
    answer: Mapping[str, Any],
    *,
    status: int | None,
    error: str,
    seconds: float,
) -> CallRecord:
    """The record of a call with `commands` by key, a lone one under "", and the answer's object."""
    params = {key: kept_params(c.method, c.params) for key, c in commands.items()}
    return CallRecord(
        method=method,
        commands=tuple(command.method for command in commands.values()),
        status=status,
        error=error,
        milliseconds=round(seconds * 1000),
        params=_bounded(params, LONGEST_PARAMS),
        answer=_bounded(_answer(method, commands, answer), LONGEST_ANSWER) if answer else "",
    )


def _answer(
    method: str, commands: Mapping[str, Command], answer: Mapping[str, Any]
) -> dict[str, Any]:
    """Time and errors come first, so that there is always room for them."""
    kept = {"time": kept_time(answer["time"])} if "time" in answer else {}
    if "error" in answer:
        data = _words(commands, {})
        return {**kept, **_error(answer, lambda text: scrubbed(text, words=data))}
    result = answer.get("result")
    if method != "batch":
        return {**kept, "result": kept_result(method, result)}
    return {**kept, **_maps(commands, result if isinstance(result, dict) else {})}


def _maps(commands: Mapping[str, Command], maps: Mapping[str, Any]) -> dict[str, Any]:
    """The maps of a batch that are not empty, as far as they are about our commands."""
    results, errors, times = (
        found if isinstance(found := maps.get(name), dict) else {}
        for name in ("result", "result_error", "result_time")
    )
    # The last word on a method counts.
    last = {c.method: key for key, c in commands.items() if key in times}
    kept: dict[str, dict[str, Any]] = {
        "result_time": {key: kept_time(times[key]) for key in last.values()},
        "result_error": _errors(commands, errors, results),
        "result": {
            k: kept_result(c.method, results[k]) for k, c in commands.items() if k in results
        },
    }
    return {name: found for name, found in kept.items() if found}


def _errors(
    commands: Mapping[str, Command], errors: Mapping[str, Any], results: Mapping[str, Any]
) -> dict[str, Any]:
    """Each command's error; the same words, which a row repeats from another, are read once."""
    told = {
        key: errors[key]
        for key, command in commands.items()
        if key in errors and not _leads_nowhere(command, errors[key])
    }
    if not told:
        return {}
    data = _words(commands, results)
    scrub = cache(lambda text: scrubbed(text, words=data))
    return {key: _error(error, scrub) for key, error in told.items()}


def _leads_nowhere(command: Command, error: Any) -> bool:
    """Whether a command refers to something that was not there, as it may."""
    return command.may_lack and isinstance(error, dict) and str(error.get("error")) == "100"


def _bounded(fields: Mapping[str, Any], room: int) -> str:
    """JSON in `room` characters: the first fields, and the number of those that had none."""
    whole = _dumps(fields)
    if len(whole) <= room:
        return whole
    texts: list[str] = []
    left = room - _FRAME
    for name, value in fields.items():
        inner = left - len(name) - _FRAME
        is_map = name in _MAPS and isinstance(value, dict) and inner > 0
        text = f"{_dumps(name)}:{_bounded(value, inner) if is_map else _dumps(value)}"
        if len(text) >= left:
            break
        texts.append(text)
        left -= len(text) + 1
    if missing := len(fields) - len(texts):
        texts.append(f"{_dumps(CUT)}:{missing}")
    return f"{{{','.join(texts)}}}"


def _error(error: Any, scrub: Callable[[str], str]) -> dict[str, Any]:
    """Code and words of an error; the words without what the same call carries as data."""
    if not isinstance(error, Mapping):
        return {"error": CUT}
    kept = {"error": kept_code(error.get("error"))}
    told = error.get("error_description")
    if isinstance(told, str) and told:
        kept["error_description"] = scrub(told)
    return kept


def _words(commands: Mapping[str, Command], results: Mapping[str, Any]) -> set[str]:
    """Texts among parameters and results, as many as there may be in an ordinary answer."""
    values: list[Any] = [*(command.params for command in commands.values()), results]
    words: set[str] = set()
    for _ in range(_MOST_VISITS):
        if not values or len(words) == _MOST_WORDS:
            break
        value = values.pop()
        if isinstance(value, Mapping):
            values += islice(value.values(), _MOST_WORDS)
        elif isinstance(value, list | tuple):
            values += islice(value, _MOST_WORDS)
        elif isinstance(value, str) and len(value) in _WORD_LENGTHS:
            words.add(value)
    return words
