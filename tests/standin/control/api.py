"""The control API at `/_standin/` of any host: what tests and the panel of faults ask for.

JSON in and out; a request that makes no sense is answered with 400 or 404 and the reason.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import asdict, replace
from typing import Any

from aiohttp import web

from tests.standin import tokens
from tests.standin.control import describe
from tests.standin.control.clients import add_control_clients
from tests.standin.control.data import add_control_data
from tests.standin.events import deliver_event, installation_handler
from tests.standin.pages.launch import NothingBound, add_app, launch_frame, remove_app, update_app
from tests.standin.rest import faults
from tests.standin.seed import ADMIN, make_portal, take_after
from tests.standin.world import WORLD, Portal, World

Action = Callable[[World, Portal, dict[str, Any]], Awaitable[Any]]
ROOT = "/_standin"


def add_control(app: web.Application) -> None:
    """Serve the control API."""
    route = app.router
    route.add_post(f"{ROOT}/portals", _create)
    route.add_get(f"{ROOT}/portals/{{name}}", _on_portal(_read))
    route.add_patch(f"{ROOT}/portals/{{name}}", _on_portal(_change))
    route.add_post(f"{ROOT}/portals/{{name}}/faults", _on_portal(_set_fault))
    route.add_delete(f"{ROOT}/portals/{{name}}/faults", _on_portal(_clear_faults))
    route.add_post(f"{ROOT}/portals/{{name}}/release", _on_portal(_release))
    route.add_post(f"{ROOT}/portals/{{name}}/expire", _on_portal(_expire))
    route.add_post(f"{ROOT}/portals/{{name}}/expire-codes", _on_portal(_expire_codes))
    route.add_post(f"{ROOT}/portals/{{name}}/revoke", _on_portal(_revoke))
    route.add_post(f"{ROOT}/portals/{{name}}/launch", _on_portal(_launch))
    route.add_post(f"{ROOT}/portals/{{name}}/events", _on_portal(_deliver))
    route.add_get(f"{ROOT}/portals/{{name}}/calls", _on_portal(_calls))
    route.add_delete(f"{ROOT}/portals/{{name}}/calls", _on_portal(_clear_calls))
    route.add_get(f"{ROOT}/oauth-calls", _oauth_calls)
    route.add_delete(f"{ROOT}/oauth-calls", _clear_oauth_calls)
    route.add_get(f"{ROOT}/secrets", _secrets)
    route.add_get(f"{ROOT}/strays", _strays)
    route.add_delete(f"{ROOT}/strays", _clear_strays)
    add_control_data(app, _on_portal, ROOT)
    add_control_clients(app, _on_portal, ROOT)


def _on_portal(action: Action) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handle(request: web.Request) -> web.Response:
        world = request.app[WORLD]
        portal = world.portals.get(request.match_info["name"])
        if portal is None:
            return web.json_response({"error": "no such portal"}, status=404)
        body = await _body(request)
        try:
            return web.json_response(
                await action(world, portal, {**request.query, **request.match_info, **body})
            )
        except NothingBound as error:
            return web.json_response({"error": f"nothing bound at {error}"}, status=404)
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return handle


async def _body(request: web.Request) -> dict[str, Any]:
    try:
        found = await request.json() if request.can_read_body else {}
    except ValueError:
        raise web.HTTPBadRequest(text="the body is not JSON") from None
    return found if isinstance(found, dict) else {}


async def _create(request: web.Request) -> web.Response:
    """`like` names a portal whose installation of the app the new one takes after: the answer then
    has the administrator's `pair`."""
    world, body = request.app[WORLD], await _body(request)
    name = str(body.get("name") or f"p{secrets.token_hex(5)}").lower()
    if name in world.portals or name in world.renamed:
        return web.json_response({"error": "the name is taken"}, status=409)
    try:
        portal = make_portal(
            world,
            name,
            switches=body.get("switches"),
            scopes=body.get("scopes"),
            installed=bool(body.get("installed")),
        )
        if "like" in body:
            take_after(portal, world.portals[body["like"]])
    except KeyError as error:
        return web.json_response({"error": f"unknown switch or portal {error}"}, status=400)
    about = describe.portal_summary(portal)
    if "like" in body:
        pair = tokens.issue_pair(world, portal, portal.users[ADMIN])
        about["pair"] = {"access": pair.access, "refresh": pair.refresh}
    return web.json_response(about, status=201)


