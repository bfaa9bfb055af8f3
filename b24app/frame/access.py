"""From a launch or a frame session to the actor behind it: proven, stored, and put to work."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from django.conf import settings
from django.utils import timezone

from b24app.db.connections import release_connection
from b24app.frame.session import FrameSession
from b24app.models import Portal
from b24app.portals.actors import Actor, SessionEnded, actor_for, actor_of
from b24app.portals.registry import (
    accept_tokens,
    adopt_portal,
    find_portal,
    has_application_token,
    keep_application_token,
    record_call,
    settle_installer,
)
from b24app.portals.trouble import note_answers, note_error
from b24app.portals.verification import (
    LaunchRefused,
    prove_at_oauth_server,
    prove_at_stored_address,
    prove_owner,
    prove_token,
)
from b24app.protocol.launch import Launch
from b24app.rest.address_errors import SignInServerUnknown
from b24app.rest.client import BatchAnswer, Command
from b24app.rest.errors import (
    AppNotInstalled,
    Audience,
    RestError,
    SignInUnreachable,
)

log = logging.getLogger(__name__)
Reads = Mapping[str, Command] | Callable[[Portal | None], Mapping[str, Command]]


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


def open_frame(
    launch: Launch,
    reads: Reads,
    *,
    entity_type: int = 0,
    entity_id: int = 0,
    is_install: bool = False,
) -> OpenedFrame:
    """The proven launch with the answers to `reads`, which may depend on what is known of a portal.

    Raises LaunchRefused, RestError, and LaunchFailed when it is known who met the error.
    An installation is always proven by the OAuth server, because it may be a new one.
    """
    if launch.oauth_server and launch.oauth_server not in settings.B24_OAUTH_SERVERS:
        # Words without data, which any portal may show: nothing was asked, and nothing is stored.
        raise SignInServerUnknown(launch.oauth_server.partition("://")[2])
    opened_at = timezone.now()
    portal = find_portal(launch.member_id)
    was_blocked = portal is not None and portal.state == Portal.State.BLOCKED
    if callable(reads):
        reads = reads(portal)
    proof = None
    try:
        if portal is not None and not is_install:
            proof = prove_at_stored_address(portal, launch, reads)
        is_known = proof is not None
        if proof is None:
            proof = prove_at_oauth_server(launch, reads, portal=portal)
    except RestError as error:
        if portal is not None and _is_worth_knowing(error):
            raise LaunchFailed(error, is_admin=_is_admin(portal, launch, error)) from error
        raise
    if portal is None or not is_known:
        portal = adopt_portal(
            launch.member_id,
            proof.identity,
            endpoint=proof.endpoint,
            oauth_server=proof.oauth_server,
            at=opened_at,
        )
    if (
        launch.application_token
        and proof.identity.is_admin
        and (is_install or not has_application_token(portal))
    ):
        keep_application_token(portal, launch.application_token)
    user = accept_tokens(
        portal, proof.identity, access=launch.access_token, refresh=launch.refresh_token
    )
    for call in proof.calls:
        record_call(portal, user.user_id, call)
    settle_installer(portal, user)
    note_answers(portal, reads, proof.answer)
    actor = actor_for(portal, user)
    session = FrameSession(
        portal_id=portal.pk,
        epoch=portal.epoch,
        user_id=user.user_id,
        placement=launch.placement,
        entity_type=entity_type,
        entity_id=entity_id,
        language=launch.language,
        opened_at=int(time.time()),
    )
    return OpenedFrame(actor, session, actor.complete(reads, proof.answer), was_blocked)


def _is_worth_knowing(error: RestError) -> bool:
    """Whether it matters who met the error, and the OAuth server is there to say it."""
    return error.audience is Audience.ADMINISTRATOR and not isinstance(error, SignInUnreachable)


def _is_admin(portal: Portal, launch: Launch, error: RestError) -> bool:
    """Whether the launch is that of a known administrator; its error is believed if it is true.

    The posted token earned the error and is unproven: another app's would earn one of its own.
    """
    release_connection()
    try:
        owner = prove_owner(portal.member_id, launch.access_token, oauth_server=portal.oauth_server)
    except (LaunchRefused, RestError) as doubt:
        log.warning("launch not proven: %s", doubt)
        return False
    if not isinstance(error, AppNotInstalled):
        # The OAuth server has just said that it is installed.
        note_error(portal, owner.user_id, error, method="batch")
    return portal.users.filter(user_id=owner.user_id, is_admin=True).exists()


def reopen_session(session: FrameSession, *, access_token: str, refresh_token: str) -> FrameSession:
    """The session begun anew with fresh tokens of the same person.

    Raises SessionEnded, LaunchRefused when the tokens are somebody else's, and RestError.
    """
    portal = act(session).portal
    proof = prove_token(portal, access_token, {})
    for call in proof.calls:
        record_call(portal, proof.identity.user_id, call)
    if proof.identity.user_id != session.user_id:
        raise LaunchRefused("the token belongs to another person")
    accept_tokens(portal, proof.identity, access=access_token, refresh=refresh_token)
    return replace(session, opened_at=int(time.time()))


def act(session: FrameSession) -> Actor:
    """The actor of a frame session, in one query; raises SessionEnded."""
    actor = actor_of(session.portal_id, session.user_id)
    if actor.portal.epoch != session.epoch:
        raise SessionEnded
    return actor
