"""A launch that also puts the portal right: what its administrator's visit can mend by itself.

Opening and installing are the same as ever; this file alone knows when one calls for the other, and
that no page waits for it longer than a moment.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from django.db import DatabaseError

from b24app.background import StillRunning, run_within
from b24app.db.connections import release_connection
from b24app.frame.access import OpenedFrame, Reads, open_frame
from b24app.installation.install import (
    READS,
    READS_WITH_VERSION,
    Report,
    can_mend,
    install,
    is_updated,
    scopes_in,
)
from b24app.models import Portal
from b24app.portals import notes
from b24app.protocol.launch import Launch
from b24app.rest.errors import RestError

log = logging.getLogger(__name__)
# What a page waits for a repair that it was asked to show; the repair itself goes on.
_PATIENCE_SECONDS = 3.0
_CLAIM, _PAUSE_SECONDS = "mended_by_visit", 3600


@dataclass(frozen=True)
class Mending:
    """What a visit mended: the report, none where nothing was due, or it `is_running` still."""

    report: Report | None = None
    is_running: bool = False


_NOTHING_DUE = Mending()


def open_and_repair(
    launch: Launch, reads: Reads, *, entity_type: int = 0, entity_id: int = 0
) -> tuple[OpenedFrame, Mending]:
    """The frame as `open_frame` opens it, and what came of a repair if one was due.

    A repair is due when an administrator opens a portal that was in trouble, came back from a
    removal, or has other permissions than at the installation; and once an hour when their own
    answers show that something bound is missing, or that the app was updated. It never costs the
    page, and with nothing due it costs nothing.
    """
    frame = open_frame(launch, reads, entity_type=entity_type, entity_id=entity_id)
    if not frame.actor.user.is_admin:
        return frame, _NOTHING_DUE
    has_asked = not callable(reads) and reads.keys() >= READS.keys()
    is_urgent = _needs_repair(frame)
    if not is_urgent and not _shows_damage(frame):
        return frame, _NOTHING_DUE

    def mend() -> Report:
        answer = frame.answer if has_asked else frame.actor.ask(READS_WITH_VERSION)
        return install(frame.actor, answer)

    release_connection()
    try:
        report = run_within(_PATIENCE_SECONDS if has_asked or is_urgent else 0.0, mend)
    except StillRunning:
        return frame, Mending(is_running=True)
    except (RestError, DatabaseError) as error:
        log.warning("%s not repaired: %s", frame.actor.portal, error)
        return frame, _NOTHING_DUE
    if has_asked:
        frame = replace(frame, answer=report.answer)
    return frame, Mending(report)


def _needs_repair(frame: OpenedFrame) -> bool:
    portal = frame.actor.portal
    try:
        has_other_scopes = set(scopes_in(frame.answer)) != set(portal.scopes)
    except RestError:
        has_other_scopes = False
    return frame.was_blocked or portal.state != Portal.State.ACTIVE or has_other_scopes


def _shows_damage(frame: OpenedFrame) -> bool:
    """Whether the visit's own answers show something to mend, and nobody did this hour.

    The place where damage is seen without a click: nothing is asked for it.
    """
    portal = frame.actor.portal
    if not (can_mend(portal, frame.answer) or is_updated(portal, frame.answer)):
        return False
    try:
        return notes.claim(portal, _CLAIM, seconds=_PAUSE_SECONDS)
    except DatabaseError:
        log.exception("%s not repaired", portal)
        return False
