"""Installing: what the portal grants, what gets bound, and the verdict that the person reads.

Running it again on the same portal changes nothing that is right already. Only an administrator's
token can bind (b24restdocs: api-reference/widgets/placement-bind.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from b24app import placements
from b24app.actors import Actor
from b24app.placements import Placement
from b24app.portals import block_portal, complete_install
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import RestError, ScopeMissing, UnreadableAnswer
from b24app.troubles import REQUIRED_SCOPES

OPTIONAL_SCOPES = ("pay_system", "salescenter")
READS = {
    "scopes": Command("scope"),
    "method": Command("method.get", {"name": "crm.item.payment.add"}),
    **placements.READS,
}
_ALREADY_BOUND = "ERROR_CORE"
_PER_BATCH = 50


class Verdict(StrEnum):
    READY = "ready"
    LIMITED = "limited"
    IMPOSSIBLE = "impossible"
    NOT_ADMIN = "not_admin"


@dataclass(frozen=True)
class Finding:
    """One check of the installer: the thing looked at, and how it went."""

    subject: str
    is_good: bool
    is_required: bool
    error: RestError | None = None


@dataclass(frozen=True)
class Report:
    """What the installer found and did."""

    verdict: Verdict
    findings: tuple[Finding, ...]


def install(actor: Actor, answer: BatchAnswer) -> Report:
    """Check, bind and complete, on the answers to READS; raises RestError.

    Installing and repairing are the same: what is right already stays as it is.
    """
    if not actor.user.is_admin:
        return Report(Verdict.NOT_ADMIN, ())
    findings = check(answer)
    if all(finding.is_good for finding in findings if finding.is_required):
        findings += _bind(actor, answer)
    report = Report(_verdict(findings), tuple(findings))
    if report.verdict is not Verdict.IMPOSSIBLE:
        complete_install(actor.portal, installer_id=actor.user.user_id, scopes=_scopes(answer))
    elif not set(REQUIRED_SCOPES) <= set(_scopes(answer)):
        block_portal(actor.portal, ScopeMissing())
    return report


def check(answer: BatchAnswer) -> list[Finding]:
    """What the portal grants and knows."""
    scopes = _scopes(answer)
    return [
        *(Finding(scope, scope in scopes, True) for scope in REQUIRED_SCOPES),
        *(Finding(scope, scope in scopes, False) for scope in OPTIONAL_SCOPES),
        Finding("crm.item.payment.add", _has_method(answer), True),
    ]


def is_bound(answer: BatchAnswer) -> bool:
    """Whether the portal's bindings are all and only ours, by an administrator's answers."""
    return not _commands(import_string(settings.PLACEMENTS), answer)


def _commands(wanted: Iterable[Placement], answer: BatchAnswer) -> dict[str, Command]:
    return placements.binding_commands(
        wanted,
        app_url=settings.APP_URL,
        bound=answer.value("placements"),
        events=answer.value("events"),
    )


def _bind(actor: Actor, answer: BatchAnswer) -> list[Finding]:
    """Bind what is missing; one finding a place, one for all events."""
    wanted = import_string(settings.PLACEMENTS)
    commands = _commands(wanted, answer)
    done = _run(actor, commands)
    findings = []
    for index, placement in enumerate(wanted):
        error = _binding_error(done, f"bind_{placement.code}")
        findings.append(Finding(placement.code, error is None, index == 0, error))
    event_errors = [_binding_error(done, f"bind_{event}") for event in placements.EVENTS]
    failed = next((error for error in event_errors if error), None)
    findings.append(Finding("events", failed is None, False, failed))
    return findings


def _run(actor: Actor, commands: Mapping[str, Command]) -> BatchAnswer:
    """All commands in as few batches as the portal's limit of 50 allows."""
    results: dict[str, Any] = {}
    errors: dict[str, RestError] = {}
    keys = list(commands)
    for start in range(0, len(keys), _PER_BATCH):
        part = {key: commands[key] for key in keys[start : start + _PER_BATCH]}
        answer = actor.client.batch(part, halt=False)
        results |= answer.results
        errors |= answer.errors
    return BatchAnswer(results, errors)


def _binding_error(done: BatchAnswer, key: str) -> RestError | None:
    """The error of a bind; somebody else's identical bind in between is none."""
    error = done.errors.get(key)
    return None if error is None or error.code == _ALREADY_BOUND else error


def _scopes(answer: BatchAnswer) -> list[str]:
    scopes = answer.value("scopes")
    if not isinstance(scopes, list):
        raise UnreadableAnswer(text="not a list of scopes")
    return [str(scope) for scope in scopes]


def _has_method(answer: BatchAnswer) -> bool:
    """Whether the portal knows payments; one too old for the question is not refused for it."""
    known = answer.results.get("method")
    return known.get("isExisting") is not False if isinstance(known, dict) else True


def _verdict(findings: list[Finding]) -> Verdict:
    if all(finding.is_good for finding in findings):
        return Verdict.READY
    if all(finding.is_good for finding in findings if finding.is_required):
        return Verdict.LIMITED
    return Verdict.IMPOSSIBLE
