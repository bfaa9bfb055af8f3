"""Verifying a token: who it really belongs to, asked where only the truth answers.

A portal that we know is asked at its stored address, in the very batch that reads the page, if the
OAuth server has named that address within a day. Any other launch is asked at an allow-listed OAuth
server first, and then at the address that this server names; so is whoever is new in a portal.
No request goes to a host that only a browser named.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.utils import timezone

from b24app.db.connections import release_connection
from b24app.models import Portal
from b24app.portals.rate_limit import SharedPace, oauth_moment
from b24app.portals.registry import Identity, record_calls_of_nobody, take_host
from b24app.protocol.addresses import Endpoint
from b24app.protocol.launch import Launch
from b24app.protocol.numbers import written
from b24app.rest.address_errors import SignInServerUnknown
from b24app.rest.client import BatchAnswer, CallRecord, Client, Command
from b24app.rest.credentials import TokenPair
from b24app.rest.errors import (
    ForeignGrant,
    GrantDead,
    PortalMoved,
    RestError,
    UnreadableAnswer,
)
from b24app.rest.remedy import Retry
from b24app.tokens import server as oauth
from b24app.tokens.store import proven_endpoint

IDENTITY = {"app": Command("app.info"), "me": Command("profile")}
Reads = Mapping[str, Command]


class LaunchRefused(Exception):
    """A launch that is not what it says. The reason is for the log, never for the page."""


@dataclass(frozen=True)
class PostedToken:
    """An access token that somebody brought: good for one look at an address we already trust."""

    endpoint: Endpoint
    access: str = field(repr=False)
    can_renew: bool = False

    def pair(self) -> TokenPair:
        return TokenPair(self.access, "", 0)

    def renew(self, stale: TokenPair) -> TokenPair:
        raise GrantDead

    def postpone(self, pair: TokenPair) -> None:
        return None


@dataclass(frozen=True)
class Proof:
    """What the OAuth server and the portal said about a token, and the answers to the reads.

    `portal` is the row at whose stored address it was proven; None where the OAuth server has named
    the address, which may be a new one.
    """

    portal: Portal | None
    member_id: str
    endpoint: Endpoint
    oauth_server: str
    identity: Identity
    reads: Reads
    answer: BatchAnswer
    calls: list[CallRecord]


def verify_launch(
    launch: Launch, reads: Reads, *, portal: Portal | None, is_install: bool
) -> Proof:
    """The proof of a launch; raises LaunchRefused and RestError.

    `portal` is the launch's row, if known. An installation is always proven by the OAuth server,
    because it may be a new one.
    """
    if launch.oauth_server and launch.oauth_server not in settings.B24_OAUTH_SERVERS:
        # Words without data, which any portal may show: nothing was asked, and nothing is stored.
        raise SignInServerUnknown(launch.oauth_server.partition("://")[2])
    is_at_stored_address = portal and portal.is_usable and portal.endpoint.host == launch.host
    if portal and is_at_stored_address and portal.is_proven and not is_install:
        try:
            return verify_token(portal, launch.access_token, reads)
        except PortalMoved:
            pass
        except UnreadableAnswer as error:
            # A portal of one's own may keep its host and put REST into another folder.
            if error.status != HTTPStatus.NOT_FOUND:
                raise
    at = oauth_moment(portal.member_id if portal and is_at_stored_address else None)
    return _verify_at_oauth_server(launch, reads, portal=portal, at=at)


def verify_token(portal: Portal, access_token: str, reads: Reads) -> Proof:
    """The proof in one round trip, at the portal's stored address.

    Raises LaunchRefused for another app's token and RestError.
    """
    proof = _ask(
        PostedToken(portal.endpoint, access_token),
        _batchable(reads, portal),
        portal=portal,
        member_id=portal.member_id,
        oauth_server=portal.oauth_server,
    )
    if proof.identity.app_code != portal.app_code:
        raise LaunchRefused("the token belongs to another app")
    return proof


def confirm_newcomer(proof: Proof, portal: Portal, access_token: str) -> None:
    """The OAuth server's word on somebody new, of whom the stored address alone has told.

    Raises LaunchRefused and RestError.
    """
    try:
        owner = verify_owner(portal.member_id, access_token, oauth_server=portal.oauth_server)
        endpoint = proven_endpoint(owner.client_endpoint)
        check_host(proof.endpoint.host, endpoint, portal=portal)
        if owner.user_id != proof.identity.user_id:
            raise ForeignGrant
    except (LaunchRefused, RestError):
        record_calls_of_nobody(portal.member_id, proof.calls)
        raise
    portal.change(proven_at=timezone.now())
    take_host(portal)


def check_host(host: str, named: Endpoint, *, portal: Portal | None) -> None:
    """Whether the OAuth server names the host that was asked for; raises LaunchRefused.

    A known `portal` that has left its stored host raises PortalMoved; its new address is kept.
    """
    if named.host == host:
        return
    if portal is None or portal.endpoint.host != host:
        raise LaunchRefused("DOMAIN is not the portal's address")
    portal.change(client_endpoint=named.url, proven_at=None)
    raise PortalMoved(text=named.host)


def _batchable(reads: Reads, portal: Portal) -> Reads:
    return {k: c for k, c in reads.items() if c.method not in portal.unbatchable}


def _verify_at_oauth_server(
    launch: Launch, reads: Reads, *, portal: Portal | None, at: float
) -> Proof:
    """The proof by the OAuth server's word; raises LaunchRefused and RestError.

    A page that a known `portal` opened before it was renamed raises PortalMoved: the new address is
    kept, and the person has to go there.
    """
    server = launch.oauth_server or settings.B24_OAUTH_SERVERS[0]
    owner = verify_owner(launch.member_id, launch.access_token, oauth_server=server, at=at)
    check_host(launch.host, proven_endpoint(owner.client_endpoint), portal=portal)
    if portal is not None:
        reads = _batchable(reads, portal)
    return verify_at_named_address(owner, launch.access_token, reads, oauth_server=server)


def verify_administrator(
    member_id: str, access_token: str, reads: Reads, *, oauth_server: str
) -> Proof:
    """The proof of a token that came without a browser; raises LaunchRefused and RestError.

    Only an administrator's token is proof here: who posts it speaks for the whole portal.
    """
    owner = verify_owner(member_id, access_token, oauth_server=oauth_server)
    proof = verify_at_named_address(owner, access_token, reads, oauth_server=oauth_server)
    if not proof.identity.is_admin:
        record_calls_of_nobody(member_id, proof.calls)
        raise LaunchRefused("the token is not an administrator's")
    return proof


def verify_owner(
    member_id: str, access_token: str, *, oauth_server: str, at: float = 0.0
) -> oauth.TokenOwner:
    """The OAuth server's word on a token; raises LaunchRefused if it is not this portal's."""
    release_connection()
    owner = oauth.ask_owner(oauth_server, access_token, at=at)
    if owner.client_id != settings.B24_CLIENT_ID:
        raise LaunchRefused("the token belongs to another app")
    if owner.member_id != member_id:
        raise LaunchRefused("the token belongs to another portal")
    return owner


def verify_at_named_address(
    owner: oauth.TokenOwner, access_token: str, reads: Reads, *, oauth_server: str
) -> Proof:
    """The portal's word on a token, at the address that the OAuth server named; raises RestError.

    The two must agree on whose token it is.
    """
    proof = _ask(
        PostedToken(proven_endpoint(owner.client_endpoint), access_token),
        reads,
        portal=None,
        member_id=owner.member_id,
        oauth_server=oauth_server,
    )
    if proof.identity.user_id != owner.user_id:
        record_calls_of_nobody(owner.member_id, proof.calls)
        raise ForeignGrant
    return proof


def _ask(
    token: PostedToken, reads: Reads, *, portal: Portal | None, member_id: str, oauth_server: str
) -> Proof:
    """Who am I, for which app, and the reads, in one batch with the posted token."""
    calls: list[CallRecord] = []
    client = Client(
        portal=member_id, pace=SharedPace(member_id), credentials=token, record=calls.append
    )
    try:
        answer = client.batch({**IDENTITY, **reads}, halt=False)
        identity = read_identity(answer)
    except RestError as error:
        # A token that the portal does not know leaves no row: anybody can invent one.
        if error.retry is not Retry.REFRESHED:
            record_calls_of_nobody(member_id, calls)
        raise
    return Proof(portal, member_id, token.endpoint, oauth_server, identity, reads, answer, calls)


def ask_owner(
    member_id: str, endpoint: Endpoint, access: str, *, record: Callable[[CallRecord], None]
) -> int:
    """Whose access token it is, by the portal's word; raises RestError."""
    client = Client(
        portal=member_id,
        pace=SharedPace(member_id),
        credentials=PostedToken(endpoint, access),
        record=record,
    )
    return _user_id(client.call(IDENTITY["me"]))


def read_identity(answer: BatchAnswer) -> Identity:
    """The identity in a batch with app.info and profile; raises RestError.

    b24restdocs: api-reference/common/users/profile.md, api-reference/common/system/app-info.md
    """
    app, me = answer.value("app"), answer.value("me")
    try:
        user_id = _user_id(me)
        names = (str(me.get("NAME") or ""), str(me.get("LAST_NAME") or ""))
        return Identity(
            user_id=user_id,
            name=" ".join(filter(None, names)),
            is_admin=me.get("ADMIN") is True,
            app_code=str(app["CODE"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise UnreadableAnswer(text="not an identity") from error


def _user_id(profile: Any) -> int:
    """The id in a person's profile; raises UnreadableAnswer."""
    try:
        user_id = int(written(profile["ID"]))
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableAnswer(text="not a profile") from error
    if not 0 < user_id < 2**63:
        raise UnreadableAnswer(text="not an id")
    return user_id
