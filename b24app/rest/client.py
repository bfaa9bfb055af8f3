"""Calls and batches to one portal as one user: token in the body, errors as the tree, safe repeats.

Knows the REST dialect (b24restdocs: settings/how-to-call-rest-api/*.md, limits.md); knows no models
and no payments. A call is repeated only when the portal said that it did not run.
"""

from __future__ import annotations

import json
import math
import random
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from b24app.db.connections import release_connection
from b24app.rest.call_log.record import CallRecord as CallRecord
from b24app.rest.call_log.record import record_of
from b24app.rest.codes import PROBE, is_open, settled
from b24app.rest.commands import Command as Command
from b24app.rest.commands import php_query as php_query
from b24app.rest.concurrency import Moment, Pace, is_write, slot
from b24app.rest.credentials import Credentials, TokenPair
from b24app.rest.errors import (
    MethodsPaused,
    NotExecuted,
    OperationTimeLimit,
    OurFault,
    PortalBusy,
    RateLimited,
    RestError,
)
from b24app.rest.large_answers import give_back_turn
from b24app.rest.remedy import Retry
from b24app.rest.responses import BatchAnswer as BatchAnswer
from b24app.rest.responses import check_answer, parse_batch, read_answer, usage_in, usages_in_batch
from b24app.rest.transport import post_json
from b24app.telemetry.metrics import GOOD, count_call, count_command

PATIENCE_SECONDS = 10.0
# A portal can put anything where a code belongs.
_CODE = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_PAUSES = (0.5, 1.0, 2.0, 4.0)


@dataclass(frozen=True)
class _Call:
    """One request: a method or `batch`, the commands in it, and when it must not leave any more."""

    method: str
    params: Mapping[str, Any]
    commands: Mapping[str, Command]
    not_after: float = math.inf


