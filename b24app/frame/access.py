"""From a launch or a frame session to the actor behind it, and a portal put right on the way.

A proven launch of an administrator may show that something is missing in the portal. That is
mended then and there, and no page waits for it longer than a moment.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from django.db import DatabaseError
from django.utils import timezone

from b24app.background import StillRunning, run_within
from b24app.db.connections import release_connection
from b24app.frame.session import FrameSession
from b24app.installation.install import (
    Report,
    can_mend,
    install,
    installer_reads,
    installer_reads_with_version,
    is_updated,
    scopes_in,
)
from b24app.models import Portal
from b24app.portals import notes
from b24app.portals.actors import Actor, SessionEnded, actor_of
from b24app.portals.admission import admit
from b24app.portals.registry import find_portal
from b24app.portals.trouble import note_error
from b24app.portals.verification import (
    LaunchRefused,
    Reads,
    verify_launch,
    verify_owner,
)
from b24app.protocol.launch import Launch
from b24app.rest.client import BatchAnswer
from b24app.rest.errors import AppNotInstalled, RestError, SignInUnreachable
from b24app.rest.remedy import Audience

log = logging.getLogger(__name__)
# What a page waits for a repair that it was asked to show; the repair itself goes on.
_PATIENCE_SECONDS = 3.0
_CLAIM, _PAUSE_SECONDS = "mended_by_visit", 3600
AnyReads = Reads | Callable[[Portal | None], Reads]


class LaunchFailed(Exception):
    """A true launch that came to nothing: why, and whether the person is a known administrator."""

    def __init__(self, error: RestError, *, is_admin: bool) -> None:
        super().__init__(str(error))
        self.error = error
        self.is_admin = is_admin


@dataclass(frozen=True)
class OpenedFrame:
    """A proven launch: who acts, in which session, and the answers to the page's reads.

    `was_blocked`: until this launch the portal was known to be in trouble.
    """

    actor: Actor
    session: FrameSession
    answer: BatchAnswer
    was_blocked: bool = False


@dataclass(frozen=True)
class Mending:
    """What a visit mended: the report, none where nothing was due, or it `is_running` still."""

    report: Report | None = None
    is_running: bool = False


_NOTHING_DUE = Mending()


def open_frame(
    launch: Launch,
    reads: AnyReads,
    *,
    entity_type: int = 0,
    entity_id: int = 0,
    is_install: bool = False,
) -> OpenedFrame:
    """The proven launch with the answers to `reads`, which may depend on what is known of a portal.

    Raises LaunchRefused, RestError, and LaunchFailed when it is known who met the error.
    """
    opened_at = timezone.now()
    portal = find_portal(launch.member_id)
    was_blocked = portal is not None and portal.state == Portal.State.BLOCKED
    reads = reads(portal) if callable(reads) else reads
    try:
        proof = verify_launch(launch, reads, portal=portal, is_install=is_install)
    except RestError as error:
        if portal is not None and _is_worth_knowing(error):
            raise LaunchFailed(error, is_admin=_is_admin(portal, launch, error)) from error
        raise
    actor = admit(
        proof,
        access=launch.access_token,
        refresh=launch.refresh_token,
        at=opened_at,
        application_token=launch.application_token,
    )
    session = FrameSession(
        portal_id=actor.portal.pk,
        epoch=actor.portal.epoch,
        user_id=actor.user.user_id,
        placement=launch.placement,
        entity_type=entity_type,
        entity_id=entity_id,
        language=launch.language,
        opened_at=int(time.time()),
    )
    return OpenedFrame(actor, session, actor.complete(reads, proof.answer), was_blocked)


def open_and_repair(
    launch: Launch, reads: AnyReads, *, entity_type: int = 0, entity_id: int = 0
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
    told = frame.answer.results.keys() | frame.answer.errors.keys()
    has_asked = told >= installer_reads().keys()
    is_urgent = _needs_repair(frame)
    if not is_urgent and not _shows_damage(frame):
        return frame, _NOTHING_DUE

    def mend() -> Report:
        answer = frame.answer if has_asked else frame.actor.ask(installer_reads_with_version())
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


def _is_worth_knowing(error: RestError) -> bool:
    """Whether it matters who met the error, and the OAuth server is there to say it."""
    return error.audience is Audience.ADMINISTRATOR and not isinstance(error, SignInUnreachable)


def _is_admin(portal: Portal, launch: Launch, error: RestError) -> bool:
    """Whether the launch is that of a known administrator; its error is believed if it is true.

    The posted token earned the error and is unproven: another app's would earn one of its own.
    """
    try:
        owner = verify_owner(
            portal.member_id, launch.access_token, oauth_server=portal.oauth_server
        )
    except (LaunchRefused, RestError) as doubt:
        log.warning("launch not proven: %s", doubt)
        return False
    if not isinstance(error, AppNotInstalled):
        # The OAuth server has just said that it is installed.
        note_error(portal, owner.user_id, error, method="batch")
    return portal.users.filter(user_id=owner.user_id, is_admin=True).exists()


def act(session: FrameSession) -> Actor:
    """The actor of a frame session, in one query; raises SessionEnded."""
    actor = actor_of(session.portal_id, session.user_id)
    if actor.portal.epoch != session.epoch:
        raise SessionEnded
    return actor


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
