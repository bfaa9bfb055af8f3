"""The OAuth server: `/oauth/token/` and `/rest/app.info`.

b24restdocs: settings/oauth/index.md, auto-renewal.md, error-codes.md.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from tests.standin.rest import faults
from tests.standin.rest.errors import RestError, system_error
from tests.standin.rest.params import Params, read_params
from tests.standin.rest.wire import JSON_TYPE, encode, time_block
from tests.standin.tokens import ACCESS_SECONDS, is_expired, rotate_pair
from tests.standin.world import WORLD, Call, Portal, Token, World

GONE = {
    "invalid_client": ("Invalid client", 400),
    "wrong_client": ("Wrong client", 200),
    "NOT_INSTALLED": ("Application not installed", 401),
}


async def answer_oauth(request: web.Request) -> web.StreamResponse | None:
    """The OAuth server's answer, or None where it has nothing."""
    path = request.path.rstrip("/").removesuffix(".json")
    if path not in ("/oauth/token", "/rest/app.info") or request.method not in ("GET", "POST"):
        return None
    world = request.app[WORLD]
    params = await read_params(request)
    if world.latency:
        await asyncio.sleep(world.latency)
    name = "oauth.token" if path == "/oauth/token" else "oauth.app.info"
    token = _token_of(world, params)
    portal = token.portal if token else None
    call = Call(
        n=portal.next_id("call") if portal else len(world.oauth_calls) + 1,
        at=world.now(),
        server="oauth",
        method=name,
        user_id=token.user_id if token else None,
    )
    world.oauth_calls.append(call)
    if portal is not None:
        portal.calls.append(call)
    work = _exchange if name == "oauth.token" else _describe
    fault = faults.take(portal, name) if portal else None
    body: dict[str, Any] | None = None
    try:
        try:
            if portal is not None and fault is not None:
                await faults.before(portal, fault)
            status, body = 200, work(world, params)
        except faults.Answered as given:
            status, body = 200, given.result
        except RestError as error:
            call.error = error.code
            status, body = error.status, error.body("string")
        if portal is not None and fault is not None:
            await faults.after(portal, fault)
    except faults.Broken as broken:
        sent = encode(body) if body is not None else None
        return await faults.send_broken(request, call, broken.fault, sent)
    call.status = status
    return web.Response(body=encode(body), status=status, headers={"Content-Type": JSON_TYPE})


def _token_of(world: World, params: Params) -> Token | None:
    refresh, code, access = (str(params.get(key)) for key in ("refresh_token", "code", "auth"))
    found = world.refresh.get(refresh) or world.access.get(access)
    return found or (world.codes[code][0] if code in world.codes else None)


def _exchange(world: World, params: Params) -> dict[str, Any]:
    """A new pair for a refresh token or a code."""
    kind = params.get("grant_type")
    if kind not in ("refresh_token", "authorization_code") or not params.get("client_id"):
        raise RestError("invalid_request", "Invalid request")
    if params["client_id"] != world.app.client_id:
        raise RestError("wrong_client", "Wrong client", 200)
    if params.get("client_secret") != world.app.client_secret:
        raise RestError("invalid_client", "Invalid client", 400)
    if kind == "authorization_code":
        return _pair(world, _spend_code(world, str(params.get("code"))))
    old = world.refresh.get(str(params.get("refresh_token")))
    if old is None:
        raise RestError("invalid_grant", "Invalid grant")
    _check_portal(old.portal)
    if old.is_refresh_dead or old.refresh_expires_at <= world.now():
        raise RestError("invalid_grant", "Invalid grant")
    return _pair(world, rotate_pair(world, old))


def _spend_code(world: World, code: str) -> Token:
    token, good_until = world.codes.pop(code, (None, 0.0))
    if token is None:
        raise RestError("invalid_grant", "Invalid grant")
    if good_until <= world.now():
        raise RestError("bad_verification_code", "The code is too old")
    _check_portal(token.portal)
    return token


def _check_portal(portal: Portal) -> None:
    if not portal.app.present:
        code = portal.switches.gone_answer
        text, status = GONE[code]
        raise RestError(code, text, status)
    if portal.switches.payment_expired:
        raise system_error("PAYMENT_REQUIRED")


def _is_known_to_be_gone(portal: Portal) -> bool:
    return not (portal.app.present or portal.switches.tokens_outlive_removal)


def _pair(world: World, token: Token) -> dict[str, Any]:
    portal = token.portal
    owner = {"user_id": token.user_id} if portal.switches.names_owners else {}
    return {
        "access_token": token.access,
        "expires": int(token.expires_at),
        "expires_in": ACCESS_SECONDS,
        "scope": ",".join(portal.app.scopes),
        "domain": world.oauth_host,
        "server_endpoint": world.oauth_endpoint,
        "status": portal.app.status,
        "client_endpoint": portal.switches.client_endpoint or portal.endpoint,
        "member_id": portal.member_id,
        **owner,
        "refresh_token": token.refresh,
    }


def _describe(world: World, params: Params) -> dict[str, Any]:
    """What an access token is: whose, of which app, in which portal."""
    key = params.get("auth")
    if not key:
        raise system_error("NO_AUTH_FOUND")
    token = world.access.get(str(key))
    if token is not None and _is_known_to_be_gone(token.portal):
        raise RestError("NOT_INSTALLED", "Application not installed", 401)
    if token is None or token.is_revoked:
        raise system_error("invalid_token")
    if is_expired(world, token):
        raise system_error("expired_token")
    portal, scope = token.portal, ",".join(token.portal.app.scopes)
    now = world.now()
    result = {
        "client_id": world.app.client_id,
        "scope": scope,
        "expires": datetime.fromtimestamp(token.expires_at, UTC).isoformat(timespec="seconds"),
        "install": {
            "installed": portal.app.installed or portal.switches.oauth_installed == "present",
            "version": str(portal.app.version),
            "status": portal.app.status,
            "scope": scope,
            "domain": portal.host,
            "uri": portal.origin,
            "client_endpoint": portal.switches.client_endpoint or portal.endpoint,
            "member_id": portal.member_id,
            "member_type": "bitrix24",
        },
        "user_id": token.user_id,
    }
    return {"result": result, "time": time_block(now, now, 0, int(now) + 600)}
