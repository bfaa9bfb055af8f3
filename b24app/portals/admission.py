"""Admitting a person whose token is proven: the portal's row, their tokens, who then can act.

The one way in, whatever brought the token: a launch, an event, a sign-in outside the frame.
"""

from __future__ import annotations

from datetime import datetime

from b24app.models import Portal
from b24app.portals.actors import Actor, actor_for
from b24app.portals.registry import (
    accept_tokens,
    add_person,
    adopt_portal,
    is_application_token,
    keep_application_token,
    record_call,
    settle_installer,
    take_host,
)
from b24app.portals.trouble import note_answers
from b24app.portals.verification import Proof, confirm_newcomer


def admit(
    proof: Proof,
    *,
    access: str,
    refresh: str,
    at: datetime,
    application_token: str = "",
    keeps_living_pair: bool = False,
) -> Actor:
    """Whoever the proof is about, able to act; `at` is when their token was there already.

    An administrator's `application_token` is kept when it is not the one that is there: word of a
    new one comes once, and may be lost. `keeps_living_pair`: tokens that wait in a queue are older
    than those of a launch since.
    Somebody new in the portal is confirmed by the OAuth server, if it has not been asked yet.
    Raises InstallTooLate, AppNotInstalled, and what `confirm_newcomer` names.
    """
    identity = proof.identity
    portal = proof.portal or _adopt(proof, at=at)
    user = None
    if keeps_living_pair:
        people = portal.users.filter(user_id=identity.user_id)
        user = people.exclude(refresh_token="").first()
    if user is None:
        user = accept_tokens(portal, identity, access=access, refresh=refresh)
    if user is None:
        if proof.portal is not None:
            confirm_newcomer(proof, portal, access)
        user = add_person(portal, identity, access=access, refresh=refresh)
    if (
        application_token
        and identity.is_admin
        and not is_application_token(portal, application_token)
    ):
        keep_application_token(portal, application_token)
    for call in proof.calls:
        record_call(portal, user.user_id, call)
    settle_installer(portal, user)
    if proof.reads:
        note_answers(portal, proof.reads, proof.answer)
    return actor_for(portal, user)


def _adopt(proof: Proof, *, at: datetime) -> Portal:
    """The portal's row at the address that both the OAuth server and the portal have confirmed."""
    portal = adopt_portal(
        proof.member_id,
        proof.identity,
        endpoint=proof.endpoint,
        oauth_server=proof.oauth_server,
        at=at,
    )
    take_host(portal)
    return portal
