"""The OAuth server: token pairs renewed once, and tokens proven, at allow-listed hosts alone.

Speaks through requests-oauthlib over our own pool; knows no models. The lock that makes a refresh
happen once across processes is given to it as a `GrantStore`.
Sources: b24restdocs settings/oauth/index.md, auto-renewal.md, error-codes.md.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.conf import settings
from oauthlib.oauth2 import OAuth2Error
from requests import RequestException, Response
from requests_oauthlib import OAuth2Session

from b24app.rest.errors import (
    AppNotInstalled,
    AppUnpaid,
    ForeignGrant,
    GrantDead,
    NotExecuted,
    NotSent,
    OurFault,
    RefreshBusy,
    RestError,
    ScopeMissing,
    SignInUnreachable,
    TokenInvalid,
    Unknown,
)
from b24app.rest.transport import (
    CONNECT_SECONDS,
    USER_AGENT,
    PooledAdapter,
    post_json,
    read_whole,
)

ANSWER_SECONDS = 8.0
LEASE_SECONDS = 15.0
_WAIT_SECONDS = 10.0
_LOOK_SECONDS = 0.05
_PAUSE_SECONDS = 2.0
_ADAPTER = PooledAdapter()
_NO_TOKEN_ANSWER = (
    *(RequestException, OAuth2Error, NotSent, Unknown),
    *(AttributeError, KeyError, RecursionError, TypeError, ValueError),
)
_CODES: dict[str, type[RestError]] = {
    "invalid_grant": GrantDead,
    "invalid_client": AppNotInstalled,
    "wrong_client": AppNotInstalled,
    "NOT_INSTALLED": AppNotInstalled,
    "PORTAL_DELETED": AppNotInstalled,
    "PAYMENT_REQUIRED": AppUnpaid,
    "insufficient_scope": ScopeMissing,
    "invalid_scope": ScopeMissing,
    "invalid_request": OurFault,
    "invalid_token": TokenInvalid,
    "expired_token": TokenInvalid,
    "NO_AUTH_FOUND": TokenInvalid,
    "bad_verification_code": GrantDead,
}


@dataclass(frozen=True)
class TokenPair:
    """A user's tokens; `version` grows by one with each stored pair."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    version: int


