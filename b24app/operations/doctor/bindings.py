"""Checks of what the portal grants and has bound, by its answers to an administrator."""

from __future__ import annotations

from collections import Counter

from django.conf import settings

from b24app.installation.install import check_grants
from b24app.installation.placements import EVENTS, rows_in
from b24app.operations.doctor.findings import Case, Finding
from b24app.operations.doctor.wordings import finding_of
from b24app.rest.errors import RestError
from b24app.spec import app_spec

_REPAIR = "Ask an administrator of the portal to open the app and to press Repair."
_UPDATE = "Ask an administrator of the portal to update or reinstall the app in the Market."


def check_scopes(case: Case) -> Finding:
    """Whether the permissions and the method that the app needs are there."""
    missing = [finding for finding in check_grants(case.answer) if finding.is_good is False]
    if not missing:
        return Finding("permissions")
    needed = [finding.subject for finding in missing if finding.is_required]
    names = ", ".join(finding.subject for finding in missing)
    how = "Without them the app does not work" if needed else "Some of the app does not work"
    return Finding("permissions", f"Not granted: {names}. {how}.", _UPDATE)


def check_placements(case: Case) -> Finding:
    """Whether each place is bound once, and to our address."""
    try:
        bound = _pairs(case, "placements", "placement")
    except RestError as error:
        return finding_of(error, subject="places in the portal")
    wanted = app_spec().placements
    problems = []
    for placement in wanted:
        ours = (placement.code, settings.APP_URL + placement.path)
        if bound[ours] == 0:
            problems.append(f"{placement.code} is not bound")
        if bound[ours] > 1:
            problems.append(f"{placement.code} is bound twice")
    own = {(placement.code, settings.APP_URL + placement.path) for placement in wanted}
    stale = sorted(f"{code} leads to {handler}" for code, handler in bound.keys() - own)
    problems += [f"{text}, which is not ours" for text in stale]
    if not problems:
        return Finding("places in the portal")
    return Finding("places in the portal", "; ".join(problems) + ".", _REPAIR)


def check_event_handlers(case: Case) -> Finding:
    """Whether the portal tells us what happens to the app."""
    try:
        bound = _pairs(case, "events", "event")
    except RestError as error:
        return finding_of(error, subject="event handlers")
    handler = f"{settings.APP_URL}/events/"
    missing = [event for event in EVENTS if bound[event, handler] == 0]
    stale = sorted({address for _, address in bound} - {handler})
    problems = [f"{event} is not bound" for event in missing]
    problems += [f"events also go to {address}" for address in stale]
    if not problems:
        return Finding("event handlers")
    return Finding("event handlers", "; ".join(problems) + ".", _REPAIR)


def _pairs(case: Case, key: str, name: str) -> Counter[tuple[str, str]]:
    """How often each (code, handler) is bound; raises RestError where the portal did not say."""
    return Counter(
        (str(row.get(name, "")).upper(), str(row.get("handler", "")))
        for row in rows_in(case.answer, key)
    )
