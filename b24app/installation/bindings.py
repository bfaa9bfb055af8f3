"""A portal's bindings as the portal says them, and the writes that put them right.

The place where it is decided that something is bound: by reading it back. What a write answers
decides nothing, and ERROR_CORE least of all: it stands for "bound already" and for any fault alike.
"""

from __future__ import annotations

from collections.abc import Mapping

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
    not_kept = portal.notes.get(_NOT_KEPT, ())
    return bound_in(answer, app_spec().placements, app_url=settings.APP_URL, not_kept=not_kept)


def check_bindings(
    portal: Portal, answer: BatchAnswer, errors: Mapping[str, RestError] = _NOTHING
) -> list[Check]:
    """One check a placement, one for all events, and one for what does not belong there.

    `errors` are those of the writes, and tell no more than why.
    """
    bound = bound_at(portal, answer)
    checks = []
    for each in bound.wanted:
        why = errors.get(f"bind_{each.code}") or bound.unread.get("placements")
        checks.append(_check(each.code, bound.has(each), why, is_required=each.is_required))
    whys = [errors.get(f"bind_{event}") for event in placements.EVENTS]
    why = next(filter(None, whys), bound.unread.get("events"))
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
    done = _carry_out(actor, commands)
    after = answer.followed_by(done)
    written = {
        command.params["PLACEMENT"]
        for key, command in commands.items()
        if command.method == "placement.bind" and key in done.results
    }
    _learn_languages(actor.portal, bound_at(actor.portal, after).languages_left_out(written))
    return after, {key: error for key, error in done.errors.items() if key in commands}


def _carry_out(actor: Actor, commands: Mapping[str, Command]) -> BatchAnswer:
    """The answers to the commands and to the reads of what they change, after them."""
    families = {command.method.partition(".")[0] for command in commands.values()}
    reads = {k: c for k, c in placements.READS.items() if c.method.partition(".")[0] in families}
    done, rest = BatchAnswer({}, {}), list(commands.items())
    while rest:
        part, rest = dict(rest[:_PER_BATCH]), rest[_PER_BATCH:]
        done = done.followed_by(actor.ask(part if rest else {**part, **reads}))
    if {command.method for command in commands.values()} & set(actor.portal.unbatchable):
        # What is called by itself runs after the batch that has read.
        return done.followed_by(actor.ask(reads))
    return done


def _learn_languages(portal: Portal, left_out: set[str]) -> None:
    """A portal has the languages that it has: what it leaves out is not sent again and again."""
    known = set(portal.notes.get(_NOT_KEPT, ()))
    if left_out - known:
        notes.keep(portal, **{_NOT_KEPT: sorted(known | left_out)})


def _check(
    subject: str, is_good: bool | None, why: RestError | None, *, is_required: bool = False
) -> Check:
    if is_good is None and isinstance(why, ScopeMissing):
        # Without the permission nothing of it is shown, whatever is bound.
        is_good = False
    return Check(subject, is_good, is_required, None if is_good else why)