@dataclass(frozen=True)
class TokenAnswer:
    """What the token endpoint gave: a new pair, for whom, and where the portal answers now."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int
    member_id: str
    client_endpoint: str


@dataclass(frozen=True)
class TokenOwner:
    """What the OAuth server knows about an access token (its `app.info`)."""

    client_id: str
    user_id: int
    member_id: str
    client_endpoint: str


class GrantStore(Protocol):
    """One stored token pair and the right to renew it, shared by every process."""

    @property
    def member_id(self) -> str: ...
    @property
    def oauth_server(self) -> str: ...
    def read(self) -> TokenPair:
        """The pair as it is stored now."""

    def lease(self, *, version: int, seconds: float) -> bool:
        """Take the right to renew this version for `seconds`; False when another has it."""

    def postpone(self, *, version: int, seconds: float) -> None:
        """Keep everybody from trying this version again for `seconds`."""

    def save(self, answer: TokenAnswer, *, version: int) -> None:
        """Store the new pair if `version` is still the stored one; ends the lease."""

    def bury(self, *, version: int) -> None:
        """Forget a refresh token that the OAuth server called dead."""


class _TokenSession(OAuth2Session):
    """A session for the token endpoint: our pool, no redirects, POST unless GET is set."""

    def __init__(self, *, client_id: str) -> None:
        super().__init__(client_id=client_id)
        self.trust_env = False
        self.mount("https://", _ADAPTER)
        self.mount("http://", _ADAPTER)
        self.register_compliance_hook("refresh_token_response", _raise_errors)

    def post(self, url: Any, data: Any = None, json: Any = None, **kwargs: Any) -> Response:
        sent = {"params" if settings.B24_TOKEN_REQUESTS_BY_GET else "data": data}
        method = "GET" if settings.B24_TOKEN_REQUESTS_BY_GET else "POST"
        deadline = time.monotonic() + CONNECT_SECONDS + ANSWER_SECONDS
        answer = self.request(method, url, **sent, allow_redirects=False, stream=True, **kwargs)
        # Requests itself would take an answer of any size.
        answer._content = read_whole(answer.raw, deadline=deadline)
        return answer


def renew(store: GrantStore, *, stale: TokenPair) -> TokenPair:
    """A pair newer than `stale`: renewed by us, or by whoever was first.

    Raises GrantDead, AppNotInstalled, AppUnpaid, ForeignGrant, SignInUnreachable, RefreshBusy.
    """
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        pair = store.read()
        if pair.version != stale.version:
            return pair
        if not pair.refresh:
            raise GrantDead
        if store.lease(version=pair.version, seconds=LEASE_SECONDS):
            return _renew_leased(store, pair)
        if time.monotonic() > deadline:
            raise RefreshBusy
        time.sleep(_LOOK_SECONDS)


def _renew_leased(store: GrantStore, pair: TokenPair) -> TokenPair:
    try:
        answer = refresh(store.oauth_server, pair.refresh)
        if answer.member_id != store.member_id:
            raise ForeignGrant
    except GrantDead:
        store.bury(version=pair.version)
        raise
    except RestError:
        store.postpone(version=pair.version, seconds=_PAUSE_SECONDS)
        raise
    store.save(answer, version=pair.version)
    return store.read()


def refresh(server: str, refresh_token: str) -> TokenAnswer:
    """A new pair for a refresh token; raises the errors named at `renew`."""
    session = _TokenSession(client_id=settings.B24_CLIENT_ID)
    try:
        answer = session.refresh_token(
            f"{_allowed(server)}/oauth/token/",
            refresh_token=refresh_token,
            client_id=settings.B24_CLIENT_ID,
            client_secret=settings.B24_CLIENT_SECRET,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
        )
        return TokenAnswer(
            access=str(answer["access_token"]),
            refresh=str(answer["refresh_token"]),
            expires_in=int(answer.get("expires_in", 3600)),
            member_id=str(answer["member_id"]),
            client_endpoint=str(answer.get("client_endpoint", "")),
        )
    except _NO_TOKEN_ANSWER as error:
        raise SignInUnreachable(text=type(error).__name__) from error


def ask_owner(server: str, access_token: str) -> TokenOwner:
    """Who an access token belongs to, by the OAuth server's word; raises like `renew`.

    The token travels in the body, so that it is in nobody's access log.
    """
    body = json.dumps({"auth": access_token}).encode()
    try:
        answer = post_json(f"{_allowed(server)}/rest/app.info", body, seconds=ANSWER_SECONDS)
        data = json.loads(answer.body)
        if "error" in data:
            raise _error_of(data, answer.status)
        result, install = data["result"], data["result"]["install"]
        return TokenOwner(
            client_id=str(result["client_id"]),
            user_id=int(result["user_id"]),
            member_id=str(install["member_id"]),
            client_endpoint=str(install["client_endpoint"]),
        )
    except RestError as error:
        if isinstance(error, NotExecuted) or error.code:
            raise
        raise SignInUnreachable(text=type(error).__name__) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SignInUnreachable(text=type(error).__name__) from error


def _allowed(server: str) -> str:
    """`server` if it is on the list, else the first of the list: no other host hears a token."""
    return server if server in settings.B24_OAUTH_SERVERS else settings.B24_OAUTH_SERVERS[0]


def _raise_errors(response: Response) -> Response:
    """Errors by the body first: `wrong_client` comes with HTTP 200."""
    try:
        data = response.json()
    except (ValueError, RecursionError) as error:
        raise SignInUnreachable(text="not JSON", status=response.status_code) from error
    if isinstance(data, dict) and "error" in data:
        raise _error_of(data, response.status_code)
    return response


def _error_of(data: dict[str, Any], status: int) -> RestError:
    code = str(data["error"])
    kind = _CODES.get(code, SignInUnreachable)
    return kind(code, str(data.get("error_description", "")), status)
