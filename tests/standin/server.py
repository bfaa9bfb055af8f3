"""The web server: one port, the Host header decides who answers.

`oauth.localhost` is the OAuth server, `<name>.localhost` a portal, `/_standin/` the control API on
any host; everything else is nobody's and is recorded as a stray.
"""

from __future__ import annotations

from aiohttp import web
from aiohttp.typedefs import Handler

from tests.standin.control.api import add_control
from tests.standin.oauth.authorize import add_authorize
from tests.standin.oauth.token import answer_oauth
from tests.standin.pages.views import add_pages
from tests.standin.rest.endpoint import add_rest
from tests.standin.seed import make_portal
from tests.standin.world import OAUTH_NAME, WORLD, Stray, World

MAX_BODY = 16 * 2**20


def build_app(world: World) -> web.Application:
    """The whole application around `world`, with the portals alpha and beta in it."""
    app = web.Application(middlewares=[_choose_host], client_max_size=MAX_BODY)
    app[WORLD] = world
    for name in ("alpha", "beta"):
        if name not in world.portals:
            make_portal(world, name)
    add_control(app)
    add_rest(app)
    add_authorize(app)
    add_pages(app)
    return app


@web.middleware
async def _choose_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    world = request.app[WORLD]
    if request.path.startswith("/_standin/"):
        return await handler(request)
    name = request.host.partition(":")[0].lower().removesuffix(".localhost")
    if name == OAUTH_NAME:
        return await answer_oauth(request) or _stray(world, request)
    if name in world.renamed and not request.path.startswith("/rest/"):
        origin = world.portals[world.renamed[name]].origin
        return web.Response(status=302, headers={"Location": f"{origin}{request.rel_url}"})
    if world.portal_by_host(request.host) is None and name not in world.renamed:
        return _stray(world, request)
    if request.path == "/oauth/token/":
        return _stray(world, request)
    return await handler(request)


def _stray(world: World, request: web.Request) -> web.Response:
    world.strays.append(Stray(host=request.host, path=request.path, method=request.method))
    return web.json_response({"error": "nobody lives here"}, status=404)
