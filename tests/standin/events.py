"""Events on their way to the app: which handlers hear them, and the POST that tells them.

The form is the cloud queue's (b24restdocs: api-reference/events/index.md): bracketed keys, an
`auth` block, no second try.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from tests.standin.rest.params import flatten
from tests.standin.tokens import ACCESS_SECONDS, issue_pair
from tests.standin.world import EventHandler, Portal, User, World

EVENT_NAMES = [
    "ONAPPINSTALL",
    "ONAPPMETHODCONFIRM",
    "ONAPPPAYMENT",
    "ONAPPTEST",
    "ONAPPUNINSTALL",
    "ONAPPUPDATE",
    "ONCRMDEALADD",
    "ONCRMDEALDELETE",
    "ONCRMDEALUPDATE",
    "ONCRMDYNAMICITEMUPDATE",
    "ONPAYMENTDELETED",
    "ONPAYMENTENTITYSAVED",
]
WITH_REFRESH = {"ONAPPINSTALL", "ONAPPUPDATE", "ONAPPTEST"}
WITHOUT_TOKENS = {"ONAPPUNINSTALL", "ONAPPPAYMENT", "ONAPPMETHODCONFIRM"}
WITHOUT_SECRET = {"ONAPPPAYMENT"}
DELIVERY_SECONDS = 10


class _Loopback(AbstractResolver):
    """Every name is this machine: an event never leaves it."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        return None


def auth_block(world: World, portal: Portal, user: User | None, name: str) -> dict[str, Any]:
    """The `auth` of an event; tokens are absent without a user and after an uninstall.

    ONAPPPAYMENT is documented with addresses and member id alone
    (b24restdocs: api-reference/common/events/on-app-payment.md).
    """
    block: dict[str, Any] = {
        "domain": portal.host,
        "server_endpoint": world.oauth_endpoint,
        "client_endpoint": portal.endpoint,
        "status": portal.app.status,
        "member_id": portal.member_id,
        "application_token": portal.app.application_token,
    }
    secrets = portal.switches.event_secrets
    if secrets == "never" or (secrets == "documented" and name in WITHOUT_SECRET):
        del block["application_token"]
    if secrets == "documented" and name in WITHOUT_SECRET:
        del block["status"]
    if user is None or name in WITHOUT_TOKENS:
        return block
    token = issue_pair(world, portal, user)
    block["access_token"] = token.access
    block["expires"] = int(token.expires_at)
    block["expires_in"] = ACCESS_SECONDS
    block["scope"] = ",".join(portal.app.scopes)
    block["user_id"] = user.id
    if name in WITH_REFRESH:
        block["refresh_token"] = token.refresh
    return block


async def deliver_event(
    world: World,
    portal: Portal,
    name: str,
    *,
    data: dict[str, Any],
    user: User | None = None,
    auth: dict[str, Any] | None = None,
    handlers: list[EventHandler] | None = None,
    ts: int | None = None,
) -> list[int | None]:
    """Tell each handler of the event once; answers their HTTP statuses, None for no answer.

    `auth` overrides single keys of the block, or takes them away with None; `ts` is another time
    than now: an event that was delayed.
    """
    bound = portal.event_handlers if handlers is None else handlers
    statuses: list[int | None] = []
    for handler in [each for each in bound if each.event == name]:
        teller = portal.users.get(handler.auth_type, user) if handler.auth_type else user
        block = auth_block(world, portal, teller, name) | (auth or {})
        block = {key: value for key, value in block.items() if value is not None}
        body = {
            "event": name,
            "event_handler_id": handler.id,
            "data": data,
            "ts": int(world.now()) if ts is None else ts,
            "auth": block,
        }
        statuses.append(await _post(handler.handler, urlencode(list(flatten(body)))))
    return statuses


def installation_handler(world: World) -> EventHandler:
    """The handler of ONAPPINSTALL on the app's card, which nobody has to bind
    (b24restdocs: settings/app-installation/mass-market-apps/installation-callback.md)."""
    return EventHandler(0, "ONAPPINSTALL", f"{world.app.url}/events/", 0)


async def announce_install(world: World, portal: Portal, user: User) -> list[int | None]:
    """ONAPPINSTALL to its handlers (b24restdocs: api-reference/common/events/on-app-install.md)."""
    portal.app.is_install_announced = True
    data = {
        "VERSION": str(portal.app.version),
        "ACTIVE": "Y",
        "INSTALLED": "Y" if portal.app.installed else "N",
        "LANGUAGE_ID": user.lang,
    }
    return await deliver_event(world, portal, "ONAPPINSTALL", data=data, user=user)


async def _post(url: str, body: str) -> int | None:
    timeout = aiohttp.ClientTimeout(total=DELIVERY_SECONDS)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    connector = aiohttp.TCPConnector(resolver=_Loopback())
    try:
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return answer.status
    except (TimeoutError, aiohttp.ClientError):
        return None
