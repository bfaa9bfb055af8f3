"""Forgetting a portal for good: everything of it is deleted, and a tombstone refuses late events.

The tombstone is a new row, so that no field of the old one can be left over, and so that whatever
was under way with the old one fails when it is written down, instead of coming back.
"""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from b24app.models import EventReceipt, Portal


@transaction.atomic
def forget_portal(portal: Portal) -> Portal:
    """The tombstone that remains: member id, address, and the time.

    With the row go its people, their tokens, calls and whatever other rooms hang on a portal; the
    receipts of its events; and the accounts of its people that django-allauth made. Staff stays.
    """
    portal = Portal.objects.select_for_update().get(pk=portal.pk)
    EventReceipt.objects.filter(member_id=portal.member_id).delete()
    accounts = SocialAccount.objects.filter(
        provider="bitrix24", uid__startswith=f"{portal.member_id}:"
    )
    people = list(accounts.filter(user__is_staff=False).values_list("user_id", flat=True))
    accounts.delete()
    User.objects.filter(pk__in=people).delete()
    Portal.objects.filter(pk=portal.pk).delete()
    return Portal.objects.create(
        member_id=portal.member_id,
        client_endpoint=portal.client_endpoint,
        oauth_server=portal.oauth_server,
        state=Portal.State.UNINSTALLED,
        epoch=portal.epoch + 1,
        uninstalled_at=timezone.now(),
    )
