"""From the code that a browser brought back to a proven administrator of the portal asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from b24app.connect.refusals import Cancelled, CodeDead, NotAdministrator, OtherAddress
from b24app.db.connections import release_connection
from b24app.models import Portal, PortalUser
from b24app.portals.actors import Actor
from b24app.portals.admission import admit
from b24app.portals.registry import find_portal, keep_identity
from b24app.portals.verification import (
    IDENTITY,
    read_identity,
    verify_at_named_address,
    verify_owner,
)
from b24app.rest.errors import AppNotInstalled, ForeignGrant, GrantDead
from b24app.tokens import server as oauth
from b24app.tokens.store import proven_endpoint

# How long a portal's word that somebody is an administrator is good.
CONFIRMED_FOR = timedelta(minutes=5)
_CODE = re.compile(r"[A-Za-z0-9._~-]{10,512}")


@dataclass(frozen=True)
class Arrival:
    """What the portal's redirect brought; all but the code is the browser's word."""

    code: str = field(repr=False)
    member_id: str
    oauth_host: str


def parse_arrival(query: Mapping[str, str]) -> Arrival:
    """The arrival in a callback's query; raises Cancelled without a code."""
    code = query.get("code", "")
    if not _CODE.fullmatch(code):
        raise Cancelled
    return Arrival(code, query.get("member_id", ""), query.get("server_domain", ""))


def sign_in_administrator(arrival: Arrival, *, host: str) -> PortalUser:
    """The administrator's row with the tokens of the code, at the portal that was asked for.

    Nothing is stored of anybody else. Raises SignInRefused, LaunchRefused and RestError.
    """
    arrived_at = timezone.now()
    # A code is good once: it is not spent while nothing can be stored.
    connection.ensure_connection()
    release_connection()
    server = oauth.server_at(arrival.oauth_host)
    try:
        answer = oauth.exchange(server, arrival.code)
    except GrantDead as error:
        raise CodeDead from error
    if arrival.member_id not in ("", answer.member_id):
        raise ForeignGrant
    owner = verify_owner(answer.member_id, answer.access, oauth_server=server)
    endpoint = proven_endpoint(owner.client_endpoint)
    if endpoint.host != host:
        raise OtherAddress(asked=host, proven=endpoint.host)
    known = find_portal(answer.member_id)
    if not (owner.is_installed or (known and known.is_usable)):
        raise AppNotInstalled
    proof = verify_at_named_address(owner, answer.access, {}, oauth_server=server)
    if not proof.identity.is_admin:
        raise NotAdministrator(host=host, administrators=administrators(known))
    return admit(proof, access=answer.access, refresh=answer.refresh, at=arrived_at).user


def confirm_administrator(actor: Actor) -> None:
    """Ask the portal again when its word is too old; raises NotAdministrator and RestError."""
    if timezone.now() - actor.user.seen_at > CONFIRMED_FOR:
        identity = read_identity(actor.ask(IDENTITY))
        if identity.user_id != actor.user.user_id:
            raise ForeignGrant
        keep_identity(actor.user, identity)
    if not actor.user.is_admin:
        host = actor.portal.endpoint.host
        raise NotAdministrator(host=host, administrators=administrators(actor.portal))


def administrators(portal: Portal | None) -> list[str]:
    """The names of a portal's administrators whom the app has seen."""
    rows = PortalUser.objects.filter(portal=portal, is_admin=True).exclude(name="")
    return list(rows.order_by("name").values_list("name", flat=True)[:5])
