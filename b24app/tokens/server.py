"""The OAuth server, at allow-listed hosts alone: codes and refresh tokens spent, tokens proven.

Speaks through requests-oauthlib over our own pool; knows no models and no locks.
Sources: b24restdocs settings/oauth/index.md, auto-renewal.md, error-codes.md.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from oauthlib.oauth2 import OAuth2Error
from requests import RequestException, Response
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth2Session

from b24app.fast.request_heads import USER_AGENT
from b24app.protocol.numbers import written
from b24app.rest import errors
from b24app.rest.concurrency import slot
from b24app.rest.deadline import deadline_at
from b24app.rest.errors import (
    NotExecuted,
    NotSent,
    PortalBusy,
    RestError,
    ServerBusy,
    SignInUnreachable,
    Unknown,
)
from b24app.rest.transport import CONNECT_SECONDS, POOL, post_json, read_whole

ANSWER_SECONDS = 8.0
# Nobody can repeat a renewal: what it brought is lost with its answer, and the old pair is dead.
_RENEWAL_ANSWER_SECONDS = 20.0
RENEWAL_SECONDS = CONNECT_SECONDS + _RENEWAL_ANSWER_SECONDS
_HEADERS = {"User-Agent": USER_AGENT, "Accept": "application/json"}
_PATIENCE = (CONNECT_SECONDS, ANSWER_SECONDS)
# The OAuth server's own, in the name of no portal; a renewal's lease outlasts the waiting.
_SLOTS, _SLOT_SECONDS = 16, 2.0
_NO_TOKEN_ANSWER = (
    *(RequestException, OAuth2Error, NotSent, Unknown),
    *(AttributeError, KeyError, RecursionError, TypeError, ValueError),
)
_CODES: dict[str, type[RestError]] = {
    "invalid_grant": errors.GrantDead,
    "invalid_client": errors.ClientRefused,
    "wrong_client": errors.ClientRefused,
    "NOT_INSTALLED": errors.AppNotInstalled,
    "PORTAL_DELETED": errors.PortalClosed,
    "PAYMENT_REQUIRED": errors.AppUnpaid,
    "insufficient_scope": errors.ScopeMissing,
    "invalid_scope": errors.ScopeMissing,
    "invalid_request": errors.OurFault,
    "invalid_token": errors.TokenInvalid,
    "expired_token": errors.TokenInvalid,
    "NO_AUTH_FOUND": errors.TokenInvalid,
    "bad_verification_code": errors.GrantDead,
}


@dataclass(frozen=True)
class TokenAnswer:
    """What the token endpoint gave: a new pair, for whom, and where the portal answers now.

    `user_id` is None where the answer does not say it, as after a code.
    """

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    member_id: str
    client_endpoint: str
    user_id: int | None


@dataclass(frozen=True)
class TokenOwner:
    """What the OAuth server knows about an access token (its `app.info`).

    `is_installed`: the portal's administrator has finished the set-up.
    """

    client_id: str
    user_id: int
    member_id: str
    client_endpoint: str
    is_installed: bool


class _PooledAdapter(HTTPAdapter):
    """Lets sessions share the pool and its checks."""

    def __init__(self) -> None:
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        self.poolmanager = POOL

    def send(self, *args: Any, **kwargs: Any) -> Response:
        """As of `requests`; its two time-outs together are the deadline of all that is done."""
        connect, read = kwargs.get("timeout") or (CONNECT_SECONDS, ANSWER_SECONDS)
        with deadline_at(time.monotonic() + connect + read):
            return super().send(*args, **kwargs)


_ADAPTER = _PooledAdapter()


class _TokenSession(OAuth2Session):
    """A session for the token endpoint: our pool, no redirects, POST unless GET is set."""

    def __init__(self) -> None:
        super().__init__(client_id=settings.B24_CLIENT_ID)
        self.trust_env = False
        self.mount("https://", _ADAPTER)
        self.mount("http://", _ADAPTER)
        self.register_compliance_hook("refresh_token_response", _raise_errors)
        self.register_compliance_hook("access_token_response", _raise_errors)

    def request(self, method: str, url: Any, **kwargs: Any) -> Response:  # type: ignore[override]
        return super().request(method, url, **{**kwargs, "allow_redirects": False})

    def post(self, url: Any, data: Any = None, json: Any = None, **kwargs: Any) -> Response:
        sent = {"params" if settings.B24_TOKEN_REQUESTS_BY_GET else "data": data}
        method = "GET" if settings.B24_TOKEN_REQUESTS_BY_GET else "POST"
        deadline = time.monotonic() + sum(kwargs["timeout"])
        answer = self.request(method, url, **sent, stream=True, **kwargs)
        # Requests itself would take an answer of any size.
        answer._content = bytes(read_whole(answer.raw, server=url, deadline=deadline))
        return answer


def refresh(server: str, refresh_token: str) -> TokenAnswer:
    """A new pair for a refresh token; raises what `StoredPair.renew` names."""
    with _slot(), _readable_errors():
        answer = _TokenSession().refresh_token(
            _token_url(server),
            refresh_token=refresh_token,
            client_id=settings.B24_CLIENT_ID,
            client_secret=settings.B24_CLIENT_SECRET,
            headers=_HEADERS,
            timeout=(CONNECT_SECONDS, _RENEWAL_ANSWER_SECONDS),
        )
        return _token_answer(answer)


def exchange(server: str, code: str) -> TokenAnswer:
    """The first pair for a code, which is good once and for 30 seconds.

    Raises GrantDead for a code that is too old, used or unknown, and else what `refresh` raises.
    """
    with _slot(), _readable_errors():
        answer = _TokenSession().fetch_token(
            _token_url(server),
            code=code,
            method="GET" if settings.B24_TOKEN_REQUESTS_BY_GET else "POST",
            include_client_id=True,
            client_secret=settings.B24_CLIENT_SECRET,
            headers=_HEADERS,
            timeout=_PATIENCE,
        )
        return _token_answer(answer)


@contextmanager
def _slot(at: float = 0.0) -> Iterator[None]:
    """One of the OAuth server's slots, not before the unix time `at`; raises ServerBusy."""
    until = max(at, time.time()) + _SLOT_SECONDS
    try:
        with slot("", at=at, until=until, most=_SLOTS):
            yield
    except PortalBusy as error:
        raise ServerBusy(text="too many ask") from error


