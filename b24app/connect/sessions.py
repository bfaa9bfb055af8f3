"""The cookie's session: which person of which portal is signed in outside the frame.

One at a time: signing in elsewhere ends the session before. It holds ids, never a token, and ends
with the portal's epoch, as a frame session does.
"""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpRequest

from b24app.frame.session import LIFE_SECONDS
from b24app.models import PortalUser
from b24app.portals.actors import Actor, SessionEnded, actor_of

_KEY = "portal_user"


def open_session(request: HttpRequest, user: PortalUser) -> None:
    """Remember who has just signed in."""
    request.session[_KEY] = [user.portal_id, user.user_id, user.portal.epoch]
    request.session.set_expiry(LIFE_SECONDS)


def actor_in_session(request: HttpRequest) -> Actor:
    """Who is signed in; raises SessionEnded for everybody else."""
    remembered = request.session.get(_KEY)
    if not remembered or not request.user.is_authenticated:
        raise SessionEnded
    portal_id, user_id, epoch = remembered
    actor = actor_of(portal_id, user_id)
    if actor.portal.epoch != epoch:
        raise SessionEnded
    return actor


def close_session(request: HttpRequest) -> None:
    """Forget a portal's person; an operator's session is none of ours."""
    if request.session.get(_KEY):
        logout(request)
