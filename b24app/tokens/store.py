"""Token pairs at rest: sealed into a person's row, and renewed once, however many processes ask.

A whole refresh is told here. The lock is a lease written into the row, so that no transaction is
open while the OAuth server is asked, and so that SQLite and PostgreSQL behave alike. Its time is
the database's: machines may differ. A new pair is the only copy there is of the portal's access, so
it is on the disk before it is used, and its saving is tried again while the database is away.
Source: b24restdocs settings/oauth/auto-renewal.md.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, repeat
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from b24app.db.connections import release_connection
from b24app.db.durability import synced
from b24app.models import Portal, PortalUser
from b24app.protocol.addresses import Endpoint, HostRefused, parse_endpoint
from b24app.rest.address_errors import AddressUnusable
from b24app.rest.credentials import TokenPair
from b24app.rest.errors import (
    AppNotInstalled,
    ForeignGrant,
    GrantDead,
    PortalBusy,
    RefreshBusy,
    Refused,
    RestError,
    SignInUnreachable,
)
from b24app.telemetry.metrics import GOOD, count_refresh
from b24app.tokens.server import RENEWAL_SECONDS, TokenAnswer, refresh
from b24app.vault import SealBroken

log = logging.getLogger(__name__)
_DATABASE_DOWN = (DatabaseError, InterfaceError)
# The longest answer, and eight seconds to save what it brought.
_LEASE = timedelta(seconds=RENEWAL_SECONDS + 8)
# Between two tries to save a pair; the last goes on until the lease is over.
_SAVING_PAUSES = (0.2, 0.5, 1.0, 2.0, 4.0)
_REFUSED_PAUSE = timedelta(minutes=10)
_PAUSE = timedelta(seconds=2)
_WAIT_SECONDS = 10.0
_LOOK_SECONDS = 0.05


def token_aad(member_id: str, user_id: int, field: str) -> str:
    """What a token of a user's row is sealed to."""
    return f"portaluser:{member_id}:{user_id}:{field}"


def sealed_pair(portal: Portal, user_id: int, *, access: str, refresh: str) -> dict[str, Any]:
    """The fields of a user's row for a new pair: sealed tokens, their time, free to be renewed.

    Without a refresh token the row keeps the one it has.
    """
    plain = {"access_token": access} | ({"refresh_token": refresh} if refresh else {})
    sealed = {
        field: settings.VAULT.seal(value, aad=token_aad(portal.member_id, user_id, field))
        for field, value in plain.items()
    }
    return {**sealed, "renewed_at": timezone.now(), "lease_until": None, "retry_after": None}


def can_be_leased() -> Q:
    """The rows whose pair nobody renews at this moment, and nobody is asked to leave alone."""
    return (Q(lease_until__isnull=True) | Q(lease_until__lt=Now())) & (
        Q(retry_after__isnull=True) | Q(retry_after__lt=Now())
    )


