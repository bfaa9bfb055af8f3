"""A portal's `/oauth/authorize/`: a known user goes straight on, anybody else says who they are.

The way back and the permissions are the app card's; errors are shown here and never sent back
(b24restdocs: settings/oauth/index.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from aiohttp import web

from tests.standin.pages.markup import Html, data, fill, join, page, tag
from tests.standin.pages.visits import USER_COOKIE
from tests.standin.tokens import issue_code
from tests.standin.world import WORLD, Portal, User, World

PATH = "/oauth/authorize/"


def add_authorize(app: web.Application) -> None:
    """Serve the page of every portal."""
    app.router.add_get(PATH, _ask)
    app.router.add_post(PATH, _decide)


async def _ask(request: web.Request) -> web.Response:
    """Send a user of the portal's cookie back with a code; ask anybody else."""
    world, portal = _asked(request, request.query)
    chosen = request.cookies.get(USER_COOKIE)
    if chosen is not None and not portal.switches.asks_consent:
        return _allow(world, portal, portal.user(chosen), state=request.query.get("state", ""))
    current = portal.user(chosen)
    content = fill(
        "authorize",
        portal=portal.name,
        title=world.app.title,
        scopes=", ".join(portal.app.scopes),
        client_id=world.app.client_id,
        state=request.query.get("state", ""),
        users=join(_choice(user, is_chosen=user is current) for user in portal.users.values()),
    )
    return _page(f"Sign in to {portal.name}", content)


async def _decide(request: web.Request) -> web.Response:
    """Allow or Cancel of the page."""
    form = {key: str(value) for key, value in (await request.post()).items()}
    world, portal = _asked(request, form)
    state = form.get("state", "")
    if form.get("decision") == "allow":
        return _allow(world, portal, portal.user(form.get("user")), state=state)
    if portal.switches.cancel_returns:
        return _back(world, portal, {"error": "access_denied", "state": state})
    text = "Nothing was allowed. You can close this page."
    return _page("Cancelled", join([tag("h1", "Cancelled"), tag("p", text)]))


def _asked(request: web.Request, params: Mapping[str, str]) -> tuple[World, Portal]:
    """The portal that is asked. Raises HTTPBadRequest for an app that is not the one we know."""
    world = request.app[WORLD]
    portal = world.portal_by_host(request.host)
    if portal is None or params.get("client_id") != world.app.client_id:
        raise web.HTTPBadRequest(text="Unknown application")
    return world, portal


def _allow(world: World, portal: Portal, user: User, *, state: str) -> web.Response:
    allowed = portal.app.allowed_user_ids
    if not portal.app.present or (allowed is not None and user.id not in allowed):
        text = "The application is not available"
        return _page(text, tag("h1", text), status=403)
    code = {
        "code": issue_code(world, portal, user),
        "state": state,
        "domain": portal.host,
        "member_id": portal.member_id,
        "scope": ",".join(portal.app.scopes),
        "server_domain": world.oauth_host,
    }
    return _back(world, portal, code)


def _back(world: World, portal: Portal, query: dict[str, str]) -> web.Response:
    at = world.app.callback_url if portal.switches.return_address == "callback" else None
    location = f"{at or world.app.main_url}?{urlencode(query)}"
    return web.Response(status=302, headers={"Location": location})


def _page(title: str, content: Html, *, status: int = 200) -> web.Response:
    about = tag("script", data({"page": "authorize"}), type="application/json", id="page-data")
    return page(title=title, content=join([content, about]), status=status)


def _choice(user: User, *, is_chosen: bool) -> Html:
    box = tag("input", type="radio", name="user", value=user.id, checked=is_chosen)
    return tag("label", box, user.name)