async def _read(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    return describe.portal_state(portal)


async def _change(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """Each key is optional: switches, scopes, installed, app_present (with clean and tell),
    allowed_user_ids, status, users ({id: {is_active, is_confirmed, …}}), pay_systems ({id: name}),
    rename, version (of the app), update (of the app, whose event is lost), and address (scheme,
    port, rest_path)."""
    portal.switches.change(body.get("switches", {}))
    app = portal.app
    app.scopes = body.get("scopes", app.scopes)
    app.version = int(body.get("version", app.version))
    if body.get("app_present") is True:
        add_app(world, portal)
    elif body.get("app_present") is False:
        clean, tell = bool(body.get("clean")), bool(body.get("tell", True))
        await remove_app(world, portal, clean=clean, tell=tell)
    if body.get("update"):
        update_app(world, portal)
    app.installed = bool(body.get("installed", app.installed))
    app.allowed_user_ids = body.get("allowed_user_ids", app.allowed_user_ids)
    app.status = body.get("status", app.status)
    for user_id, fields in body.get("users", {}).items():
        user = portal.users[int(user_id)]
        for key in ("is_active", "is_confirmed", "role", "lang", "name"):
            setattr(user, key, fields.get(key, getattr(user, key)))
    names = body.get("pay_systems", {})
    portal.pay_systems = [
        replace(each, name=names.get(str(each.id), each.name)) for each in portal.pay_systems
    ]
    if body.get("rename"):
        _rename(world, portal, str(body["rename"]).lower())
    if body.get("address"):
        _readdress(portal, **body["address"])
    return describe.portal_state(portal)


def _readdress(portal: Portal, *, scheme: str = "", port: int = 0, rest_path: str = "") -> None:
    """A portal of one's own behind another port, with or without TLS, or in a folder."""
    portal.scheme = scheme or portal.scheme
    portal.host = f"{portal.name}.localhost:{port}" if port else portal.host
    portal.rest_path = rest_path or portal.rest_path


def _rename(world: World, portal: Portal, name: str) -> None:
    if name in world.portals:
        raise ValueError("the name is taken")
    old = portal.name
    del world.portals[old]
    world.renamed.pop(name, None)
    world.renamed = {key: name if to == old else to for key, to in world.renamed.items()}
    world.renamed[old] = name
    portal.name, portal.host = name, f"{name}.localhost:{world.port}"
    world.portals[name] = portal


async def _set_fault(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    args = {key: value for key, value in body.items() if key not in ("on", "do", "times", "name")}
    times = body.get("times", 1)
    fault = faults.add_fault(portal, on=str(body["on"]), do=str(body["do"]), times=times, args=args)
    return describe.fault_value(fault)


async def _clear_faults(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    portal.faults.clear()
    faults.release(portal)
    return {}


async def _release(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    faults.release(portal)
    return {}


async def _expire(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    return {"expired": tokens.expire_access(world, portal, user_id=body.get("user_id"))}


async def _expire_codes(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    return {"expired": tokens.expire_codes(world, portal)}


async def _revoke(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    refresh = bool(body.get("refresh"))
    count = tokens.revoke_pairs(portal, user_id=body.get("user_id"), refresh=refresh)
    return {"revoked": count}


async def _launch(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    user = portal.user(body.get("user", "sales"))
    launch = launch_frame(
        world,
        portal,
        user,
        placement=str(body.get("placement", "DEFAULT")),
        options={key: str(value) for key, value in body.get("options", {}).items()},
        lang=str(body.get("lang", user.lang)),
        handler=body.get("handler"),
    )
    return asdict(launch)


async def _deliver(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    """`status` is the last handler's; `auth` forges keys of the block or, with null, drops them;
    `user` brings tokens, `ts` is the event's time, `by_card` tells the app's card's handler."""
    statuses = await deliver_event(
        world,
        portal,
        str(body["name"]).upper(),
        data=body.get("data", {}),
        user=portal.user(body["user"]) if "user" in body else None,
        auth=body.get("auth"),
        handlers=[installation_handler(world)] if body.get("by_card") else None,
        ts=body.get("ts"),
    )
    return {"status": statuses[-1] if statuses else None, "statuses": statuses}


async def _calls(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    return [describe.call_value(each) for each in portal.calls]


async def _clear_calls(world: World, portal: Portal, body: dict[str, Any]) -> Any:
    portal.calls.clear()
    return {}


async def _oauth_calls(request: web.Request) -> web.Response:
    return web.json_response([describe.call_value(each) for each in request.app[WORLD].oauth_calls])


async def _clear_oauth_calls(request: web.Request) -> web.Response:
    request.app[WORLD].oauth_calls.clear()
    return web.json_response({})


async def _secrets(request: web.Request) -> web.Response:
    world = request.app[WORLD]
    return web.json_response([world.app.client_secret, *world.secrets])


async def _strays(request: web.Request) -> web.Response:
    return web.json_response([asdict(each) for each in request.app[WORLD].strays])


async def _clear_strays(request: web.Request) -> web.Response:
    request.app[WORLD].strays.clear()
    return web.json_response({})
