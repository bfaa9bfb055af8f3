"""Commands on portals: a launch accepted, the app installed, access lost and regained, a lesson.

Callers have proven what they pass in. Tenant = member id; addresses are attributes. A change is for
the installation that was read: once the app was removed or came back, nothing is written.
"""

from __future__ import annotations

import hmac
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from b24app.db.beginnings import begins
from b24app.db.prepared import Given, PreparedSelect, PreparedUpdate, insert
from b24app.models import Portal, PortalUser, RestCall
from b24app.portals import notes
from b24app.portals.removal import NOWHERE, InstallTooLate, is_too_late
from b24app.portals.removal_check import confirm_removal
from b24app.protocol.addresses import Endpoint
from b24app.rest.client import CallRecord
from b24app.rest.errors import AppNotInstalled, RestError
from b24app.telemetry.logs import PORTAL, REQUEST_ID, redact
from b24app.tokens.store import sealed_pair
from b24app.vault import SealBroken

log = logging.getLogger(__name__)
_PORTAL = PreparedSelect(lambda: Portal.objects.filter(member_id=Given("member_id")))
_AT_WORK = (Portal.State.ACTIVE, Portal.State.BLOCKED)
# The user id in the journal while nobody is proven.
NOBODY = 0
# The OAuth server is asked about a removal no more often, however many clicks meet it.
_ASKED, _ASK_PAUSE = "removal_asked", 60.0


@dataclass(frozen=True)
class Identity:
    """Who a token acts as, by the portal's own word, and for which app."""

    user_id: int
    name: str
    is_admin: bool
    app_code: str


def find_portal(member_id: str) -> Portal | None:
    """The portal, which the log then names."""
    portal = _PORTAL.select_one(member_id=member_id)
    PORTAL.set(portal.pk if portal else None)
    return portal


def accept_tokens(
    portal: Portal, identity: Identity, *, access: str, refresh: str
) -> PortalUser | None:
    """The row of a known person with tokens that a proven launch brought; None for a new one."""
    fields = _fields_of(portal, identity, access=access, refresh=refresh)
    user = _user_with(*fields).update_one(portal=portal.pk, user_id=identity.user_id, **fields)
    if user is not None:
        user.portal = portal
    return user


def add_person(portal: Portal, identity: Identity, *, access: str, refresh: str) -> PortalUser:
    """The row of a person whom nobody has seen in this portal, with the tokens of their launch.

    Raises AppNotInstalled when the app was removed or came back since `portal` was read.
    """
    fields = _fields_of(portal, identity, access=access, refresh=refresh)
    with transaction.atomic():
        if not portal.current().select_for_update().exists():
            raise AppNotInstalled
        user, _ = PortalUser.objects.update_or_create(
            portal=portal, user_id=identity.user_id, defaults=fields
        )
    user.portal = portal
    return user


def _fields_of(portal: Portal, identity: Identity, *, access: str, refresh: str) -> dict[str, Any]:
    return {
        **sealed_pair(portal, identity.user_id, access=access, refresh=refresh),
        "name": identity.name[:200],
        "is_admin": identity.is_admin,
        "seen_at": timezone.now(),
        "epoch": portal.epoch,
    }


@cache
def _user_with(*fields: str) -> PreparedUpdate[PortalUser]:
    """The row of a user of this installation, or of one before it, after `fields` were set."""
    return PreparedUpdate(
        lambda: PortalUser.objects.filter(
            portal=Given("portal"), user_id=Given("user_id"), epoch__lte=Given("epoch")
        ),
        sets={**{name: Given(name) for name in fields}, "token_version": F("token_version") + 1},
    )


def keep_identity(user: PortalUser, identity: Identity) -> None:
    """What the portal says now about a person whom it was asked about with their own token."""
    user.name = identity.name[:200]
    user.is_admin = identity.is_admin
    user.seen_at = timezone.now()
    user.save(update_fields=["name", "is_admin", "seen_at"])


@transaction.atomic
def adopt_portal(
    member_id: str,
    identity: Identity,
    *,
    endpoint: Endpoint,
    oauth_server: str,
    at: datetime,
) -> Portal:
    """The portal's row as the OAuth server knows it: new, moved, or back after a removal.

    `at` is a time from which on the app was there; raises InstallTooLate.
    """
    portal, _ = Portal.objects.select_for_update().get_or_create(
        member_id=member_id,
        defaults={"client_endpoint": endpoint.url, "oauth_server": oauth_server},
    )
    if portal.state == Portal.State.UNINSTALLED:
        if is_too_late(portal, at):
            raise InstallTooLate
        portal.state = Portal.State.INSTALLING
        portal.epoch += 1
        portal.uninstalled_at = portal.erase_at = portal.trouble_at = None
        portal.trouble = ""
    portal.client_endpoint = endpoint.url
    portal.oauth_server = oauth_server
    portal.proven_at = timezone.now()
    portal.app_code = identity.app_code
    portal.installed_at = max(at, portal.installed_at or at)
    portal.save()
    return portal


