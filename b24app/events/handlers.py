"""What each event of a portal's life means: installed, updated, removed.

Every one is true by its own time, so that order and repetition do not matter. What the portal's
application token did not prove is proven here, before anything changes.
"""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from b24app.installation.install import install, installer_reads, installer_reads_with_version
from b24app.models import Portal
from b24app.portals.actors import Actor, actor_of
from b24app.portals.admission import admit
from b24app.portals.registry import find_portal, is_application_token
from b24app.portals.removal import (
    InstallTooLate,
    forget,
    forget_later,
    is_over,
    is_too_late,
    uninstall,
)
from b24app.portals.removal_check import Word, ask_whether_gone
from b24app.portals.verification import LaunchRefused, verify_administrator
from b24app.protocol.events import INSTALL, UPDATE, PortalEvent
from b24app.rest.client import BatchAnswer

_BACK = "installed again since"


def handle(event: PortalEvent, *, at: datetime) -> str:
    """What came of the event, in a word or two.

    Raises LaunchRefused, SessionEnded, NotYet and RestError.
    """
    portal = find_portal(event.member_id)
    if event.name in {INSTALL, UPDATE}:
        return _arrive(event, portal, at)
    if portal is None:
        raise LaunchRefused("no such portal")
    return _leave(event, portal, at)


def _arrive(event: PortalEvent, portal: Portal | None, at: datetime) -> str:
    """The app came to the portal, or a new version of it did."""
    if portal is not None and portal.state == Portal.State.UNINSTALLED and is_too_late(portal, at):
        raise InstallTooLate
    if portal is not None and is_application_token(portal, event.application_token):
        return "known already" if event.name == INSTALL else _bind_again(portal)
    actor, answer = _admit(event, portal, at)
    if event.name == UPDATE and actor.portal.installer_id:
        return _bind_again(actor.portal)
    if actor.portal.state == Portal.State.ACTIVE:
        return "new application token"
    return f"installed, {install(actor, answer).verdict}"


def _admit(event: PortalEvent, portal: Portal | None, at: datetime) -> tuple[Actor, BatchAnswer]:
    """The proven administrator who sent the event, with the answers to the installer's reads.

    Their own launches may have brought a younger pair of tokens than the event, so it stays.
    """
    proof = verify_administrator(
        event.member_id,
        event.access_token,
        installer_reads(),
        oauth_server=_oauth_server(event, portal),
    )
    actor = admit(
        proof,
        access=event.access_token,
        refresh=event.refresh_token,
        at=at,
        application_token=event.application_token,
        keeps_living_pair=True,
    )
    return actor, actor.complete(installer_reads(), proof.answer)


def _bind_again(portal: Portal) -> str:
    """An update takes handlers away (b24restdocs: api-reference/events/event-bind.md)."""
    actor = actor_of(portal.pk, portal.installer_id or 0)
    return f"bound again, {install(actor, actor.ask(installer_reads_with_version())).verdict}"


def _leave(event: PortalEvent, portal: Portal, at: datetime) -> str:
    """The removal, if the OAuth server does not know better.

    A secret that has been replaced is older than the installation that is there now, and so is what
    happened long before it; of what is nearly as young the server's word decides. What nobody can
    confirm is believed, and erases nothing for a day. Raises NotYet and RestError.
    """
    is_replaced = portal.application_token and not is_application_token(
        portal, event.application_token
    )
    if is_replaced or is_over(portal, at):
        return _BACK
    word = ask_whether_gone(portal, since=at)
    if word is Word.INSTALLED:
        raise LaunchRefused(word)
    if portal.state == Portal.State.UNINSTALLED and portal.uninstalled_at:
        # The portal's own word came first; what is to be erased is so all the same.
        at = max(at, portal.uninstalled_at)
    erase = forget if word is Word.GONE else forget_later
    leave = erase if event.is_clean else uninstall
    return "removed" if leave(portal, at=at) else _BACK


def _oauth_server(event: PortalEvent, portal: Portal | None) -> str:
    """Where the token is proven: no server but those of the settings ever sees it."""
    allowed: list[str] = settings.B24_OAUTH_SERVERS
    asked = [portal.oauth_server if portal else "", event.oauth_server]
    return next((server for server in asked if server in allowed), allowed[0])
