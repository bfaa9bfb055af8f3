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
from b24app.rest.errors import PlaceUnknown, RestError, ScopeMissing
from b24app.spec import app_spec

_NOT_KEPT, _UNKNOWN = "languages_not_kept", "places_unknown"
# The reads come on top, and a batch takes 50.
_PER_BATCH = 48
_NOTHING: Mapping[str, RestError] = {}


def bound_at(portal: Portal, answer: BatchAnswer, *, everywhere: bool = False) -> Bound:
    """What is bound, by an administrator's answers to the reads of `placements`.

    Places that the portal was found not to have count only where `everywhere` is looked at.
    """
    not_kept = portal.notes.get(_NOT_KEPT, ())
    unknown = () if everywhere else unknown_places(portal)
    wanted = [each for each in app_spec().placements if each.code not in unknown]
    return bound_in(answer, wanted, app_url=settings.APP_URL, not_kept=not_kept)


def unknown_places(portal: Portal) -> frozenset[str]:
    """The codes of places that the app can do without and the portal does not have."""
    known = {each.code for each in app_spec().placements if not each.is_required}
    return frozenset(portal.notes.get(_UNKNOWN, ())) & known


def absent_places(portal: Portal) -> list[Check]:
    """A check for each of them, which is good: nobody can put it right."""
    return [Check(code, True, False, is_absent=True) for code in sorted(unknown_places(portal))]


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
    return checks + absent_places(portal)


def is_bound(portal: Portal, answer: BatchAnswer) -> bool | None:
    """Whether the bindings are all and only ours; None where that cannot be told."""
    goods = [check.is_good for check in check_bindings(portal, answer)]
    return False if False in goods else None if None in goods else True


def put_right(actor: Actor, answer: BatchAnswer) -> tuple[BatchAnswer, Mapping[str, RestError]]:
    """Bind what is missing: the answer as it is afterwards, and the errors of the writes.

    Places that the portal did not have are tried again: it may have been updated. Raises RestError
    when the portal did not take the writes as a whole.
    """
    commands = bound_at(actor.portal, answer, everywhere=True).commands()
    if not commands:
        return answer, {}
    done = _carry_out(actor, commands)
    after = answer.followed_by(done)
    written = {
        command.params["PLACEMENT"]
        for key, command in commands.items()
        if command.method == "placement.bind" and key in done.results
    }
    _learn_places(actor.portal, commands, done)
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


def _learn_places(portal: Portal, commands: Mapping[str, Command], done: BatchAnswer) -> None:
    """Which of the places just tried the portal does not have."""
    binds = {key: each for key, each in commands.items() if each.method == "placement.bind"}
    tried = {key: str(each.params["PLACEMENT"]) for key, each in binds.items()}
    refused = {
        code for key, code in tried.items() if isinstance(done.errors.get(key), PlaceUnknown)
    }
    before = set(portal.notes.get(_UNKNOWN, ()))
    unknown = (before - set(tried.values())) | refused
    if unknown != before:
        notes.keep(portal, **{_UNKNOWN: sorted(unknown)})


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
