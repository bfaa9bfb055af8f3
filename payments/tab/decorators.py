"""Decorators of the tab's views: the bearer names a card, and a payment is one that it shows."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from b24app.frame.decorators import ActorView, frame_session_required
from b24app.frame.session import FrameSession
from b24app.portals.actors import Actor
from payments.tab.addresses import SEAL, is_sealed
from payments.types import DEAL, INVOICE


def card_session_required(view: ActorView) -> Callable[..., HttpResponseBase]:
    """For requests of a card's tab; a bearer that names no deal or invoice is refused (400)."""

    @frame_session_required
    @wraps(view)
    def wrapper(
        request: HttpRequest, actor: Actor, session: FrameSession, **kwargs: object
    ) -> HttpResponseBase:
        if not session.entity_id or session.entity_type not in (DEAL, INVOICE):
            raise BadRequest("the bearer names no card")
        return view(request, actor, session, **kwargs)

    return wrapper


def payment_of_card_required(view: ActorView) -> Callable[..., HttpResponseBase]:
    """For what is done to one payment, at an address that the session's own card has shown."""

    @card_session_required
    @wraps(view)
    def wrapper(
        request: HttpRequest, actor: Actor, session: FrameSession, payment_id: int, **kwargs: object
    ) -> HttpResponseBase:
        if not is_sealed(request.GET.get(SEAL, ""), payment_id, session):
            raise Http404
        return view(request, actor, session, payment_id=payment_id, **kwargs)

    return wrapper
