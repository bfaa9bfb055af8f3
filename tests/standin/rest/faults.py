"""Faults on demand: which one strikes a call, and what it does before and after the work.

`before` and `after` return quietly, or raise: RestError (a refusal), Answered (another result), or
Broken (the answer does not come the usual way; `send_broken` sends what comes instead).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from typing import Any

from aiohttp import web

from tests.standin.rest.errors import system_error
from tests.standin.rest.wire import JSON_TYPE
from tests.standin.world import Call, Fault, Portal

MOMENTS = {
    "refuse": "before",
    "empty_text": "before",
    "expire": "before",
    "answer": "before",
    "drop_before": "before",
    "redirect": "before",
    "html": "before",
    "status": "before",
    "hold": "before",
    "body": "before",
    "json": "before",
    "broken_json": "after",
    "half_body": "after",
    "drop_after": "after",
    "slow_drip": "after",
    "huge_body": "after",
}
MOVABLE = {"html", "status", "hold", "body", "json", "broken_json", "half_body"}
OF_THE_REQUEST = {
    "APPLICATION_NOT_FOUND",
    "CONNECTION_ERROR",
    "ERROR_OAUTH",
    "NO_AUTH_FOUND",
    "OVERLOAD_LIMIT",
    "PAYMENT_REQUIRED",
    "PORTAL_DELETED",
    "QUERY_LIMIT_EXCEEDED",
    "authorization_error",
    "expired_token",
    "invalid_token",
    "user_access_error",
}
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body>Bad Gateway</body></html>"
SAMPLE = b'{"result":1,"time":{"start":1,"finish":2,"duration":1}}'
CHUNK = 65536


class Broken(Exception):
    """The answer is `fault`'s."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.do)
        self.fault = fault


class Answered(Exception):
    """Nothing ran, and `result` is answered as if it had."""

    def __init__(self, result: Any) -> None:
        super().__init__("answered")
        self.result = result


def add_fault(
    portal: Portal, *, on: str, do: str, times: int | None, args: dict[str, Any]
) -> Fault:
    """Set a fault. Raises ValueError for an unknown kind or moment."""
    if do not in MOMENTS:
        raise ValueError(f"unknown fault {do!r}")
    if args.get("when", "before") not in ("before", "after"):
        raise ValueError("when is before or after")
    fault = Fault(id=portal.next_id("fault"), on=on.lower(), do=do, times=times, args=args)
    portal.faults.append(fault)
    return fault


def take(portal: Portal, *names: str, only_whole: bool = False) -> Fault | None:
    """The oldest fault set on one of `names`, counted down; None for an undisturbed call.

    `only_whole` asks for those that refuse a whole batch for the sake of one of its commands.
    """
    for fault in portal.faults:
        if fault.on in names and (_is_whole(fault) or not only_whole):
            if fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    portal.faults.remove(fault)
            return fault
    return None


async def before(portal: Portal, fault: Fault) -> None:
    """What the fault does before the method runs."""
    if _moment(fault) != "before":
        return
    args = fault.args
    if fault.do == "hold":
        await _hold(portal, float(args.get("seconds", 5)))
    elif fault.do in ("refuse", "empty_text"):
        text = "" if fault.do == "empty_text" else args.get("text")
        code, status = str(args.get("code", "0")), args.get("status")
        raise system_error(code, text=text, status=status, statuses=portal.switches.statuses)
    elif fault.do == "expire":
        raise system_error("expired_token")
    elif fault.do == "answer":
        raise Answered(args.get("result"))
    else:
        raise Broken(fault)


async def after(portal: Portal, fault: Fault) -> None:
    """What the fault does once the method has run and its work is kept."""
    if _moment(fault) != "after":
        return
    if fault.do == "hold":
        await _hold(portal, float(fault.args.get("seconds", 5)))
    else:
        raise Broken(fault)


def release(portal: Portal) -> None:
    """End every hold of the portal now."""
    portal.released.set()
    portal.released = asyncio.Event()


async def send_broken(
    request: web.Request, call: Call, fault: Fault, body: bytes | None
) -> web.StreamResponse:
    """Send what the fault sends and note its status; `body` is the proper answer if any."""
    if fault.do in ("drop_before", "drop_after"):
        if request.transport is not None:
            request.transport.abort()
        return web.Response(status=500)
    args, whole = fault.args, body or SAMPLE
    response: web.StreamResponse
    match fault.do:
        case "html":
            text, status = str(args.get("body", BAD_GATEWAY)), int(args.get("status", 502))
            response = web.Response(text=text, status=status, content_type="text/html")
        case "status":
            response = web.Response(status=int(args.get("status", 500)))
        case "body":
            piece, count = args.get("many", ("", 0))
            text = str(args.get("body", ""))
            # So that a body of megabytes is told in a few words.
            content = (text.replace("%s", piece * count) if piece else text).encode("latin-1")
            headers = {"Content-Type": str(args.get("type", JSON_TYPE))}
            response = web.Response(body=content, status=_status_in(args), headers=headers)
        case "json":
            content = json.dumps(args.get("value")).encode()
            headers = {"Content-Type": JSON_TYPE}
            response = web.Response(body=content, status=_status_in(args), headers=headers)
        case "redirect":
            location = f"http://{args.get('host', 'elsewhere.localhost')}{request.rel_url}"
            response = web.Response(status=302, headers={"Location": location})
        case "half_body":
            response = await _send_half(request, whole)
        case "slow_drip":
            response = await _drip(request, whole, float(args.get("seconds", 5)))
        case "huge_body":
            response = await _send_huge(request, int(args.get("bytes", 50 * 2**20)))
        case _:
            start = whole[: len(whole) * 2 // 3]
            response = web.Response(body=start, headers={"Content-Type": JSON_TYPE})
    call.status = response.status
    return response


def _status_in(args: dict[str, Any]) -> int:
    return int(args.get("status", 200))


def _is_whole(fault: Fault) -> bool:
    if fault.do not in ("refuse", "empty_text", "expire"):
        return False
    is_of_the_request = fault.do == "expire" or fault.args.get("code") in OF_THE_REQUEST
    return bool(fault.args.get("whole", is_of_the_request))


def _moment(fault: Fault) -> str:
    usual = MOMENTS[fault.do]
    return str(fault.args.get("when", usual)) if fault.do in MOVABLE else usual


async def _hold(portal: Portal, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(portal.released.wait(), seconds)


async def _start(request: web.Request, length: int) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": JSON_TYPE})
    response.content_length = length
    await response.prepare(request)
    return response


async def _send_half(request: web.Request, body: bytes) -> web.StreamResponse:
    response = await _start(request, len(body))
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


async def _drip(request: web.Request, body: bytes, seconds: float) -> web.StreamResponse:
    response = await _start(request, len(body))
    with contextlib.suppress(ConnectionError):
        for index in range(len(body)):
            await response.write(body[index : index + 1])
            await asyncio.sleep(seconds / len(body))
        await response.write_eof()
    return response


async def _send_huge(request: web.Request, size: int) -> web.StreamResponse:
    head, tail = b'{"result":"', b'"}'
    response = await _start(request, size)
    with contextlib.suppress(ConnectionError):
        await response.write(head)
        left = size - len(head) - len(tail)
        while left > 0:
            await response.write(b"x" * min(CHUNK, left))
            left -= CHUNK
        await response.write(tail)
        await response.write_eof()
    return response