def take_host(portal: Portal) -> None:
    """No other row has the host that was just proven to be this portal's: names change hands.

    Such a row has no address until a launch of its own portal brings one.
    """
    host = portal.endpoint.host
    at_host = [begins("client_endpoint", f"{scheme}://{host}/") for scheme in ("https", "http")]
    others = Portal.objects.filter(at_host[0] | at_host[1]).exclude(pk=portal.pk)
    now = timezone.now()
    if others.update(client_endpoint=NOWHERE, proven_at=None, updated_at=now):
        log.warning("%s has the host of a portal that was there before", portal)


def complete_install(portal: Portal, *, installer_id: int, scopes: Iterable[str]) -> None:
    """The portal is ready for everybody's launches, and whatever troubled it is over.

    Raises AppNotInstalled when the app was removed or came back since `portal` was read.
    """
    if not portal.change(
        state=Portal.State.ACTIVE,
        installer_id=installer_id,
        scopes=sorted(scopes),
        trouble="",
        trouble_at=None,
    ):
        raise AppNotInstalled


def settle_installer(portal: Portal, user: PortalUser) -> None:
    """The installer is an administrator: one who is none any more is released, a vacancy filled.

    `user` has just been proven.
    """
    if portal.installer_id == user.user_id and not user.is_admin:
        release_installer(portal, user.user_id)
    elif portal.installer_id is None and user.is_admin:
        vacant = portal.current().filter(installer_id=None, state__in=_AT_WORK)
        portal.change(vacant, installer_id=user.user_id)


def release_installer(portal: Portal, user_id: int) -> None:
    """This person's tokens serve the background no longer, if they did."""
    portal.change(portal.current().filter(installer_id=user_id), installer_id=None)


def block_portal(portal: Portal, error: RestError) -> None:
    """The portal refuses everybody for `error`, which its administrator has to put right.

    Nobody is locked out: each launch asks the portal anew. One that is still being installed has
    nothing to lose yet. That the app is not there any more is confirmed behind the answer.
    """
    known = {"state": Portal.State.BLOCKED, "trouble": error.kind}
    rows = portal.current().filter(state__in=_AT_WORK)
    if isinstance(error, AppNotInstalled) and notes.claim(portal, _ASKED, seconds=_ASK_PAUSE):
        confirm_removal.enqueue(portal.pk)
    if portal.change(rows.exclude(**known), **known, trouble_at=timezone.now()):
        log.warning("%s is in trouble: %s", portal, error)


def unblock_portal(portal: Portal) -> None:
    """The portal has answered again."""
    rows = portal.current().filter(state=Portal.State.BLOCKED)
    if portal.change(rows, state=Portal.State.ACTIVE, trouble="", trouble_at=None):
        log.info("%s is in order again", portal)


def keep_application_token(portal: Portal, token: str) -> None:
    """Remember the secret that the portal's events carry; it came with a proven token."""
    sealed = settings.VAULT.seal(token, aad=application_token_aad(portal))
    portal.change(application_token=sealed)


def is_application_token(portal: Portal, token: str) -> bool:
    """Whether an event's token is this portal's, in constant time; an empty one never is."""
    known = application_token(portal)
    return bool(known) and hmac.compare_digest(known.encode(), token.encode())


def application_token(portal: Portal) -> str:
    """The secret that the portal's events carry; empty where none is known."""
    try:
        return settings.VAULT.open(portal.application_token, aad=application_token_aad(portal))
    except SealBroken as broken:
        # The next launch of an administrator brings it again.
        log.error("application token cannot be read: %s", broken)
        return ""


def learn_unbatchable(portal: Portal, methods: Iterable[str]) -> None:
    """Remember methods that this portal refuses inside a batch."""
    known = sorted({*portal.unbatchable, *methods})
    if known != portal.unbatchable:
        portal.change(unbatchable=known)


def record_call(portal: Portal, user_id: int, record: CallRecord) -> None:
    """One entry of the journal."""
    fields = asdict(record) | {
        "commands": " ".join(record.commands),
        "error": redact(record.error),
        "request_id": REQUEST_ID.get(),
    }
    insert(RestCall(portal=portal, user_id=user_id, **fields))


def record_calls_of_nobody(member_id: str, records: Iterable[CallRecord]) -> None:
    """The calls of a launch that failed before anybody was proven, if the portal is known."""
    try:
        if (portal := find_portal(member_id)) is not None:
            for record in records:
                record_call(portal, NOBODY, record)
    except DatabaseError:
        log.exception("calls not recorded")


def application_token_aad(portal: Portal) -> str:
    """What the portal's application token is sealed to."""
    return f"portal:{portal.member_id}:application_token"
