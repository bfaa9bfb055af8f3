"""Somebody who can act: a user on a portal, with a client that carries their own token."""

from __future__ import annotations

import logging
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.db import DatabaseError

from b24app.db.prepared import Given, PreparedSelect
from b24app.models import Portal, PortalUser
from b24app.portals.rate_limit import SharedPace
from b24app.portals.registry import learn_unbatchable, record_call
from b24app.portals.trouble import note_error
from b24app.portals.verification import ask_owner
from b24app.protocol.addresses import Endpoint
from b24app.rest.client import BatchAnswer, CallRecord, Client, Command
from b24app.rest.concurrency import Moment, is_write
from b24app.rest.errors import BatchForbidden, NotExecuted, Refused, RestError
from b24app.telemetry.logs import PORTAL
from b24app.tokens.store import StoredPair

log = logging.getLogger(__name__)
_USER = PreparedSelect(
    lambda: PortalUser.objects.select_related("portal").filter(
        portal=Given("portal"), user_id=Given("user_id")
    )
)


class SessionEnded(Exception):
    """The app was removed or installed anew since the frame was opened, or the user is unknown."""


@dataclass(frozen=True)
class Actor:
    """A user on a portal, with the client that carries their own token."""

    portal: Portal
    user: PortalUser
    client: Client

    def renew(self) -> None:
        """A newer pair of tokens for this person, now; raises what `StoredPair.renew` names."""
        credentials = self.client.credentials
        credentials.renew(credentials.pair())

    def ask(self, commands: Mapping[str, Command]) -> BatchAnswer:
        """The answers to reads, in one request where the portal allows it; learns where not.

        What refers to another answer is not asked alone.
        """
        together = {k: c for k, c in commands.items() if c.method not in self.portal.unbatchable}
        answer = self.client.batch(together, halt=False) if together else BatchAnswer({}, {})
        return self.complete(commands, answer)

    def complete(self, commands: Mapping[str, Command], answer: BatchAnswer) -> BatchAnswer:
        """`answer` with what the batch was not allowed to ask, asked by calls of their own.

        So is a read that the batch is silent about. A write may have been carried out: it is not
        sent again.
        """
        unsent = self._learn(commands, answer)
        results = dict(answer.results)
        errors = {key: error for key, error in answer.errors.items() if key not in unsent}
        for key, command in commands.items():
            if key in results or key in errors or not self._may_ask_alone(command):
                continue
            try:
                results[key] = self.client.call(command)
            except RestError as error:
                errors[key] = error
        return BatchAnswer(results, errors, answer.unfinished)

    def _may_ask_alone(self, command: Command) -> bool:
        was_unsent = command.method in self.portal.unbatchable
        return not command.may_lack and (was_unsent or not is_write(command.method))

    def send(
        self,
        key: str,
        commands: Mapping[str, Command],
        *,
        at: Moment | None = None,
        not_after: float = math.inf,
    ) -> BatchAnswer:
        """The write `key` with all that can go with it in one request, else the write alone.

        A refusal of the write is in the answer's errors, and so is BatchForbidden for what did not
        go with it; raises Unknown when the outcome of the write is open. Whatever was asked and
        renewed before, the write leaves before the unix time `not_after`, or never: NotSent.
        """
        if commands[key].method not in self.portal.unbatchable:
            answer = self.client.batch(commands, halt=False, at=at, not_after=not_after)
            self._learn(commands, answer)
            if not isinstance(answer.errors.get(key), BatchForbidden):
                return answer
            at = None
        try:
            result = self.client.call(commands[key], at=at, not_after=not_after)
            return BatchAnswer({key: result}, {})
        except (Refused, NotExecuted) as error:
            return BatchAnswer({}, {key: error})

    def write(self, key: str, command: Command, *, then: Mapping[str, Command]) -> BatchAnswer:
        """A write and the reads after it, in as few requests as the portal allows; as `send`."""
        answer = self.send(key, {key: command, **then})
        if command.method in self.portal.unbatchable:
            return answer.followed_by(self.ask(then))
        return self.complete(then, answer)

    def _learn(self, commands: Mapping[str, Command], answer: BatchAnswer) -> set[str]:
        """Remember what the portal refuses inside a batch; the keys of what it did not do so."""
        refused = {k for k, e in answer.errors.items() if isinstance(e, BatchForbidden)}
        if refused:
            methods = {commands[key].method for key in refused & commands.keys()}
            learn_unbatchable(self.portal, methods)
        return refused


def actor_of(portal_id: int, user_id: int) -> Actor:
    """A user of a portal with the tokens of their last launch; raises SessionEnded."""
    user = _USER.select_one(portal=portal_id, user_id=user_id)
    if user is None or not user.portal.is_usable:
        raise SessionEnded
    return actor_for(user.portal, user)


def background_actor(portal_id: int, user_id: int) -> Actor:
    """As `actor_of`, for work that nobody waits for: its calls leave the portal to those of people.

    Raises SessionEnded.
    """
    actor = actor_of(portal_id, user_id)
    pace = SharedPace(actor.portal.member_id, is_last=True)
    return replace(actor, client=replace(actor.client, pace=pace))


def actor_for(portal: Portal, user: PortalUser) -> Actor:
    """The actor for a row of theirs that is at hand."""

    def record(call: CallRecord) -> None:
        try:
            record_call(portal, user.user_id, call)
        except DatabaseError:
            # The journal must not change the outcome of the call that it describes.
            log.exception("call not recorded")

    def tell(method: str, error: RestError) -> None:
        note_error(portal, user.user_id, error, method=method)

    def whose(endpoint: Endpoint, access: str) -> int:
        return ask_owner(portal.member_id, endpoint, access, record=record)

    PORTAL.set(portal.pk)
    client = Client(
        portal=portal.member_id,
        pace=SharedPace(portal.member_id),
        credentials=StoredPair(user, whose),
        record=record,
        tell=tell,
    )
    return Actor(portal, user, client)
