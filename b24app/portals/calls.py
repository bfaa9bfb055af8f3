"""A call of the journal as people read it: each command, what became of it, the portal's time.

Reads what `rest/call_log` has written; a row of an earlier version has methods and nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from b24app.models import RestCall


@dataclass(frozen=True)
class CommandTold:
    """A command with its parameters, what came of it, and the time it took, as texts."""

    method: str
    params: str
    outcome: str
    time: str


@dataclass(frozen=True)
class CallTold:
    """A whole call: the portal's words about an error of the call itself, and its time block."""

    commands: tuple[CommandTold, ...]
    words: str
    time: str


def told_call(call: RestCall) -> CallTold:
    """All that the journal has of a call."""
    answer = _object(call.answer)
    return CallTold(
        commands=tuple(_commands(call, answer)),
        words=str(answer.get("error_description", "")),
        time=_time(answer.get("time")),
    )


def words_of(call: RestCall) -> tuple[str, ...]:
    """What the portal said about the errors in a call, once each."""
    told = told_call(call)
    outcomes = [each.outcome for each in told.commands if each.outcome.startswith("error ")]
    return tuple(dict.fromkeys(filter(None, [told.words, *outcomes])))


def _commands(call: RestCall, answer: Mapping[str, Any]) -> Iterator[CommandTold]:
    params = _object(call.params)
    # What was cut stands at the end, under the name "…".
    keys = [*params, *([""] * len(call.commands.split()))]
    is_batch = call.method == "batch"
    for key, method in zip(keys, call.commands.split(), strict=False):
        times = _object(answer.get("result_time")) if is_batch else {}
        has_params = isinstance(params.get(key), dict)
        yield CommandTold(
            method=method,
            params=_text(params[key]) if has_params else "not kept",
            outcome=_outcome(key, answer) if is_batch else _lone_outcome(answer),
            time=_time(times.get(key)),
        )


def _lone_outcome(answer: Mapping[str, Any]) -> str:
    if "error" in answer:
        return _error(answer)
    return f"result {_text(answer['result'])}" if "result" in answer else ""


def _outcome(key: str, answer: Mapping[str, Any]) -> str:
    errors, results = _object(answer.get("result_error")), _object(answer.get("result"))
    if key in errors:
        return _error(_object(errors[key]))
    return f"result {_text(results[key])}" if key in results else ""


def _error(error: Mapping[str, Any]) -> str:
    said = error.get("error_description")
    return f"error {error.get('error')}: {said}" if said else f"error {error.get('error')}"


def _time(block: Any) -> str:
    """The time block in words; nothing where there is none."""
    found = _object(block)
    parts = []
    if "duration" in found:
        parts.append(f"took {found['duration']} s")
    if "operating" in found:
        parts.append(f"operating {found['operating']} s")
    reset_at = found.get("operating_reset_at")
    if isinstance(reset_at, int | float) and 0 < reset_at < 2**33:
        parts.append(f"reset at {datetime.fromtimestamp(reset_at, UTC):%H:%M:%S} UTC")
    return ", ".join(parts)


def _object(value: Any) -> dict[str, Any]:
    """A JSON object, itself or as its text; empty where there is none."""
    found = json.loads(value) if isinstance(value, str) and value else value
    return found if isinstance(found, dict) else {}


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
