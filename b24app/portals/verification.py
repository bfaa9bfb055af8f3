"""Proof of a launch: who a posted token really belongs to, asked where only the truth answers.

A portal that we know is asked at its stored address, in the very batch that reads the page. Any
other launch is asked at an allow-listed OAuth server first, and then at the address that this
server names. No request goes to a host that only a browser named.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings

from b24app.db.connections import release_connection
from b24app.models import Portal
from b24app.portals.rate_limit import SharedPace
from b24app.portals.registry import Identity, move_portal, record_calls_of_nobody
from b24app.protocol.addresses import Endpoint
from b24app.protocol.launch import Launch
from b24app.rest.client import BatchAnswer, CallRecord, Client, Command
from b24app.rest.credentials import PostedToken
from b24app.rest.errors import ForeignGrant, PortalMoved, RestError, Retry, UnreadableAnswer
from b24app.tokens import server as oauth
from b24app.tokens.store import proven_endpoint

IDENTITY = {"app": Command("app.info"), "me": Command("profile")}


class LaunchRefused(Exception):
    """A launch that is not what it says. The reason is for the log, never for the page."""


@dataclass(frozen=True)
class Proof:
    """What the OAuth server and the portal said about a launch, and the answers to its reads."""

    endpoint: Endpoint
    oauth_server: str
    identity: Identity
    answer: BatchAnswer
    calls: list[CallRecord]


def prove_at_stored_address(
    portal: Portal,
    launch: Launch,
    reads: Mapping[str, Command],
) -> Proof | None:
    """The proof in one round trip, or None when the stored address no longer speaks for the portal.

    Raises LaunchRefused for another app's token and RestError.
    """
    if not portal.is_usable or portal.endpoint.host != launch.host:
        return None
    try:
        return prove_token(portal, launch.access_token, reads)
    except PortalMoved:
        return None
    except UnreadableAnswer as error:
        if error.status != HTTPStatus.NOT_FOUND:
            raise
        # A portal of one's own may keep its host and put REST into another folder.
        return None


def prove_token(
    portal: Portal,
    access_token: str,
    reads: Mapping[str, Command],
) -> Proof:
    """The portal's own word on a token, at its stored address; raises like the above."""
    together = {k: c for k, c in reads.items() if c.method not in portal.unbatchable}
    token = PostedToken(portal.endpoint, access_token)
    proof = _ask(portal.member_id, token, together, portal.oauth_server)
    if proof.identity.app_code != portal.app_code:
        raise LaunchRefused("the token belongs to another app")
    return proof


def prove_at_oauth_server(
    launch: Launch,
    reads: Mapping[str, Command],
    *,
    portal: Portal | None,
) -> Proof:
    """The proof by the OAuth server's word; raises LaunchRefused and RestError.

    A page that a known `portal` opened before it was renamed raises PortalMoved: the new address is
    kept, and the person has to go there.
    """
    server = launch.oauth_server or settings.B24_OAUTH_SERVERS[0]
    release_connection()
    owner = prove_owner(launch.member_id, launch.access_token, oauth_server=server)
    host = proven_endpoint(owner.client_endpoint).host
    if host != launch.host:
        if portal is None or portal.endpoint.host != launch.host:
            raise LaunchRefused("DOMAIN is not the portal's address")
        move_portal(portal, proven_endpoint(owner.client_endpoint))
        raise PortalMoved(text=host)
    return prove_at_owners_address(owner, launch.access_token, reads, oauth_server=server)


def prove_administrator(
    member_id: str,
    access_token: str,
    reads: Mapping[str, Command],
    *,
    oauth_server: str,
) -> Proof:
    """The proof of a token that came without a browser; raises like the above.

    Only an administrator's token is proof here: who posts it speaks for the whole portal.
    """
    release_connection()
    owner = prove_owner(member_id, access_token, oauth_server=oauth_server)
    proof = prove_at_owners_address(owner, access_token, reads, oauth_server=oauth_server)
    if not proof.identity.is_admin:
        record_calls_of_nobody(member_id, proof.calls)
        raise LaunchRefused("the token is not an administrator's")
    return proof


def prove_at_owners_address(
    owner: oauth.TokenOwner,
    access_token: str,
    reads: Mapping[str, Command],
    *,
    oauth_server: str,
) -> Proof:
    """The portal's word on a token, at the address that the OAuth server named; raises RestError.

    The two must agree on whose token it is.
    """
    token = PostedToken(proven_endpoint(owner.client_endpoint), access_token)
    proof = _ask(owner.member_id, token, reads, oauth_server)
    if proof.identity.user_id != owner.user_id:
        record_calls_of_nobody(owner.member_id, proof.calls)
        raise ForeignGrant
    return proof


def prove_owner(member_id: str, access_token: str, *, oauth_server: str) -> oauth.TokenOwner:
    """The OAuth server's word on a token; raises LaunchRefused if it is not this portal's."""
    owner = oauth.ask_owner(oauth_server, access_token)
    if owner.client_id != settings.B24_CLIENT_ID:
        raise LaunchRefused("the token belongs to another app")
    if owner.member_id != member_id:
        raise LaunchRefused("the token belongs to another portal")
    return owner


def _ask(
    member_id: str,
    token: PostedToken,
    reads: Mapping[str, Command],
    oauth_server: str,
) -> Proof:
    """Who am I, for which app, and the reads, in one batch with the posted token."""
    calls: list[CallRecord] = []
    client = Client(
        portal=member_id,
        pace=SharedPace(member_id),
        credentials=token,
        record=calls.append,
    )
    try:
        answer = client.batch({**IDENTITY, **reads}, halt=False)
        identity = read_identity(answer)
    except RestError as error:
        # A token that the portal does not know leaves no row: anybody can invent one.
        if error.retry is not Retry.REFRESHED:
            record_calls_of_nobody(member_id, calls)
        raise
    return Proof(token.endpoint, oauth_server, identity, answer, calls)


def _user_id(value: object) -> int:
    number = int(str(value))
    if not 0 < number < 2**63:
        raise ValueError("not an id")
    return number


def read_identity(answer: BatchAnswer) -> Identity:
    """The identity in a batch with app.info and profile; raises RestError.

    b24restdocs: api-reference/common/users/profile.md, api-reference/common/system/app-info.md
    """
    app, me = answer.value("app"), answer.value("me")
    try:
        names = (str(me.get("NAME") or ""), str(me.get("LAST_NAME") or ""))
        return Identity(
            user_id=_user_id(me["ID"]),
            name=" ".join(filter(None, names)),
            is_admin=me.get("ADMIN") is True,
            app_code=str(app["CODE"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableAnswer(text="not an identity") from error