@dataclass
class StoredPair:
    """A user's pair as `Client` needs it; a newer one is stored for every process.

    `ask_owner` asks the portal at an address whose access token it is; raises RestError.
    """

    user: PortalUser
    ask_owner: Callable[[Endpoint, str], int]
    can_renew = True

    @property
    def endpoint(self) -> Endpoint:
        return self.user.portal.endpoint

    def pair(self) -> TokenPair:
        """The pair of the row in memory; raises GrantDead when there is none."""
        access = self._unsealed("access_token")
        if not access:
            raise GrantDead
        return TokenPair(access, self._unsealed("refresh_token"), self.user.token_version)

    def renew(self, stale: TokenPair) -> TokenPair:
        """A pair newer than `stale`: renewed by us, or by whoever was first.

        A pair that the OAuth server refused to renew is left alone until `retry_after`: until then
        GrantDead asks for a launch, which brings a new pair or the true reason.
        Raises GrantDead, AppNotInstalled, AppUnpaid, ClientRefused, ForeignGrant, PortalClosed,
        SignInUnreachable, RefreshBusy, PortalBusy.
        """
        deadline = time.monotonic() + _WAIT_SECONDS
        while True:
            pair = self._read()
            if pair.version != stale.version:
                return pair
            if not pair.refresh:
                raise GrantDead
            if self._lease(pair):
                return self._renew_leased(pair)
            if time.monotonic() > deadline:
                raise RefreshBusy
            time.sleep(_LOOK_SECONDS)

    def postpone(self, pair: TokenPair) -> None:
        """Let nobody renew this pair for some minutes."""
        self._row(pair).update(retry_after=Now() + _REFUSED_PAUSE)

    def _renew_leased(self, pair: TokenPair) -> TokenPair:
        portal = self.user.portal
        until = time.monotonic() + _LEASE.total_seconds()
        try:
            answer = refresh(portal.oauth_server, pair.refresh)
            until = self._check_owner(answer, pair, until=until)
        except RestError as error:
            count_refresh(outcome=error.kind)
            if isinstance(error, ForeignGrant):
                log.error("%s: a renewal brought somebody else's pair to %s", portal, self.user)
                self._drop(pair, access_token="", refresh_token="")
            elif isinstance(error, GrantDead):
                self._drop(pair, refresh_token="")
            elif isinstance(error, Refused):
                self.postpone(pair)
            else:
                # Whoever waits goes on waiting.
                self._row(pair).update(lease_until=Now() + _PAUSE)
            raise
        count_refresh(outcome=GOOD)
        new = sealed_pair(portal, self.user.user_id, access=answer.access, refresh=answer.refresh)
        self._save(pair, until=until, **new, token_version=F("token_version") + 1)
        self._follow(answer)
        return self._read()

    def _check_owner(self, answer: TokenAnswer, old: TokenPair, *, until: float) -> float:
        """A pair belongs to one person: whose this is, before it is stored or used.

        The refresh token of a launch is what a browser posted, and comes true here alone. Answers
        when the lease ends: the portal, where it has to be asked, is given a lease of its own.
        Raises ForeignGrant, and where the portal has to be asked and does not say it, Refused or
        SignInUnreachable, PortalBusy.
        """
        is_of_portal = answer.member_id == self.user.portal.member_id
        user_id = answer.user_id
        if is_of_portal and user_id is None:
            until = time.monotonic() + _LEASE.total_seconds()
            user_id = self._asked_owner(answer, old, until=until)
        if not is_of_portal or user_id != self.user.user_id:
            raise ForeignGrant
        return until

    def _asked_owner(self, answer: TokenAnswer, old: TokenPair, *, until: float) -> int:
        """By the portal's word; an answer that does not come costs no living refresh token.

        It takes the old one's place, as little proven as that was: the next renewal compares.
        """
        with suppress(*_DATABASE_DOWN):
            self._row(old).update(lease_until=Now() + _LEASE)
        release_connection()
        try:
            return self.ask_owner(self._named_endpoint(answer) or self.endpoint, answer.access)
        except RestError as error:
            member_id, user_id = self.user.portal.member_id, self.user.user_id
            aad = token_aad(member_id, user_id, "refresh_token")
            sealed = settings.VAULT.seal(answer.refresh, aad=aad)
            self._save(old, until=until, refresh_token=sealed)
            if isinstance(error, Refused | PortalBusy):
                raise
            raise SignInUnreachable(text=type(error).__name__) from error

    def _read(self) -> TokenPair:
        """The pair of the row in the database; raises AppNotInstalled, and GrantDead also for a
        pair that is to be left alone.
        """
        rows = PortalUser.objects.select_related("portal").filter(pk=self.user.pk)
        user = rows.annotate(is_at_rest=Q(retry_after__gt=Now())).first()
        release_connection()
        if user is None:
            raise GrantDead
        if user.portal.state == Portal.State.UNINSTALLED:
            raise AppNotInstalled
        self.user = user
        if user.is_at_rest:
            raise GrantDead
        return self.pair()

    def _lease(self, pair: TokenPair) -> bool:
        """Take the right to renew this pair for a while; False when another process has it."""
        living = self._row(pair).exclude(refresh_token="").filter(can_be_leased())
        is_ours = bool(living.update(lease_until=Now() + _LEASE))
        release_connection()
        return is_ours

    def _save(self, old: TokenPair, *, until: float, **fields: Any) -> None:
        """What the OAuth server gave for a pair, synced; tried again until the lease is over.

        A pair that came by a launch meanwhile stays.
        """
        for pause in chain(_SAVING_PAUSES, repeat(_SAVING_PAUSES[-1])):
            try:
                with synced():
                    is_there = self._row(old).exclude(portal__state=Portal.State.UNINSTALLED)
                    is_there.update(**fields)
                return
            except _DATABASE_DOWN:
                release_connection()
                portal, user = self.user.portal, self.user
                if time.monotonic() + pause > until:
                    log.exception("%s: the new pair of %s is lost, not stored", portal, user)
                    raise
                log.warning("%s: the new pair of %s is not stored yet", portal, user)
                time.sleep(pause)

    def _follow(self, answer: TokenAnswer) -> None:
        """The portal's address follows the answer's `client_endpoint`: the OAuth server says it.

        What cannot be a portal's address changes nothing.
        """
        portal = self.user.portal
        if answer.client_endpoint == portal.client_endpoint:
            portal.change(proven_at=timezone.now())
        elif endpoint := self._named_endpoint(answer):
            # The next launch proves that the portal answers there.
            portal.change(client_endpoint=endpoint.url, proven_at=None)

    def _named_endpoint(self, answer: TokenAnswer) -> Endpoint | None:
        """Where the OAuth server says that the portal answers, if it names an address."""
        if not answer.client_endpoint:
            return None
        try:
            return proven_endpoint(answer.client_endpoint)
        except AddressUnusable as error:
            portal = self.user.portal
            log.warning("%s was named an address that is none: %s", portal, error.text)
            return None

    def _drop(self, pair: TokenPair, **fields: str) -> None:
        """It is dead; if it was the installer's, the next administrator follows."""
        if self._row(pair).update(**fields, lease_until=None):
            portal = self.user.portal
            portal.change(
                portal.current().filter(installer_id=self.user.user_id), installer_id=None
            )

    def _row(self, pair: TokenPair) -> QuerySet[PortalUser]:
        return PortalUser.objects.filter(pk=self.user.pk, token_version=pair.version)

    def _unsealed(self, field: str) -> str:
        """A token in plain; what does not open is as good as none, and a launch brings another."""
        aad = token_aad(self.user.portal.member_id, self.user.user_id, field)
        try:
            return settings.VAULT.open(getattr(self.user, field), aad=aad)
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