@dataclass(frozen=True)
class Client:
    """Acts on one portal with one user's rights.

    `portal` names the portal for the limits of this process, `pace` are those of all; `record`
    gets every HTTP request for the journal, `tell` every error that a method or a whole batch ended
    with. A call sent `at` a moment has it from `reserve`; one that would leave after the unix time
    `not_after`, whatever held it up, raises NotSent. `let_in` are the tokens that the portal
    has answered: what it refuses them afterwards is the method's refusal, not the REST layer's.
    """

    portal: str
    pace: Pace
    credentials: Credentials
    record: Callable[[CallRecord], None]
    tell: Callable[[str, RestError], None] = lambda method, error: None
    let_in: set[str] = field(default_factory=set, repr=False, compare=False)

    def reserve(self, *commands: Command, seconds: float = PATIENCE_SECONDS) -> Moment:
        """A moment for a request with these commands, at most `seconds` away.

        Raises QueueTooLong, and MethodsPaused when a write among them is paused.
        """
        moment = self.pace.reserve([command.method for command in commands], seconds=seconds)
        if any(map(is_write, moment.paused)):
            self.pace.give_back()
            raise MethodsPaused
        return moment

    def call(
        self, command: Command, *, at: Moment | None = None, not_after: float = math.inf
    ) -> Any:
        """The result of one method; raises RestError."""
        at = at or self.reserve(command)
        if command.method in at.paused:
            self.pace.give_back()
            raise MethodsPaused
        call = _Call(command.method, dict(command.params), {"": command}, not_after)
        return self._send(call, at=at)["result"]

    def batch(
        self,
        commands: Mapping[str, Command],
        *,
        halt: bool,
        at: Moment | None = None,
        not_after: float = math.inf,
    ) -> BatchAnswer:
        """Up to 50 commands in one request; raises RestError when the batch itself is refused.

        Later commands may use `$result[key]`. With `halt` the first error stops the rest; nothing
        is rolled back. Reads that the portal has paused are left out, each with its error.
        """
        at = at or self.reserve(*commands.values())
        paused = {k: MethodsPaused() for k, c in commands.items() if c.method in at.paused}
        sent = {k: command for k, command in commands.items() if k not in paused}
        if not sent:
            self.pace.give_back()
            return BatchAnswer({}, paused)
        queries = {key: f"{c.method}?{php_query(c.params)}" for key, c in sent.items()}
        methods = {key: command.method for key, command in sent.items()}
        call = _Call("batch", {"halt": int(halt), "cmd": queries}, sent, not_after)
        result = self._send(call, at=at)["result"]
        answer = parse_batch(result, methods)
        self._count_and_tell(answer, sent)
        if usages := usages_in_batch(result, methods):
            self.pace.note(usages)
        errors = answer.errors
        refused = {methods[k] for k in errors if isinstance(errors[k], OperationTimeLimit)}
        if refused:
            self.pace.pause(sorted(refused))
        return replace(answer, errors={**errors, **paused})

    def _count_and_tell(self, answer: BatchAnswer, commands: Mapping[str, Command]) -> None:
        """Count what became of each command, and tell the errors."""
        for key, command in commands.items():
            error = answer.errors.get(key)
            is_harmless = command.may_lack and isinstance(error, OurFault)
            if is_harmless or not (error or key in answer.results):
                continue
            count_command(method=command.method, outcome=error.kind if error else GOOD)
            if error:
                self.tell(command.method, error)

    def _send(self, call: _Call, *, at: Moment) -> Any:
        try:
            return self._send_patiently(call, at=at)
        except RestError as answered:
            error = self._settled(answered) if is_open(answered, method=call.method) else answered
            self.tell(call.method, error)
            if error is answered:
                raise
            raise error from answered

    def _settled(self, error: RestError) -> RestError:
        """What an open ACCESS_DENIED means, by one more question with the same token."""
        pair = self.credentials.pair()
        if pair.access in self.let_in:
            return settled(error, None)
        try:
            at = self.reserve(question := Command(PROBE)).at
            until = at + PATIENCE_SECONDS
            self._send_once(_Call(PROBE, {}, {"": question}), pair, at=at, until=until)
        except RestError as refusal:
            return settled(error, refusal)
        return settled(error, None)

    def _send_patiently(self, call: _Call, *, at: Moment) -> Any:
        """One answered request, repeated while the portal says that nothing ran."""
        methods = tuple(command.method for command in call.commands.values())
        until = time.time() + PATIENCE_SECONDS
        pair = self.credentials.pair()
        pauses = iter(_PAUSES)
        can_renew = self.credentials.can_renew
        while True:
            endpoint = self.credentials.endpoint
            try:
                return self._send_once(call, pair, at=at.at, until=until)
            except OperationTimeLimit:
                if call.method != "batch":
                    self.pace.pause(methods)
                raise
            except NotExecuted as error:
                if error.retry in (Retry.REFRESHED, Retry.REROUTED) and can_renew:
                    pair = self.credentials.renew(pair)
                    if error.retry is Retry.REROUTED and self.credentials.endpoint == endpoint:
                        self.credentials.postpone(pair)
                        raise
                    can_renew = False
                else:
                    pause = next(pauses, None) if error.retry is Retry.BACKOFF else None
                    if pause is None or time.time() + pause > until:
                        raise
                    if isinstance(error, RateLimited):
                        # Everybody's next moment moves, ours too.
                        self.pace.hold_back(_jittered(pause))
                    else:
                        time.sleep(_jittered(pause))
            at = self.pace.reserve(methods, seconds=max(0.0, until - time.time()))

    def _send_once(self, call: _Call, pair: TokenPair, *, at: float, until: float) -> Any:
        method, commands = call.method, call.commands
        url = f"{self.credentials.endpoint.url}{method}"
        body = json.dumps({**call.params, "auth": pair.access}).encode()
        release_connection()
        give_back_turn()
        started = time.monotonic()
        status: int | None = None
        failure, outcome = "", GOOD
        data: dict[str, Any] = {}
        try:
            with slot(self.portal, at=at, until=max(at, until)):
                answer = post_json(url, body, not_after=call.not_after)
            status = answer.status
            data = read_answer(answer)
            check_answer(data, method=method, status=answer.status)
            self.let_in.add(pair.access)
        except RestError as error:
            outcome = error.kind
            failure = error.code if _CODE.fullmatch(error.code) else outcome
            if isinstance(error, PortalBusy):
                self.pace.give_back()
            raise
        finally:
            seconds = time.monotonic() - started
            count_call(method=method, outcome=outcome, seconds=seconds)
            told = record_of(method, commands, data, status=status, error=failure, seconds=seconds)
            self.record(told)
        if method != "batch" and (usage := usage_in(data.get("time"))):
            self.pace.note({method: usage})
        return data


def _jittered(pause: float) -> float:
    return pause * random.uniform(0.75, 1.25)  # noqa: S311 - spreads load, guards nothing
