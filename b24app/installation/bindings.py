"""A portal's bindings as the portal says them, and the writes that put them right.

The place where it is decided that something is bound: by reading it back. What a write answers
decides nothing, and ERROR_CORE least of all: it stands for "bound already" and for any fault alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from b24app.installation import placements
from b24app.installation.check import Check
from b24app.installation.placements import Bound, bound_in
from b24app.models import Portal
from b24app.portals import notes
from b24app.portals.actors import Actor
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import RestError, ScopeMissing
from b24app.spec import app_spec

_NOT_KEPT = "languages_not_kept"
# The reads come on top, and a batch takes 50.
_PER_BATCH = 48
_NOTHING: Mapping[str, RestError] = {}


def bound_at(portal: Portal, answer: BatchAnswer) -> Bound:
    """What is bound, by an administrator's answers to the reads of `placements`."""
    return bound_in(
        answer,
        app_spec().placements,
        app_url=settings.APP_URL,
        not_kept=portal.notes.get(_NOT_KEPT, ()),
    )


def check_bindings(
    portal: Portal, answer: BatchAnswer, errors: Mapping[str, RestError] = _NOTHING
) -> list[Check]:
    """One check a place, one for all events, and one for what does not belong there.

    `errors` are those of the writes, and tell no more than why.
    """
    bound = bound_at(portal, answer)
    unread = {key: _unread(answer, key) for key in placements.READS}
    checks = []
    for place in bound.wanted:
        why = errors.get(f"bind_{place.code}") or unread["placements"]
        checks.append(_check(place.code, bound.has(place), why, is_required=place.is_required))
    whys = [errors.get(f"bind_{event}") for event in placements.EVENTS]
    why = next(filter(None, whys), unread["events"])
    checks.append(_check("events", bound.hears(), why))
    if bound.strays():
        whys = [error for key, error in errors.items() if key.startswith("unbind_")]
        checks.append(_check("strays", False, next(iter(whys), None)))
    return checks


def is_bound(portal: Portal, answer: BatchAnswer) -> bool | None:
    """Whether the bindings are all and only ours; None where that cannot be told."""
    goods = [check.is_good for check in check_bindings(portal, answer)]
    return False if False in goods else None if None in goods else True


def put_right(actor: Actor, answer: BatchAnswer) -> tuple[BatchAnswer, Mapping[str, RestError]]:
    """Bind what is missing: the answer as it is afterwards, and the errors of the writes.

    Raises RestError when the portal did not take the writes as a whole.
    """
    commands = bound_at(actor.portal, answer).commands()
    if not commands:
        return answer, {}
    done, seen = _carry_out(actor, commands)
    results = {k: v for k, v in answer.results.items() if k not in seen} | {
        key: done.results[key] for key in seen if key in done.results
    }
    errors = {k: e for k, e in answer.errors.items() if k not in seen} | {
        key: done.errors[key] for key in seen if key in done.errors
    }
    after = BatchAnswer(results, errors)
    written = {command.params["PLACEMENT"] for command in _binds(commands, done)}
    _learn_languages(actor.portal, bound_at(actor.portal, after).languages_left_out(written))
    return after, {key: error for key, error in done.errors.items() if key in commands}


def _carry_out(
    actor: Actor, commands: Mapping[str, Command]
) -> tuple[BatchAnswer, Mapping[str, Command]]:
    """The answers to the commands and to the reads after them, and which reads those were."""
    families = {command.method.partition(".")[0] for command in commands.values()}
    reads = {k: c for k, c in placements.READS.items() if c.method.partition(".")[0] in families}
    results: dict[str, Any] = {}
    errors: dict[str, RestError] = {}
    keys = list(commands)
    for start in range(0, len(keys), _PER_BATCH):
        part = {key: commands[key] for key in keys[start : start + _PER_BATCH]}
        is_last = start + _PER_BATCH >= len(keys)
        done = actor.ask({**part, **reads} if is_last else part)
        results |= done.results
        errors |= done.errors
    if {command.method for command in commands.values()} & set(actor.portal.unbatchable):
        # What is called by itself runs after the batch that has read.
        done = actor.ask(reads)
        old = {k: v for k, v in results.items() if k not in reads}
        errors = {k: e for k, e in errors.items() if k not in reads}
        results = {**old, **done.results}
        errors |= done.errors
    return BatchAnswer(results, errors), reads


def _binds(commands: Mapping[str, Command], done: BatchAnswer) -> list[Command]:
    """The placements that the portal says it has bound."""
    return [
        command
        for key, command in commands.items()
        if command.method == "placement.bind" and key in done.results
    ]


def _learn_languages(portal: Portal, left_out: set[str]) -> None:
    """A portal has the languages that it has: what it leaves out is not sent again and again."""
    known = set(portal.notes.get(_NOT_KEPT, ()))
    if left_out - known:
        notes.keep(portal, **{_NOT_KEPT: sorted(known | left_out)})


def _unread(answer: BatchAnswer, key: str) -> RestError | None:
    try:
        placements.rows_in(answer, key)
    except RestError as error:
        return error
    return None


def _check(
    subject: str, is_good: bool | None, why: RestError | None, *, is_required: bool = False
) -> Check:
    if is_good is None and isinstance(why, ScopeMissing):
        # Without the permission nothing of it is shown, whatever is bound.
        is_good = False
    return Check(subject, is_good, is_required, None if is_good else why)
