"""Token pairs at rest: sealed into a user's row, renewed once across processes.

The lock is a lease written into the row, so that no transaction is open while the OAuth server is
asked, and so that SQLite and PostgreSQL behave alike. The sister of `portals.py`: these two files
alone see plain tokens and sealed ones together.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from b24app.connections import release_connection
from b24app.hosts import Endpoint, HostRefused, parse_endpoint
from b24app.models import Portal, PortalUser
from b24app.rest import renewal
from b24app.rest.address_errors import AddressUnusable
from b24app.rest.errors import AppNotInstalled, GrantDead
from b24app.rest.oauth import TokenAnswer
from b24app.rest.renewal import TokenPair
from b24app.vault import SealBroken

log = logging.getLogger(__name__)


def token_place(member_id: str, user_id: int, field: str) -> str:
    """What a token of a user's row is sealed to."""
    return f"portaluser:{member_id}:{user_id}:{field}"


def sealed_pair(portal: Portal, user_id: int, *, access: str, refresh: str) -> dict[str, Any]:
    """The fields of a user's row for a new pair: sealed tokens, their time, and no lease.

    Without a refresh token the row keeps the one it has.
    """
    plain = {"access_token": access} | ({"refresh_token": refresh} if refresh else {})
    sealed = {
        field: settings.VAULT.seal(value, place=token_place(portal.member_id, user_id, field))
        for field, value in plain.items()
    }
    return {**sealed, "renewed_at": timezone.now(), "lease_until": None}


@dataclass
class StoredGrant:
    """A user's pair as `Client` needs it (credentials) and as `renewal.renew` needs it (store)."""

    user: PortalUser
    can_renew: bool = True

    @property
    def member_id(self) -> str:
        return self.user.portal.member_id

    @property
    def oauth_server(self) -> str:
        return self.user.portal.oauth_server

    @property
    def endpoint(self) -> Endpoint:
        return self.user.portal.endpoint

    @property
    def renewer(self) -> StoredGrant | None:
        return self if self.can_renew else None

    def pair(self) -> TokenPair:
        """The pair of the row in memory; raises GrantDead when there is none."""
        access = self._unsealed("access_token")
        if not access:
            raise GrantDead
        return TokenPair(access, self._unsealed("refresh_token"), self.user.token_version)

    def renew(self, stale: TokenPair) -> TokenPair:
        return renewal.renew(self, stale=stale)

    def spare(self, pair: TokenPair) -> None:
        self.postpone(version=pair.version, seconds=renewal.REFUSED_PAUSE_SECONDS)

    def read(self) -> TokenPair:
        """The pair of the row in the database; raises AppNotInstalled, and GrantDead also for a
        pair that is not to be tried again for minutes.
        """
        user = PortalUser.objects.select_related("portal").filter(pk=self.user.pk).first()
        release_connection()
        if user is None:
            raise GrantDead
        if user.portal.state == Portal.State.UNINSTALLED:
            raise AppNotInstalled
        self.user = user
        longest = timezone.now() + timedelta(seconds=renewal.LEASE_SECONDS)
        if user.lease_until is not None and user.lease_until > longest:
            raise GrantDead
        return self.pair()

    def lease(self, *, version: int, seconds: float) -> bool:
        now = timezone.now()
        is_free = Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        until = now + timedelta(seconds=seconds)
        living = self._row(version).exclude(refresh_token="")
        has_lease = bool(living.filter(is_free).update(lease_until=until))
        release_connection()
        return has_lease

    def postpone(self, *, version: int, seconds: float) -> None:
        self._row(version).update(lease_until=timezone.now() + timedelta(seconds=seconds))

    def save(self, answer: TokenAnswer, *, version: int) -> None:
        """The new pair replaces `version`; a pair that came by a launch meanwhile stays.

        The portal's address follows the answer's `client_endpoint`, because the OAuth server says
        it. What cannot be a portal's address changes nothing, and never costs the new pair.
        """
        portal = self.user.portal
        pair = sealed_pair(portal, self.user.user_id, access=answer.access, refresh=answer.refresh)
        self._row(version).exclude(portal__state=Portal.State.UNINSTALLED).update(
            **pair, token_version=F("token_version") + 1
        )
        if answer.client_endpoint and answer.client_endpoint != portal.client_endpoint:
            try:
                endpoint = proven_endpoint(answer.client_endpoint)
            except AddressUnusable as error:
                log.warning("%s was named an address that is none: %s", portal, error.text)
            else:
                Portal.objects.filter(pk=portal.pk).update(client_endpoint=endpoint.url)

    def bury(self, *, version: int) -> None:
        """The refresh token is dead; if it was the installer's, the next administrator follows."""
        if self._row(version).update(refresh_token="", lease_until=None):
            Portal.objects.filter(pk=self.user.portal_id, installer_id=self.user.user_id).update(
                installer_id=None
            )

    def _row(self, version: int) -> QuerySet[PortalUser]:
        return PortalUser.objects.filter(pk=self.user.pk, token_version=version)

    def _unsealed(self, field: str) -> str:
        """A token in plain; what does not open is as good as none, and a launch brings another."""
        place = token_place(self.member_id, self.user.user_id, field)
        try:
            return settings.VAULT.open(getattr(self.user, field), place=place)
        except SealBroken as broken:
            log.error("token cannot be read: %s", broken)
            raise GrantDead from broken


def proven_endpoint(client_endpoint: str) -> Endpoint:
    """The address that the OAuth server named; raises AddressUnusable."""
    try:
        return parse_endpoint(client_endpoint, allow_insecure=settings.B24_ALLOW_INSECURE_PORTALS)
    except HostRefused as error:
        host = client_endpoint.partition("://")[2].partition("/")[0]
        raise AddressUnusable(host[:64], str(error)) from error
