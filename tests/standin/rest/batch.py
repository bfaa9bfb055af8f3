"""`batch`: up to 50 commands in one request, later ones fed from earlier results.

b24restdocs: settings/how-to-call-rest-api/batch.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.standin.methods.base import Page
from tests.standin.rest import faults, limits
from tests.standin.rest.dispatch import check_scope, find_method, invoke, is_forbidden_in_batch
from tests.standin.rest.errors import RestError, system_error
from tests.standin.rest.params import Params, entries, parse_query
from tests.standin.rest.wire import php_map, time_block
from tests.standin.world import Call, Fault, Portal, Token, World

MAX_COMMANDS = 50
_REFERENCE = re.compile(r"\$result((?:\[[^\[\]]+\])+)")
_PART = re.compile(r"\[([^\[\]]+)\]")


@dataclass(slots=True)
class BatchAnswer:
    """The five maps of a batch; `is_denied` tells that a command got the HTTP status 403."""

    result: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, Any] = field(default_factory=dict)
    total: dict[str, Any] = field(default_factory=dict)
    next: dict[str, Any] = field(default_factory=dict)
    time: dict[str, Any] = field(default_factory=dict)
    is_denied: bool = False

    def value(self) -> dict[str, Any]:
        """The `result` of the request; each empty map is `[]`."""
        return {
            "result": php_map(self.result),
            "result_error": php_map(self.errors),
            "result_total": php_map(self.total),
            "result_next": php_map(self.next),
            "result_time": php_map(self.time),
        }


async def run_batch(
    world: World, portal: Portal, token: Token, params: Params, call: Call
) -> BatchAnswer:
    """Run the commands in turn; what one of them did stays done whatever the next one does.

    Raises what a fault raises for the whole answer.
    """
    lowered = {key.lower(): value for key, value in params.items()}
    commands = [(key, text) for key, text in entries(lowered.get("cmd")) if isinstance(text, str)]
    call.commands = [_split(text)[0] for _, text in commands]
    must_halt = lowered.get("halt") not in (None, "", "0", 0, False, [], {})
    whole = faults.take(portal, *call.commands, only_whole=True)
    if whole is not None:
        await faults.before(portal, whole)
    answer = BatchAnswer()
    for index, (key, text) in enumerate(commands):
        started = world.now()
        name, query = _split(text)
        fault: Fault | None = None
        try:
            if index >= MAX_COMMANDS:
                raise system_error("ERROR_BATCH_LENGTH_EXCEEDED")
            method = find_method(name) if name != "batch" else None
            if method is None or is_forbidden_in_batch(portal, name):
                raise system_error("ERROR_BATCH_METHOD_NOT_ALLOWED")
            fault = faults.take(portal, name)
            if fault is not None:
                await faults.before(portal, fault)
            check_scope(portal, method, text="")
            inner = _resolve(parse_query(query), answer.result)
            page = invoke(world, portal, token, name=name, method=method, params=inner, call=call)
        except faults.Answered as given:
            page = Page(given.result)
        except RestError as error:
            answer.is_denied = answer.is_denied or (error.is_denied and error.status == 403)
            answer.errors[key] = error.body(portal.switches.error_code_style)
            if must_halt:
                break
            continue
        if fault is not None:
            await faults.after(portal, fault)
        _record(answer, key, page)
        finished = world.now()
        used, reset_at = limits.operating(portal, name, finished)
        answer.time[key] = time_block(started, finished, used, reset_at)
    return answer


def _record(answer: BatchAnswer, key: str, page: Page) -> None:
    answer.result[key] = page.value
    if page.total is not None:
        answer.total[key] = page.total
    if page.next is not None:
        answer.next[key] = page.next


def _split(text: str) -> tuple[str, str]:
    name, _, query = text.partition("?")
    return name.strip().lower(), query


def _resolve(value: Any, results: dict[str, Any]) -> Any:
    """The parameters with each `$result[key][field]` replaced; a missing one is empty."""
    if isinstance(value, dict):
        return {key: _resolve(inner, results) for key, inner in value.items()}
    if not isinstance(value, str) or "$result" not in value:
        return value
    whole = _REFERENCE.fullmatch(value)
    if whole:
        found = _look_up(whole[1], results)
        return found if isinstance(found, dict | list) else _scalar(found)
    return _REFERENCE.sub(lambda match: _scalar(_look_up(match[1], results)), value)


def _look_up(path: str, results: dict[str, Any]) -> Any:
    found: Any = results
    for part in _PART.findall(path):
        found = dict(entries(found)).get(part)
    return found


def _scalar(value: Any) -> str:
    if value is None or value is False or isinstance(value, dict | list):
        return ""
    return "1" if value is True else str(value)
