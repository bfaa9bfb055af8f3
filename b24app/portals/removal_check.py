"""Whether the app is really gone from a portal: the OAuth server's word, before anything is lost.

Every user's browser is told the application token, so that a removal which it proves may be said by
any employee, also by one who has left. And one answer of a portal may be a slip. What nobody can
fake is that the OAuth server lets no token of the portal live any more.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from b24app.models import Portal, PortalUser
from b24app.portals.removal import uninstall
from b24app.protocol.addresses import Endpoint
from b24app.rest.credentials import TokenPair
from b24app.rest.errors import (
    AppNotInstalled,
    Gone,
    NotExecuted,
    Refused,
    RestError,
    SignInUnreachable,
    TokenInvalid,
)
from b24app.tokens.server import ask_owner
from b24app.tokens.store import StoredPair

log = logging.getLogger(__name__)
# The hour that an access token lives (b24restdocs: settings/oauth/auto-renewal.md), and what the
# clocks may differ by.
_TOKEN_LIFE = timedelta(minutes=70)


class Word(StrEnum):
    """What the OAuth server says; SILENT where no token is left with which it can be asked."""

    INSTALLED = "still installed"
    GONE = "gone"
    SILENT = "nobody can say"


class NotYet(Exception):
    """An access token still answers, as it may for its hour after a removal: ask again `until`."""

    def __init__(self, until: datetime) -> None:
        super().__init__("an old token may outlive the removal")
        self.until = until


def ask_whether_gone(portal: Portal, *, since: datetime) -> Word:
    """The word on a removal at `since`, in at most two calls.

    Asked is with the installer's pair or else the youngest that is stored. An access token may
    outlive the app for its hour; one that answers after it is younger than the removal, and where
    none does the renewal decides. A renewed pair is kept.
    Raises NotYet, and RestError when the server cannot be asked.
    """
    living = portal.users.filter(epoch=portal.epoch).exclude(access_token="")
    by_age = living.order_by(F("renewed_at").desc(nulls_last=True))
    user = by_age.filter(user_id=portal.installer_id or 0).first() or by_age.first()
    if user is None:
        return Word.SILENT
    try:
        pair = StoredPair(user, _not_asked).pair()
        owner = ask_owner(portal.oauth_server, pair.access)
    except TokenInvalid:
        return _by_renewal(user, pair)
    except Refused as error:
        return _word_of(error)
    is_ours = owner.client_id == settings.B24_CLIENT_ID and owner.member_id == portal.member_id
    if not is_ours:
        return Word.SILENT
    until = since + _TOKEN_LIFE
    if timezone.now() < until:
        raise NotYet(until)
    return Word.INSTALLED


def _by_renewal(user: PortalUser, pair: TokenPair) -> Word:
    try:
        StoredPair(user, _not_asked).renew(pair)
    except SignInUnreachable as error:
        if not isinstance(error.__cause__, _Renewed):
            raise
    except Refused as error:
        return _word_of(error)
    return Word.INSTALLED


class _Renewed(NotExecuted, kind="renewed_unnamed"):
    """The OAuth server gave a new pair and did not say whose; its word is enough here."""


def _not_asked(endpoint: Endpoint, access: str) -> int:
    """Whose a new token is matters to its next use, which compares; the portal is not asked."""
    raise _Renewed


def _word_of(error: Refused) -> Word:
    """A dead pair tells nothing: a launch may have brought an invented refresh token."""
    return Word.GONE if isinstance(error, Gone) else Word.SILENT


@task()
def confirm_removal(portal_id: int) -> None:
    """A portal says that the app is not there: believed unless the OAuth server knows it."""
    portal = Portal.objects.filter(pk=portal_id).exclude(state=Portal.State.UNINSTALLED).first()
    if portal is None:
        return
    try:
        word = ask_whether_gone(portal, since=timezone.now())
    except (NotYet, RestError) as error:
        log.warning("%s may have removed the app, not confirmed: %s", portal, error)
        return
    if word is Word.INSTALLED:
        log.warning("%s denies the app, and the OAuth server knows it there", portal)
    elif uninstall(portal):
        removed = Portal.objects.filter(pk=portal.pk, state=Portal.State.UNINSTALLED)
        removed.update(trouble=AppNotInstalled.kind, trouble_at=timezone.now())
