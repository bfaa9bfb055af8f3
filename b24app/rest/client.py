"""Calls and batches to one portal as one user: token in the body, errors as the tree, safe repeats.

Knows the REST dialect (b24restdocs: settings/how-to-call-rest-api/*.md, limits.md); knows no models
and no payments. A call is repeated only when the portal said that it did not run.
"""

from __future__ import annotations

import json
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import quote, urlsplit

from b24app.hosts import Endpoint
from b24app.metrics import GOOD, count_call, count_command
from b24app.rest.codes import from_answer
from b24app.rest.errors import (
    NotExecuted,
    PortalFailed,
    PortalMoved,
    RestError,
    Retry,
    UnreadableAnswer,
)
from b24app.rest.limits import place
from b24app.rest.oauth import TokenPair
from b24app.rest.transport import HttpAnswer, post_json

PATIENCE_SECONDS = 10.0
# Half a character, or none: no page and no database takes them (RFC 8259, section 8.2).
_UNSTORABLE = re.compile(
    r"\\u(?:0000|[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F])"
    r"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2}\\u)[dD][c-fC-F][0-9a-fA-F]{2})"
)
# A portal can put anything in the place of a code.
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_PAUSES = (0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class Command:
    """One method with its parameters, alone or inside a batch."""

    method: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CallRecord:
    """One HTTP request as the journal keeps it: no token, no personal data."""

    method: str
    commands: tuple[str, ...]
    status: int | None
    error: str
    milliseconds: int


@dataclass(frozen=True)
class BatchAnswer:
    """What each command of a batch gave; a command that did not run is in neither map."""

    results: Mapping[str, Any]
    errors: Mapping[str, RestError]

    def value(self, key: str) -> Any:
        """The result of a command; raises its error, or UnreadableAnswer when there is neither."""
        if key in self.errors:
            raise self.errors[key]
        if key not in self.results:
            raise UnreadableAnswer(text=f"no answer for {key}")
        return self.results[key]


class Credentials(Protocol):
    """Whose token a call carries, and where the portal is."""

    @property
    def endpoint(self) -> Endpoint: ...
    @property
    def can_renew(self) -> bool: ...
    def pair(self) -> TokenPair: ...
    def renew(self, stale: TokenPair) -> TokenPair:
        """A newer pair; `endpoint` may be another one afterwards."""

    def spare(self, pair: TokenPair) -> None:
        """Renew this pair no more for some minutes: the portal's address is the one we have."""


@dataclass(frozen=True)
class Client:
    """Acts on one portal with one user's rights.

    `portal` names the portal for the limits; `record` gets every HTTP request for the journal,
    `tell` every error that a method or a whole batch ended with.
    """

    portal: str
    credentials: Credentials
    record: Callable[[CallRecord], None]
    before_waiting: Callable[[], None]
    tell: Callable[[str, RestError], None] = lambda method, error: None

    def call(self, command: Command) -> Any:
        """The result of one method; raises RestError."""
        answer = self._send(command.method, dict(command.params), commands=(command.method,))
        return answer["result"]

    def batch(self, commands: Mapping[str, Command], *, halt: bool) -> BatchAnswer:
        """Up to 50 commands in one request; raises RestError when the batch itself is refused.

        Later commands may use `$result[key]`. With `halt` the first error stops the rest; nothing
        is rolled back.
        """
        queries = {
            key: f"{command.method}?{php_query(command.params)}"
            for key, command in commands.items()
        }
        methods = tuple(command.method for command in commands.values())
        sent = self._send("batch", {"halt": int(halt), "cmd": queries}, commands=methods)
        answer = _parse_batch(sent["result"], commands)
        for key in (key for key in commands if key in answer.results or key in answer.errors):
            error = answer.errors.get(key)
            outcome = type(error).__name__ if error else GOOD
            count_command(method=commands[key].method, outcome=outcome)
            if error:
                self.tell(commands[key].method, error)
        return answer

    def _send(self, method: str, params: dict[str, Any], *, commands: tuple[str, ...]) -> Any:
        try:
            return self._send_patiently(method, params, commands)
        except RestError as error:
            self.tell(method, error)
            raise

    def _send_patiently(
        self, method: str, params: dict[str, Any], commands: tuple[str, ...]
    ) -> Any:
        """One answered request, repeated while the portal says that nothing ran."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        pair = self.credentials.pair()
        pauses = iter(_PAUSES)
        may_renew = self.credentials.can_renew
        while True:
            endpoint = self.credentials.endpoint
            try:
                return self._send_once(endpoint, method, params, commands, pair)
            except NotExecuted as error:
                if error.retry in (Retry.REFRESHED, Retry.REROUTED) and may_renew:
                    may_renew = False
                    pair = self.credentials.renew(pair)
                    if error.retry is Retry.REROUTED and self.credentials.endpoint == endpoint:
                        self.credentials.spare(pair)
                        raise
                    continue
                pause = next(pauses, None) if error.retry is Retry.BACKOFF else None
                if pause is None or time.monotonic() + pause > deadline:
                    raise
                time.sleep(_jittered(pause))

    def _send_once(
        self,
        endpoint: Endpoint,
        method: str,
        params: dict[str, Any],
        commands: tuple[str, ...],
        pair: TokenPair,
    ) -> Any:
        body = json.dumps({**params, "auth": pair.access}).encode()
        self.before_waiting()
        started = time.monotonic()
        status: int | None = None
        failure, outcome = "", GOOD
        try:
            with place(self.portal, seconds=PATIENCE_SECONDS):
                answer = post_json(f"{endpoint.url}{method}", body)
            status = answer.status
            return _parse(answer, method=method)
        except RestError as error:
            outcome = type(error).__name__
            failure = error.code if _CODE.fullmatch(error.code) else outcome
            raise
        finally:
            seconds = time.monotonic() - started
            count_call(method=method, outcome=outcome, seconds=seconds)
            self.record(CallRecord(method, commands, status, failure, round(seconds * 1000)))


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


def _parse(answer: HttpAnswer, *, method: str) -> dict[str, Any]:
    """The JSON object of an answer; raises the tree's error. A body with a result beats the status.

    The status of a batch can be 403 because one of its commands was refused.
    """
    if 300 <= answer.status < 400:
        raise PortalMoved(text=_host_of(answer.location), status=answer.status)
    try:
        data = json.loads(_UNSTORABLE.sub(r"\\ufffd", answer.body.decode()))
    except (ValueError, RecursionError) as error:
        raise UnreadableAnswer(text="not JSON", status=answer.status) from error
    if not isinstance(data, dict):
        raise UnreadableAnswer(text="not an object", status=answer.status)
    if "error" in data:
        code, text = data["error"], data.get("error_description", "")
        raise from_answer(method=method, code=code, text=str(text), status=answer.status)
    if "result" not in data:
        raise UnreadableAnswer(text="no result", status=answer.status)
    if answer.status >= 500:
        raise PortalFailed(status=answer.status)
    return data


def _host_of(location: str) -> str:
    try:
        return urlsplit(location).netloc
    except ValueError:
        return ""


def _parse_batch(result: Any, commands: Mapping[str, Command]) -> BatchAnswer:
    """Results and errors by key; an empty map arrives as `[]`."""
    if not isinstance(result, dict):
        raise UnreadableAnswer(text="not a batch")
    results, failures = result.get("result") or {}, result.get("result_error") or {}
    if not isinstance(results, dict) or not isinstance(failures, dict):
        raise UnreadableAnswer(text="not a batch")
    errors: dict[str, RestError] = {}
    for key, failure in failures.items():
        if key not in commands or not isinstance(failure, dict):
            raise UnreadableAnswer(text="not a batch")
        code, text = failure.get("error", ""), failure.get("error_description", "")
        errors[key] = from_answer(
            method=commands[key].method, code=code, text=str(text), status=None
        )
    return BatchAnswer(results=results, errors=errors)


def _jittered(pause: float) -> float:
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
