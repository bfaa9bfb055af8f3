"""Checks of what the portal grants and has bound, by its answers to an administrator."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings

from b24app.installation.bindings import unknown_places
from b24app.installation.install import check_needs
from b24app.installation.placements import EVENTS, handlers_in
from b24app.operations.doctor.findings import REPAIR, Case, Finding
from b24app.operations.doctor.wordings import finding_of
from b24app.rest.errors import RestError
from b24app.spec import app_spec

_UPDATE = "Ask an administrator of the portal to update or reinstall the app in the Market."


def check_scopes(case: Case) -> Finding:
    """Whether the permissions and the method that the app needs are there."""
    missing = [check for check in check_needs(case.answer) if check.is_bad]
    names = ", ".join(check.subject for check in missing)
    is_needed = any(check.is_required for check in missing)
    how = "Without them the app does not work" if is_needed else "Some of the app does not work"
    return Finding("permissions", f"Not granted: {names}. {how}." if missing else "", _UPDATE)


def check_placements(case: Case) -> Finding:
    """Whether each placement that the portal has is bound once, and to our address."""
    places = [p for p in app_spec().placements if p.code not in unknown_places(case.portal)]
    wanted = [(each.code, settings.APP_URL + each.path) for each in places]
    return _compared(case, "placements", wanted, subject="placements")


def check_event_handlers(case: Case) -> Finding:
    """Whether the portal tells us what happens to the app."""
    wanted = [(event, f"{settings.APP_URL}/events/") for event in EVENTS]
    return _compared(case, "events", wanted, subject="event handlers")


def _compared(case: Case, key: str, wanted: Iterable[tuple[str, str]], *, subject: str) -> Finding:
    """What is bound, by code and address, against what should be."""
    try:
        bound = handlers_in(case.answer, key)
    except RestError as error:
        return finding_of(error, subject=subject)
    counts = {(code, address): len(bound.pop((code, address), ())) for code, address in wanted}
    problems = [
        f"{code} is {'bound twice' if count else 'not bound'}"
        for (code, _), count in counts.items()
        if count != 1
    ]
    problems += [f"{code} leads to {address}, which is not ours" for code, address in sorted(bound)]
    return Finding(subject, "; ".join(problems) + "." if problems else "", REPAIR)
