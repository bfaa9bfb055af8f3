"""What the script around the app's frame asks of the portal: openings, tokens, set-up, options.

b24restdocs: settings/oauth/simple-way.md, settings/app-installation/installation-finish.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from tests.standin.pages.launch import (
    MAIN_PAGE,
    FrameLaunch,
    finish_install,
    init_data,
    launch_frame,
    refresh_auth,
)
from tests.standin.pages.visits import Visit, visit_of


@dataclass(frozen=True)
class Frame:
    """A frame that was opened, and for whom; the answers to it stay those of its user."""

    visit: Visit
    launch: FrameLaunch


FRAMES = web.AppKey("FRAMES", dict[str, Frame])


def add_frames(app: web.Application) -> None:
    """Serve `/_pages/frames/` of every portal."""
    app[FRAMES] = {}
    app.router.add_post("/_pages/frames/", open_frame)
    app.router.add_post("/_pages/frames/{sid}/init/", answer_init)
    app.router.add_post("/_pages/frames/{sid}/refresh/", answer_refresh)
    app.router.add_post("/_pages/frames/{sid}/finish/", answer_finish)
    app.router.add_post("/_pages/frames/{sid}/user-option/", keep_user_option)
    app.router.add_post("/_pages/frames/{sid}/app-option/", keep_app_option)


async def open_frame(request: web.Request) -> web.Response:
    """JSON `placement`, `options` and perhaps `handler` → the launch, or why there is none."""
    visit = visit_of(request)
    asked = await request.json()
    placement, handler = str(asked["placement"]), asked.get("handler")
    reason = _obstacle(visit, placement, handler)
    if reason:
        return web.json_response({"refusal": reason})
    launch = launch_frame(
        visit.world,
        visit.portal,
        visit.user,
        placement=placement,
        options={str(key): str(value) for key, value in asked.get("options", {}).items()},
        lang=visit.lang,
        handler=handler,
    )
    request.app[FRAMES][launch.app_sid] = Frame(visit=visit, launch=launch)
    return web.json_response(
        {
            "url": launch.url,
            "fields": launch.fields,
            "window_name": launch.window_name,
            "app_sid": launch.app_sid,
            "app_origin": launch.app_origin,
            "placement": launch.fields["PLACEMENT"],
        }
    )


async def answer_init(request: web.Request) -> web.Response:
    frame = _frame(request)
    visit = frame.visit
    facts = init_data(visit.world, visit.portal, visit.user, frame.launch)
    return web.json_response(facts | {"LANG": visit.lang})


async def answer_refresh(request: web.Request) -> web.Response:
    """A new pair, or null: the page then tells the person, and never the frame."""
    visit = _frame(request).visit
    if _shut(visit) or visit.portal.switches.refresh_auth == "silence":
        return web.json_response(None)
    return web.json_response(refresh_auth(visit.world, visit.portal, visit.user))


async def answer_finish(request: web.Request) -> web.Response:
    visit = _frame(request).visit
    if _shut(visit):
        return web.json_response({"finished": False})
    return web.json_response({"finished": finish_install(visit.world, visit.portal, visit.user)})


async def keep_user_option(request: web.Request) -> web.Response:
    """Keep an option of the user; answers all of them."""
    return await _keep(request, _frame(request).visit.user.options)


async def keep_app_option(request: web.Request) -> web.Response:
    """Keep an option of the app; answers all of them, null to everybody but administrators."""
    visit = _frame(request).visit
    if not visit.user.is_admin or _shut(visit):
        return web.json_response(None)
    return await _keep(request, visit.portal.app.options)


async def _keep(request: web.Request, options: dict[str, Any]) -> web.Response:
    asked = await request.json()
    options[str(asked["name"])] = asked["value"]
    return web.json_response(options)


def _frame(request: web.Request) -> Frame:
    frame = request.app[FRAMES].get(request.match_info["sid"])
    if frame is None or frame.visit.portal is not visit_of(request).portal:
        raise web.HTTPNotFound
    return frame


def _shut(visit: Visit) -> str:
    """Why the portal keeps this person from the app, or an empty string.

    It shows a page of its own instead of the frame, and one that is open gets no token.
    """
    switches = visit.portal.switches
    if not switches.is_paid:
        return "The subscription of this app is over. Renew it in the Market."
    if not switches.plan_rest:
        return "Apps are not included in the plan of this Bitrix24."
    if not visit.user.is_active or not visit.user.is_confirmed or not visit.may_use_app:
        return "You have no access to this app. Ask your administrator."
    return ""


def _obstacle(visit: Visit, placement: str, handler: str | None) -> str:
    """Why the portal opens nothing, or an empty string."""
    portal = visit.portal
    if not portal.app.present:
        return "The app is not installed in this Bitrix24."
    if shut := _shut(visit):
        return shut
    if not portal.app.installed:
        if visit.user.is_admin:
            return ""
        return "The installation is not finished. Ask your administrator to finish it."
    if placement == MAIN_PAGE:
        return "" if handler is None else "The main page has no other address."
    handlers = [each.handler for each in portal.bindings if each.placement == placement]
    if not handlers or (handler is not None and handler not in handlers):
        return f"The app has nothing at {placement}."
    return ""
