"""The app removed from a portal: tokens, names and sessions gone, the history kept or not.

A removal has a time of its own. What happened before it is over, whenever word of it comes; and a
removal that is older than the installation that is there now does nothing. Its time is by another
clock than the installation's, so that what is nearly of one moment is not told apart by time.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from b24app.models import EventReceipt, Portal, PortalPace
from b24app.portals import erasures
from b24app.rest.errors import AppNotInstalled

# The address of a portal that has none (RFC 2606: it leads nowhere).
NOWHERE = "https://removed.invalid/rest/"
# How long a removal that nobody could confirm can still be put right.
_DOUBT = timedelta(days=1)
# How far a portal's clock and ours may be apart.
_CLOCKS = timedelta(minutes=10)


class InstallTooLate(AppNotInstalled, kind="install_too_late"):
    """Word of an installation that came when the app had been removed again."""


def is_too_late(portal: Portal, at: datetime) -> bool:
    """Whether what happened at `at` was over when the app was removed from the portal.

    To the second, as events know their time.
    """
    removed_at = portal.uninstalled_at
    return removed_at is not None and at < removed_at.replace(microsecond=0)


def is_over(portal: Portal, at: datetime) -> bool:
    """Whether the app was installed again after a removal at `at`, whatever the clocks."""
    installed_at = portal.installed_at
    return installed_at is not None and installed_at >= at + _CLOCKS


@transaction.atomic
def uninstall(portal: Portal, *, at: datetime | None = None) -> bool:
    """The app is gone from the portal: no token and no name stays, every session ends.

    The history stays, by the numbers of people; their next launch brings their names again.

    `at` is when it went, now by default. False, and nothing changes, when it was installed again
    after that, and since `portal` was read: what was there then is for the caller to judge.
    """
    at = at or timezone.now()
    # To the second, as events know their time.
    is_later = Q(installed_at__gte=at.replace(microsecond=0) + timedelta(seconds=1))
    came_later = is_later & ~Q(installed_at=portal.installed_at)
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
            name="",
            access_token="",
            refresh_token="",
            token_version=F("token_version") + 1,
            lease_until=None,
            retry_after=None,
        )
        close_accounts(portal)
        erasures.note(erasures.Kind.REMOVAL, portal, at=at)
    return bool(is_removed)


def close_accounts(portal: Portal, user_id: int | None = None) -> None:
    """Delete the accounts outside the frame of one person, or of all; staff keep theirs."""
    accounts = SocialAccount.objects.filter(uid__startswith=portal.account_uid())
    if user_id is not None:
        accounts = accounts.filter(uid=portal.account_uid(user_id))
    people = list(accounts.filter(user__is_staff=False).values_list("user_id", flat=True))
    accounts.delete()
    User.objects.filter(pk__in=people).delete()


@transaction.atomic
def forget(portal: Portal, *, at: datetime) -> bool:
    """Like `uninstall`, and of all that was ever known of the portal only this removal stays.

    It stays in a new row, so that whatever was under way with the old one fails when it is written
    down. Staff of this server keep their accounts.
    """
    if not uninstall(portal, at=at):
        return False
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
    erasures.note(erasures.Kind.PORTAL, portal, at=at)
    return True


@transaction.atomic
def forget_later(portal: Portal, *, at: datetime) -> bool:
    """Like `uninstall`; what was known of the portal goes in a day, unless the app comes back."""
    if not uninstall(portal, at=at):
        return False
    rows = Portal.objects.filter(pk=portal.pk, erase_at=None)
    rows.update(erase_at=timezone.now() + _DOUBT)
    return True


def forget_due() -> int:
    """Erase the portals whose day is over; answers how many."""
    due = Portal.objects.filter(state=Portal.State.UNINSTALLED, erase_at__lte=timezone.now())
    return sum(forget(portal, at=portal.uninstalled_at or timezone.now()) for portal in due)