@contextmanager
def _readable_errors() -> Iterator[None]:
    """Everything but the server's own refusals means that it could not be asked."""
    try:
        yield
    except _NO_TOKEN_ANSWER as error:
        raise SignInUnreachable(text=type(error).__name__) from error


def _token_answer(answer: Mapping[str, Any]) -> TokenAnswer:
    return TokenAnswer(
        access=str(answer["access_token"]),
        refresh=str(answer["refresh_token"]),
        member_id=str(answer["member_id"]),
        client_endpoint=str(answer.get("client_endpoint", "")),
        user_id=_user_id(answer.get("user_id")),
    )


def _user_id(value: Any) -> int | None:
    """An id that is none says as little as one that is missing."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and 0 < int(text[:20]) < 2**63 else None


def ask_owner(server: str, access_token: str, *, at: float = 0.0) -> TokenOwner:
    """Who an access token belongs to, by the OAuth server's word; raises like `refresh`.

    It is not asked before the unix time `at`. The token travels in the body, so that it is in
    nobody's access log.
    """
    body = json.dumps({"auth": access_token}).encode()
    try:
        with _slot(at):
            answer = post_json(f"{_allowed(server)}/rest/app.info", body, seconds=ANSWER_SECONDS)
        data = json.loads(answer.body)
        if "error" in data:
            raise _error_of(data, answer.status)
        result, install = data["result"], data["result"]["install"]
        return TokenOwner(
            client_id=str(result["client_id"]),
            user_id=int(written(result["user_id"])),
            member_id=str(install["member_id"]),
            client_endpoint=str(install["client_endpoint"]),
            is_installed=install.get("installed") in (True, "Y", 1),
        )
    except RestError as error:
        if isinstance(error, NotExecuted) or error.code:
            raise
        raise SignInUnreachable(text=type(error).__name__) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise SignInUnreachable(text=type(error).__name__) from error


def server_at(host: str) -> str:
    """The allow-listed server at a host that a browser named, else the first of the list."""
    servers: list[str] = settings.B24_OAUTH_SERVERS
    return next((each for each in servers if each.partition("://")[2] == host), servers[0])


def _token_url(server: str) -> str:
    return f"{_allowed(server)}/oauth/token/"


def _allowed(server: str) -> str:
    """`server` if it is on the list, else the first of the list: no other host hears a token."""
    return server if server in settings.B24_OAUTH_SERVERS else settings.B24_OAUTH_SERVERS[0]


def _raise_errors(response: Response) -> Response:
    """Errors by the body first: `wrong_client` comes with HTTP 200."""
    try:
        data = response.json()
    except (ValueError, RecursionError) as error:
        raise SignInUnreachable(text="not JSON", status=response.status_code) from error
    if not isinstance(data, dict):
        raise SignInUnreachable(text="not an object", status=response.status_code)
    if "error" in data:
        raise _error_of(data, response.status_code)
    return response


def _error_of(data: dict[str, Any], status: int) -> RestError:
    code = str(data["error"])
    kind = _CODES.get(code, SignInUnreachable)
    return kind(code, str(data.get("error_description", "")), status)
