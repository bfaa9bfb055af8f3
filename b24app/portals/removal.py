"""The app removed from a portal: its tokens gone, its sessions over, its history kept or forgotten.

A removal has a time of its own. What happened before it is over, whenever word of it comes; and a
removal that is older than the installation that is there now does nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from b24app.models import EventReceipt, Portal, PortalPace
from b24app.rest.errors import AppNotInstalled

# The address of a portal that has none (RFC 2606: it leads nowhere).
NOWHERE = "https://removed.invalid/rest/"


class InstallTooLate(AppNotInstalled, kind="install_too_late"):
    """Word of an installation that came when the app had been removed again."""


def is_too_late(portal: Portal, at: datetime) -> bool:
    """Whether what happened at `at` was over when the app was removed from the portal.

    To the second, as events know their time.
    """
    removed_at = portal.uninstalled_at
    return removed_at is not None and at < removed_at.replace(microsecond=0)


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
        installer_id=None,
        trouble="",
        trouble_at=None,
    )
    if is_removed:
        epoch = Portal.objects.values_list("epoch", flat=True).get(pk=portal.pk)
        portal.users.update(
            epoch=epoch,
            access_token="",
            refresh_token="",
            token_version=F("token_version") + 1,
            lease_until=None,
            retry_after=None,
        )
    return bool(is_removed)


@transaction.atomic
def forget(portal: Portal, *, at: datetime) -> bool:
    """Like `uninstall`, and of all that was ever known of the portal only this removal stays.

    It stays in a new row, so that whatever was under way with the old one fails when it is written
    down. Staff of this server keep their accounts.
    """
    if not uninstall(portal, at=at):
        return False
    accounts = SocialAccount.objects.filter(uid__startswith=portal.account_uid())
    people = list(accounts.filter(user__is_staff=False).values_list("user_id", flat=True))
    accounts.delete()
    User.objects.filter(pk__in=people).delete()
    later = Q(state=EventReceipt.State.WAITING, at__gt=at)
    EventReceipt.objects.filter(member_id=portal.member_id).exclude(later).delete()
    PortalPace.objects.filter(member_id=portal.member_id).delete()
    Portal.objects.filter(pk=portal.pk).delete()
    Portal.objects.create(
        member_id=portal.member_id,
        client_endpoint=NOWHERE,
        state=Portal.State.UNINSTALLED,
        epoch=portal.epoch + 1,
        uninstalled_at=at,
    )
    return True
