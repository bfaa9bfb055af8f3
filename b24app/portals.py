"""Commands on portals: a proven launch accepted, the app installed, removed, a lesson learnt.

Callers have proven what they pass in. Tenant = member id; addresses are attributes.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from b24app.grants import sealed_pair
from b24app.hosts import Endpoint
from b24app.models import EventReceipt, Portal, PortalUser, RestCall
from b24app.rest.client import CallRecord
from b24app.rest.errors import AppNotInstalled, RestError

# The address of a portal that wanted to be forgotten (RFC 2606: it leads nowhere).
_FORGOTTEN = "https://removed.invalid/rest/"


class InstallTooLate(AppNotInstalled):
    """Word of an installation that came when the app had been removed again."""


@dataclass(frozen=True)
class Identity:
    """Who a token acts as, by the portal's own word, and for which app."""

    user_id: int
    name: str
    is_admin: bool
    app_code: str


def find_portal(member_id: str) -> Portal | None:
    return Portal.objects.filter(member_id=member_id).first()


def accept_tokens(portal: Portal, identity: Identity, *, access: str, refresh: str) -> PortalUser:
    """The user's row with tokens that a proven launch brought.

    Raises AppNotInstalled when the app was removed or came back since `portal` was read.
    """
    fields = {
        **sealed_pair(portal, identity.user_id, access=access, refresh=refresh),
        "name": identity.name[:200],
        "is_admin": identity.is_admin,
        "seen_at": timezone.now(),
        "lease_until": None,
    }
    rows = PortalUser.objects.filter(portal=portal, user_id=identity.user_id)
    of_this_installation = rows.filter(portal__epoch=portal.epoch)
    if not of_this_installation.update(**fields, token_version=F("token_version") + 1):
        with transaction.atomic():
            _hold(portal)
            rows.update_or_create(portal=portal, user_id=identity.user_id, defaults=fields)
    user = rows.select_related("portal").first()
    if user is None or user.portal.epoch != portal.epoch:
        # PostgreSQL may have looked at the epoch before a removal, and written after it.
        written = rows.filter(access_token=fields["access_token"])
        written.update(access_token="", refresh_token="")
        raise AppNotInstalled
    return user


def _hold(portal: Portal) -> None:
    """Lock the portal's row until the transaction ends; raises AppNotInstalled like the above."""
    rows = Portal.objects.select_for_update().filter(pk=portal.pk, epoch=portal.epoch)
    if not rows.exists():
        raise AppNotInstalled


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
        portal.uninstalled_at = None
    portal.client_endpoint = endpoint.url
    portal.oauth_server = oauth_server
    portal.app_code = identity.app_code
    portal.installed_at = max(at, portal.installed_at or at)
    portal.save()
    return portal


def is_too_late(portal: Portal, at: datetime) -> bool:
    """Whether what happened at `at` was over when the app was removed from the portal.

    To the second, as events know their time.
    """
    removed_at = portal.uninstalled_at
    return removed_at is not None and at < removed_at.replace(microsecond=0)


def complete_install(portal: Portal, *, installer_id: int, scopes: Iterable[str]) -> None:
    """The portal is ready for everybody's launches; raises AppNotInstalled like the above."""
    portal.state = Portal.State.ACTIVE
    portal.installer_id = installer_id
    portal.scopes = sorted(scopes)
    portal.trouble, portal.trouble_at = "", None
    if not _update(portal, "state", "installer_id", "scopes", "trouble", "trouble_at"):
        raise AppNotInstalled


def keep_application_token(portal: Portal, token: str) -> None:
    """Remember the secret that the portal's events carry; it came with a proven token."""
    portal.application_token = settings.VAULT.seal(token, place=_token_place(portal))
    _update(portal, "application_token")


def _update(portal: Portal, *names: str) -> bool:
    """Save these fields, unless the app was removed or came back since the row was read."""
    fields = {name: getattr(portal, name) for name in names}
    rows = Portal.objects.filter(pk=portal.pk, epoch=portal.epoch)
    return bool(rows.update(**fields, updated_at=timezone.now()))


def is_application_token(portal: Portal, token: str) -> bool:
    """Whether an event's token is this portal's, in constant time; an empty one never is."""
    known = settings.VAULT.open(portal.application_token, place=_token_place(portal))
    return bool(known) and hmac.compare_digest(known.encode(), token.encode())


@transaction.atomic
def uninstall(portal: Portal, *, at: datetime | None = None) -> bool:
    """The app is gone from the portal: no token stays, every session ends, the history stays.

    `at` is when it went, now by default. False, and nothing changes, when it was installed again
    after that; events know their time to the second.
    """
    at = at or timezone.now()
    came_later = Q(installed_at__gte=at.replace(microsecond=0) + timedelta(seconds=1))
    went_later = Q(state=Portal.State.UNINSTALLED, uninstalled_at__gt=at)
    rows = Portal.objects.filter(pk=portal.pk).exclude(came_later).exclude(went_later)
    is_removed = rows.update(
        state=Portal.State.UNINSTALLED,
        epoch=F("epoch") + 1,
        uninstalled_at=at,
        application_token="",
        trouble="",
        trouble_at=None,
    )
    if is_removed:
        portal.users.update(
            access_token="",
            refresh_token="",
            token_version=F("token_version") + 1,
            lease_until=None,
        )
    return bool(is_removed)


@transaction.atomic
def forget(portal: Portal, *, at: datetime) -> bool:
    """Like `uninstall`, and of all that was ever known of the portal only this removal stays."""
    if not uninstall(portal, at=at):
        return False
    later = Q(state=EventReceipt.State.WAITING, at__gt=at)
    EventReceipt.objects.filter(member_id=portal.member_id).exclude(later).delete()
    Portal.objects.filter(pk=portal.pk).delete()
    Portal.objects.create(
        member_id=portal.member_id,
        client_endpoint=_FORGOTTEN,
        state=Portal.State.UNINSTALLED,
        uninstalled_at=at,
    )
    return True


def block_portal(portal: Portal, error: RestError) -> None:
    """Close the portal to launches: every call would end like this one."""
    portal.state, portal.trouble = Portal.State.BLOCKED, type(error).__name__
    portal.trouble_at = timezone.now()
    _update(portal, "state", "trouble", "trouble_at")


def unblock_portal(portal: Portal) -> None:
    """Open a blocked portal again: its trouble is over."""
    portal.state, portal.trouble, portal.trouble_at = Portal.State.ACTIVE, "", None
    _update(portal, "state", "trouble", "trouble_at")


def learn_unbatchable(portal: Portal, methods: Iterable[str]) -> None:
    """Remember methods that this portal refuses inside a batch."""
    portal.unbatchable = sorted({*portal.unbatchable, *methods})
    portal.save(update_fields=["unbatchable", "updated_at"])


def record_call(portal: Portal, user_id: int, record: CallRecord) -> None:
    """One line of the journal."""
    RestCall.objects.create(
        portal=portal,
        user_id=user_id,
        method=record.method,
        commands=" ".join(record.commands),
        status=record.status,
        error=record.error,
        milliseconds=record.milliseconds,
    )


def _token_place(portal: Portal) -> str:
    return f"portal:{portal.member_id}:application_token"
