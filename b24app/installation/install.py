"""Installing: what the portal grants, what gets bound, and the verdict that the person reads.

Running it again on the same portal changes nothing that is right already. Only an administrator's
token can bind (b24restdocs: api-reference/widgets/placement-bind.md).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from b24app.installation import bindings, placements
from b24app.installation.check import Check
from b24app.models import Portal
from b24app.portals import notes
from b24app.portals.actors import Actor
from b24app.portals.registry import block_portal, complete_install
from b24app.portals.verification import IDENTITY
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import MethodMissing, RestError, ScopeMissing, UnreadableAnswer
from b24app.rest.responses import as_list
from b24app.spec import app_spec

MENDED, _VERSION = "mended", "bound_version"


class Verdict(StrEnum):
    READY = "ready"
    LIMITED = "limited"
    OPEN = "open"
    IMPOSSIBLE = "impossible"
    NOT_ADMIN = "not_admin"


@cache
def installer_reads() -> Mapping[str, Command]:
    """What has to be known of a portal before anything is bound."""
    methods = {m.name: Command("method.get", {"name": m.name}) for m in app_spec().methods}
    return {"scopes": Command("scope"), **methods, **placements.READS}


def installer_reads_with_version() -> Mapping[str, Command]:
    """The same outside a launch, which asks for the version anyway."""
    return {**installer_reads(), "app": IDENTITY["app"]}


@dataclass(frozen=True)
class Report:
    """What the installer found and did.

    `answer` holds the reads as they are afterwards, `mended` the subjects that it put right.
    """

    verdict: Verdict
    checks: tuple[Check, ...]
    answer: BatchAnswer
    mended: tuple[str, ...] = ()


def install(actor: Actor, answer: BatchAnswer) -> Report:
    """Check, bind and complete, on the answers to `installer_reads`; raises RestError.

    Installing and repairing are the same: what is right already stays as it is.
    """
    portal = actor.portal
    if not actor.user.is_admin:
        return Report(Verdict.NOT_ADMIN, (), answer)
    checks = check_needs(answer)
    mended: tuple[str, ...] = ()
    is_new = portal.state == Portal.State.INSTALLING
    if not _fails(checks):
        found = bindings.check_bindings(portal, answer)
        answer, errors = bindings.put_right(actor, answer)
        bound = bindings.check_bindings(portal, answer, errors)
        checks += bound
        was_bad = {check.subject for check in found if check.is_bad}
        is_open = {check.subject for check in bound if not check.is_good or check.is_absent}
        mended = () if is_new else tuple(sorted(was_bad - is_open))
    report = Report(_verdict(checks), tuple(checks), answer, mended)
    if report.verdict in (Verdict.READY, Verdict.LIMITED) or (
        report.verdict is Verdict.OPEN and not is_new
    ):
        scopes = scopes_in(answer)
        complete_install(portal, installer_id=actor.user.user_id, scopes=scopes)
        _remember(portal, report)
    elif not app_spec().required_scopes <= set(scopes_in(answer)):
        block_portal(portal, ScopeMissing())
    return report


def check_needs(answer: BatchAnswer) -> list[Check]:
    """What the portal grants and knows; raises RestError where it does not say its permissions."""
    scopes = scopes_in(answer)
    return [
        *(Check(s.code, s.code in scopes, s.is_required) for s in app_spec().scopes),
        *(_check_method(answer, m.name, may_use=m.scope in scopes) for m in app_spec().methods),
    ]


def can_mend(portal: Portal, answer: BatchAnswer) -> bool:
    """Whether an administrator's answers show something missing that the installer can bind."""
    try:
        is_possible = not _fails(check_needs(answer))
    except RestError:
        return False
    return is_possible and bool(bindings.bound_at(portal, answer).commands())


def is_updated(portal: Portal, answer: BatchAnswer) -> bool:
    """Whether the app has another version than when it was bound.

    An update takes handlers away (b24restdocs: api-reference/events/event-bind.md).
    """
    known, now = portal.notes.get(_VERSION), _version_in(answer)
    return bool(known and now) and known != now


def scopes_in(answer: BatchAnswer) -> list[str]:
    """The permissions that the portal names; raises RestError."""
    return [str(scope) for scope in as_list(answer.value("scopes"), of="scopes")]


def _check_method(answer: BatchAnswer, name: str, *, may_use: bool) -> Check:
    """Whether the portal has the method; one too old for the question is not refused for it."""
    if not may_use:
        # Its being there says nothing of its use.
        return Check(name, None, True)
    try:
        known = answer.value(name)
    except MethodMissing:
        return Check(name, True, True)
    except RestError as error:
        return Check(name, None, True, error)
    if not isinstance(known, dict):
        return Check(name, None, True, UnreadableAnswer(text="not a method"))
    return Check(name, known.get("isExisting") is not False, True)


def _remember(portal: Portal, report: Report) -> None:
    """What was put right, and the version of the app whose events are bound."""
    facts: dict[str, object] = {}
    if report.mended:
        facts[MENDED] = {"at": int(time.time()), "subjects": list(report.mended)}
    version = _version_in(report.answer)
    has_events = any(f.subject == "events" and f.is_good for f in report.checks)
    if version and has_events and portal.notes.get(_VERSION) != version:
        facts[_VERSION] = version
    if facts:
        notes.keep(portal, **facts)


def _version_in(answer: BatchAnswer) -> str:
    app = answer.results.get("app")
    return str(app.get("VERSION") or "")[:20] if isinstance(app, dict) else ""


def _fails(checks: list[Check]) -> bool:
    return any(check.is_bad and check.is_required for check in checks)


def _verdict(checks: list[Check]) -> Verdict:
    if _fails(checks):
        return Verdict.IMPOSSIBLE
    doubtful = [check for check in checks if not check.is_good]
    if any(check.is_required for check in doubtful):
        return Verdict.OPEN
    return Verdict.LIMITED if doubtful else Verdict.READY
