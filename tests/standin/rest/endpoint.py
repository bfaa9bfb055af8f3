"""The REST address of a portal, `/rest/<method>` or in a folder: from the request to the answer.

b24restdocs: settings/how-to-call-rest-api/general-principles.md, change-domen.md.
"""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from tests.standin.rest import faults, limits
from tests.standin.rest.batch import run_batch
from tests.standin.rest.dispatch import (
    authorise,
    check_scope,
    check_user,
    find_method,
    invoke,
    token_in,
)
from tests.standin.rest.errors import RestError, system_error
from tests.standin.rest.params import Params, read_params
from tests.standin.rest.wire import JSON_TYPE, encode, time_block
from tests.standin.world import WORLD, Call, Fault, Portal, World

HEADERS = {
    "Content-Type": JSON_TYPE,
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "origin, content-type, accept",
}


def add_rest(app: web.Application) -> None:
    """Serve `/rest/` of every portal."""
    app.router.add_route("*", "/rest/{path:.+}", answer_rest)
    app.router.add_route("*", "/{folder}/rest/{path:.+}", answer_rest)


async def answer_rest(request: web.Request) -> web.StreamResponse:
    """One call, entered in the portal's ledger."""
    world = request.app[WORLD]
    portal = world.portal_by_host(request.host)
    if portal is None:
        return _redirect(world, request)
    if not request.path.startswith(portal.rest_path):
        raise web.HTTPNotFound
    if request.method == "OPTIONS":
        return web.Response(headers=HEADERS)
    name = request.match_info["path"].rstrip("/").removesuffix(".json").lower()
    started = world.now()
    call = Call(n=portal.next_id("call"), at=started, server="portal", method=name)
    portal.calls.append(call)
    params = await read_params(request)
    delay = portal.switches.latency_ms
    if delay is not None or world.latency:
        await asyncio.sleep(world.latency if delay is None else delay / 1000)
    fault: Fault | None = None
    try:
        limits.pour(portal, started)
        fault = faults.take(portal, name, "*")
        status, body = await _answer(request, world, portal, name, params, call, fault)
        if fault is not None:
            try:
                await faults.after(portal, fault)
            except faults.Broken as broken:
                return await faults.send_broken(request, call, broken.fault, encode(body))
    except faults.Broken as broken:
        return await faults.send_broken(request, call, broken.fault, None)
    except RestError as error:
        status, body = error.status, _refused(portal, call, error)
    call.status = status
    spent = world.now() - started
    return web.Response(
        body=encode(body),
        status=status,
        headers={**HEADERS, "X-Bitrix-Rest-Time": f"{spent:.10f}"},
    )


async def _answer(
    request: web.Request,
    world: World,
    portal: Portal,
    name: str,
    params: Params,
    call: Call,
    fault: Fault | None,
) -> tuple[int, dict[str, Any]]:
    try:
        if fault is not None:
            await faults.before(portal, fault)
        return await _run(request, world, portal, name, params, call)
    except faults.Answered as given:
        return 200, {"result": given.result, "time": _time(world, portal, call)}
    except RestError as error:
        return error.status, _refused(portal, call, error)


async def _run(
    request: web.Request, world: World, portal: Portal, name: str, params: Params, call: Call
) -> tuple[int, dict[str, Any]]:
    if portal.switches.site_closed is not None:
        raise system_error("PORTAL_DELETED", status=portal.switches.site_closed)
    if "/" in name:
        raise system_error("INVALID_CREDENTIALS", statuses=portal.switches.statuses)
    method = find_method(name) if name != "batch" else None
    key = token_in(params, request.headers.get("Authorization", ""))
    token = world.access.get(key)
    call.user_id = token.user_id if token is not None else None
    token = authorise(world, portal, key)
    if method is not None:
        check_scope(portal, method)
    check_user(portal, token)
    if method is None:
        batch = await run_batch(world, portal, token, params, call)
        status = 403 if batch.is_denied and portal.switches.batch_leaks_403 else 200
        return status, {"result": batch.value(), "time": _time(world, portal, call)}
    page = invoke(world, portal, token, name=name, method=method, params=params, call=call)
    body: dict[str, Any] = {"result": page.value}
    if page.next is not None:
        body["next"] = page.next
    if page.total is not None:
        body["total"] = page.total
    body["time"] = _time(world, portal, call)
    return 200, body


def _refused(portal: Portal, call: Call, error: RestError) -> dict[str, Any]:
    call.error = error.code
    return error.body(portal.switches.error_code_style)


def _time(world: World, portal: Portal, call: Call) -> dict[str, Any]:
    now = world.now()
    used, reset_at = limits.operating(portal, call.method, now)
    return time_block(call.at, now, used, reset_at)


def _redirect(world: World, request: web.Request) -> web.Response:
    old = request.host.partition(":")[0].lower().removesuffix(".localhost")
    portal = world.portals[world.renamed[old]]
    name = request.match_info["path"].rstrip("/")
    call = Call(portal.next_id("call"), world.now(), "portal", name, status=302)
    portal.calls.append(call)
    location = f"{portal.origin}{request.rel_url}"
    return web.Response(status=302, headers={"Location": location})
