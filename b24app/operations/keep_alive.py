"""Refresh tokens live 180 days: those of portals where nobody opens the app are renewed in time.

A pair is touched once in five months and never by the hour, because Bitrix24 blocks apps that renew
on a schedule (b24restdocs: settings/oauth/auto-renewal.md). Dead pairs, blocked portals and removed
apps are left alone.
"""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from math import ceil

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from b24app.models import Portal, PortalUser
from b24app.portals.actors import Actor, SessionEnded, actor_of
from b24app.portals.registry import release_installer
from b24app.portals.trouble import note_error
from b24app.portals.verification import PostedToken
from b24app.rest.client import Client, Command
from b24app.rest.errors import ClientRefused, GrantDead, Refused, RestError
from b24app.tokens.store import can_be_leased

log = logging.getLogger(__name__)
_DAY = timedelta(days=1)
OLD, LIFE = 150 * _DAY, 180 * _DAY
# So many a run at least; else as many as it takes to renew all within so many days of being due.
_FEWEST, _DAYS = 50, 20
# So many failures in a row are the OAuth server's or our own secret's, not the portals'.
_MOST_FAILURES = 3


class Fate(StrEnum):
    """What became of an old pair."""

    RENEWED = "renewed"
    LOST = "lost"
    FAILED = "failed"


def old_pairs() -> QuerySet[PortalUser]:
    """The installers' living pairs that nothing has renewed for long, the oldest first.

    Pairs whose age is unknown were stored before ages were. Those that could not be renewed before
    come last, so that they hold up nobody.
    """
    now = timezone.now()
    return (
        PortalUser.objects.filter(
            Q(renewed_at__isnull=True) | Q(renewed_at__range=(now - LIFE, now - OLD)),
            can_be_leased(),
            portal__state=Portal.State.ACTIVE,
            portal__installer_id=F("user_id"),
        )
        .exclude(refresh_token="")
        .order_by(
            F("lease_until").asc(nulls_first=True), F("renewed_at").asc(nulls_last=True), "pk"
        )
    )


def usual_limit() -> int:
    """How many a daily run renews: as many as it takes to be in time, however many are due."""
    due = old_pairs().aggregate(count=Count("pk"), oldest=Min("renewed_at"))
    age = timezone.now() - OLD - due["oldest"] if due["oldest"] else timedelta()
    runs = max(1, _DAYS - age.days)
    return max(_FEWEST, ceil(int(due["count"]) / runs))


def overdue() -> int:
    """How many have been due for so long that runs must have failed; they are the next to die."""
    return old_pairs().filter(renewed_at__lt=timezone.now() - OLD - _DAYS * _DAY).count()


def release_dead() -> int:
    """Release the installers whose tokens have outlived themselves; answers how many."""
    dead = PortalUser.objects.filter(
        portal=OuterRef("pk"),
        user_id=OuterRef("installer_id"),
        renewed_at__lt=timezone.now() - LIFE,
    )
    return Portal.objects.filter(Exists(dead)).update(installer_id=None)


def keep_alive(*, limit: int, pause: Callable[[], float]) -> Counter[Fate]:
    """Renew at most `limit` old pairs, `pause` seconds apart, and look whether each still serves.

    Ends early when nothing can be renewed.
    """
    fates: Counter[Fate] = Counter({Fate.LOST: release_dead()})
    failures = 0
    batch = list(old_pairs().values_list("portal_id", "user_id")[:limit])
    for number, (portal_id, user_id) in enumerate(batch):
        if number:
            time.sleep(pause())
        try:
            fate = _renew(actor_of(portal_id, user_id))
        except SessionEnded:
            continue
        fates[fate] += 1
        failures = failures + 1 if fate is Fate.FAILED else 0
        if failures == _MOST_FAILURES:
            log.error("keep_alive stopped: %s failures in a row", failures)
            break
    if late := overdue():
        log.error("%s portals are about to lose their background access, see keep_alive", late)
    return fates


def _renew(actor: Actor) -> Fate:
    try:
        actor.renew()
    except GrantDead:
        return Fate.LOST
    except ClientRefused as error:
        log.error("%s not renewed, is the client secret right? %s", actor.portal, error)
        return Fate.LOST if _is_gone(actor) else Fate.FAILED
    except RestError as error:
        note_error(actor.portal, actor.user.user_id, error, method="oauth.token")
        log.warning("%s not renewed: %s", actor.portal, error)
        return Fate.LOST if isinstance(error, Refused) else Fate.FAILED
    return _look(actor)


def _look(actor: Actor) -> Fate:
    """Whether the new pair serves: a dismissed person's is renewed, and refused by the portal."""
    try:
        profile = actor.client.call(Command("profile"))
    except Refused:
        return Fate.LOST
    except RestError as error:
        log.warning("%s renewed, but does not answer: %s", actor.portal, error)
        return Fate.RENEWED
    if isinstance(profile, dict) and profile.get("ADMIN") is not True:
        release_installer(actor.portal, actor.user.user_id)
        return Fate.LOST
    return Fate.RENEWED


def _is_gone(actor: Actor) -> bool:
    """The portal's own word on an app that the OAuth server may or may not know there.

    Asked with the old access token: where the app is installed, that one is merely too old.
    """
    try:
        token = PostedToken(actor.portal.endpoint, actor.client.credentials.pair().access)
        client: Client = replace(actor.client, credentials=token)
        client.call(Command("app.info"))
    except RestError as error:
        log.info("%s says: %s", actor.portal, error)
    return not Portal.objects.filter(pk=actor.portal.pk, state=Portal.State.ACTIVE).exists()
