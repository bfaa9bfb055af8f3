"""Commands on portals: a proven launch accepted, the app installed, removed, a lesson learnt.

Callers have proven what they pass in. Tenant = member id; addresses are attributes.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from b24app.grants import sealed_pair
from b24app.hosts import Endpoint
from b24app.models import Portal, PortalUser, RestCall
from b24app.rest.client import CallRecord
from b24app.returning import update_returning


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
    """The user's row with tokens that a proven launch brought."""
    fields = {
        **sealed_pair(portal, identity.user_id, access=access, refresh=refresh),
        "name": identity.name[:200],
        "is_admin": identity.is_admin,
        "seen_at": timezone.now(),
        "lease_until": None,
    }
    rows = PortalUser.objects.filter(portal=portal, user_id=identity.user_id)
    users = update_returning(rows, **fields, token_version=F("token_version") + 1)
    if not users:
        PortalUser.objects.update_or_create(
            portal=portal, user_id=identity.user_id, defaults=fields
        )
        return rows.select_related("portal").get()
    users[0].portal = portal
    return users[0]


@transaction.atomic
def adopt_portal(
    member_id: str, identity: Identity, *, endpoint: Endpoint, oauth_server: str
) -> Portal:
    """The portal's row as the OAuth server knows it: new, moved, or back after a removal."""
    portal, _ = Portal.objects.select_for_update().get_or_create(
        member_id=member_id,
        defaults={"client_endpoint": endpoint.url, "oauth_server": oauth_server},
    )
    if portal.state == Portal.State.UNINSTALLED:
        portal.state = Portal.State.INSTALLING
        portal.epoch += 1
        portal.uninstalled_at = None
    portal.client_endpoint = endpoint.url
    portal.oauth_server = oauth_server
    portal.app_code = identity.app_code
    portal.save()
    return portal


def complete_install(portal: Portal, *, installer_id: int, scopes: Iterable[str]) -> None:
    """The portal is ready for everybody's launches."""
    portal.state = Portal.State.ACTIVE
    portal.installer_id = installer_id
    portal.scopes = sorted(scopes)
    portal.save(update_fields=["state", "installer_id", "scopes", "updated_at"])


def keep_application_token(portal: Portal, token: str) -> None:
    """Remember the secret that the portal's events carry; it came with a proven token."""
    portal.application_token = settings.VAULT.seal(token, place=_token_place(portal))
    portal.save(update_fields=["application_token", "updated_at"])


def is_application_token(portal: Portal, token: str) -> bool:
    """Whether an event's token is this portal's, in constant time; an empty one never is."""
    known = settings.VAULT.open(portal.application_token, place=_token_place(portal))
    return bool(known) and hmac.compare_digest(known.encode(), token.encode())


@transaction.atomic
def uninstall(portal: Portal) -> None:
    """The app is gone from the portal: no token stays, every session ends, the history stays."""
    Portal.objects.filter(pk=portal.pk).update(
        state=Portal.State.UNINSTALLED,
        epoch=F("epoch") + 1,
        uninstalled_at=timezone.now(),
        application_token="",
    )
    portal.users.update(
        access_token="", refresh_token="", token_version=F("token_version") + 1, lease_until=None
    )


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
