"""After a backup was put back: what happened since is unknown to it, and must not be undone by it.

Who was erased is erased again, from the file outside the database. No page or sign-in of before
goes on: a click that had been sent could be sent again, and a row that is gone leaves its number to
another portal. What the app itself has to put right stands in its spec.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from b24app.models import Portal, PortalUser, epoch_of_now
from b24app.portals.erasures import Erasure, Kind, hash_of
from b24app.portals.people import forget_person
from b24app.portals.removal import NOWHERE, forget, uninstall


@transaction.atomic
def end_sessions() -> None:
    """End every frame and sign-in of before."""
    epoch = Greatest(F("epoch") + 1, Value(epoch_of_now()))
    PortalUser.objects.filter(epoch=F("portal__epoch")).update(epoch=epoch)
    Portal.objects.update(epoch=epoch)
    Session.objects.all().delete()


def erase_again(erasures: Iterable[Erasure]) -> int:
    """Repeat what the backup does not know of; answers how many were.

    Who came back after an erasing, and is in the backup as such, stays.
    """
    keys = {hash_of(portal): portal.pk for portal in Portal.objects.only("pk", "member_id")}
    count = 0
    for erasure in erasures:
        portal = Portal.objects.filter(pk=keys.get(erasure.portal, 0)).first()
        if portal is not None and _is_due(portal, erasure) and _erase(portal, erasure):
            count += 1
            keys[erasure.portal] = Portal.objects.get(member_id=portal.member_id).pk
    return count


def _is_due(portal: Portal, erasure: Erasure) -> bool:
    if erasure.kind is Kind.PERSON:
        return portal.users.filter(user_id=erasure.user_id, seen_at__lte=erasure.at).exists()
    # To the second, as the time of a removal is known.
    second_after = erasure.at.replace(microsecond=0) + timedelta(seconds=1)
    if portal.installed_at is not None and portal.installed_at >= second_after:
        return False
    removed_at = portal.uninstalled_at
    is_removed = portal.state == Portal.State.UNINSTALLED and removed_at is not None
    is_known = is_removed and removed_at is not None and removed_at >= erasure.at
    return not is_known or (erasure.kind is Kind.PORTAL and portal.client_endpoint != NOWHERE)


def _erase(portal: Portal, erasure: Erasure) -> bool:
    if erasure.kind is Kind.PERSON:
        return forget_person(portal, erasure.user_id)
    leave = forget if erasure.kind is Kind.PORTAL else uninstall
    return leave(portal, at=erasure.at)
