"""All checks in their order; what cannot be looked at after a failure is left out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from b24app.operations.doctor import bindings, conversation, record, server
from b24app.operations.doctor.findings import Case, Finding
from b24app.operations.doctor.observation import Asking, Observation, observe
from b24app.spec import app_spec

# Each needs what the one before it has found in order.
_ONE_AFTER_ANOTHER: Sequence[Callable[[Case], Finding]] = (
    record.check_address,
    record.check_state,
    record.check_installer,
    record.check_tokens,
    conversation.check_server,
    conversation.check_sign_in,
    conversation.check_conversation,
)
_SIDE_BY_SIDE: Sequence[Callable[[Case], Finding]] = (
    conversation.check_administrator,
    conversation.check_clock,
    bindings.check_scopes,
    bindings.check_placements,
    bindings.check_event_handlers,
)


def diagnose(asked: str, asking: Asking | None = None) -> Iterator[Finding | Observation]:
    """The findings about this server and one portal, named by host or member id.

    With `asking` also how a portal that can be talked to behaves.
    """
    migrations = server.check_migrations()
    yield migrations
    if not migrations.is_good:
        return
    yield server.check_app_url()
    yield server.check_erasures()
    yield server.check_worker()
    yield server.check_events()
    portal = record.find(asked)
    if portal is None:
        problem = f"No portal with the host or member id {asked!r} has ever opened the app here."
        step = "Check the spelling; if it is right, ask its administrator to install the app."
        yield Finding("portal", problem, step)
        return
    case = Case(portal)
    for check in app_spec().load("doctor_checks"):
        yield check(portal)
    for check in _ONE_AFTER_ANOTHER:
        finding = check(case)
        yield finding
        if not finding.is_good:
            return
    yield from (check(case) for check in _SIDE_BY_SIDE)
    if asking:
        yield from observe(portal, asking)
