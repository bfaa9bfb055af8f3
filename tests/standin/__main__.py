"""Start the stand-in: `python -m tests.standin --port 9100 --app-url http://app.localhost:8000 …`.

Listens on loopback alone and says in one line when it does; port 0 takes any free one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import signal
import socket
import ssl

from aiohttp import web

from tests.standin.server import build_app
from tests.standin.world import App, World

LOOPBACK = "127.0.0.1"
BACKLOG = 1024


def main() -> None:
    """Serve until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m tests.standin", description=__doc__)
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--app-url", default="http://app.localhost:8000")
    parser.add_argument("--client-id", default="local.standin.app")
    parser.add_argument("--client-secret", default="fake-client-secret")
    parser.add_argument("--latency-ms", type=float, default=0.0)
    parser.add_argument("--tls", help="a PEM file with a key and its certificate: serve https")
    asked = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    app = App(
        client_id=asked.client_id,
        client_secret=asked.client_secret,
        url=asked.app_url.rstrip("/"),
    )
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_serve(app, port=asked.port, latency=asked.latency_ms / 1000, tls=asked.tls))


async def _serve(app: App, *, port: int, latency: float, tls: str | None) -> None:
    stopped = asyncio.Event()
    for sign in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(sign, stopped.set)
    listener = socket.create_server((LOOPBACK, port), backlog=BACKLOG)
    world = World(app=app, port=listener.getsockname()[1], latency=latency)
    context = None
    if tls:
        world.scheme = "https"
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(tls)
    runner = web.AppRunner(build_app(world), access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    await web.SockSite(runner, listener, ssl_context=context, backlog=BACKLOG).start()
    print(f"stand-in ready {world.scheme}://alpha.localhost:{world.port}", flush=True)
    await stopped.wait()
    await runner.cleanup()


if __name__ == "__main__":
    main()
