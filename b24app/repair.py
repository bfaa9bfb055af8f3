"""A launch that also puts the portal right: what its administrator's visit can mend by itself.

Opening and installing are the same as ever; this file alone knows when one calls for the other.
"""

from __future__ import annotations

import logging
from dataclasses import replace

from b24app.access import OpenedFrame, Reads, open_frame
from b24app.install import READS, Report, install
from b24app.launch import Launch
from b24app.models import Portal
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import RestError

log = logging.getLogger(__name__)


def open_and_repair(
    launch: Launch, reads: Reads, *, entity_type: int = 0, entity_id: int = 0
) -> tuple[OpenedFrame, Report | None]:
    """The frame as `open_frame` opens it, and the report of a repair if one was due.

    A repair is due when an administrator opens a portal that was in trouble, came back from a
    removal, or has other permissions than at the installation. It never costs the page.
    """
    frame = open_frame(launch, reads, entity_type=entity_type, entity_id=entity_id)
    if not (frame.actor.user.is_admin and _needs_repair(frame)):
        return frame, None
    has_asked = not callable(reads) and reads.keys() >= READS.keys()
    try:
        report = install(frame.actor, frame.answer if has_asked else frame.actor.ask(READS))
        if has_asked:
            frame = replace(frame, answer=_renewed(frame.answer, frame.actor.ask(READS)))
        return frame, report
    except RestError as error:
        log.warning("%s not repaired: %s", frame.actor.portal, error)
        return frame, None


def _renewed(old: BatchAnswer, new: BatchAnswer) -> BatchAnswer:
    """The answers after a repair; a read that fails now gave its answer before."""
    results = {**old.results, **new.results}
    return BatchAnswer(results, {k: e for k, e in old.errors.items() if k not in results})


def _needs_repair(frame: OpenedFrame) -> bool:
    portal = frame.actor.portal
    granted = frame.answer.results.get("scopes", portal.scopes)
    has_other_scopes = isinstance(granted, list) and set(map(str, granted)) != set(portal.scopes)
    return frame.was_blocked or portal.state != Portal.State.ACTIVE or has_other_scopes
