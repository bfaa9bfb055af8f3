"""People who are to be forgotten: their names, tokens and accounts; what they did is nobody's."""

from __future__ import annotations

from django.db import transaction

from b24app.models import Portal
from b24app.portals import erasures
from b24app.portals.registry import NOBODY, release_installer
from b24app.portals.removal import close_accounts
from b24app.spec import app_spec


@transaction.atomic
def forget_person(portal: Portal, user_id: int) -> bool:
    """Forget one person of a portal; False where they are not known.

    What they did stays, as done by nobody. A click that is open now keeps their number.
    """
    is_known, _ = portal.users.filter(user_id=user_id).delete()
    release_installer(portal, user_id)
    close_accounts(portal, user_id)
    portal.calls.filter(user_id=user_id).update(user_id=NOBODY)
    for forget in app_spec().load("person_erasers"):
        forget(portal, user_id)
    erasures.note(erasures.Kind.PERSON, portal, user_id=user_id)
    return bool(is_known)
