"""A throw-away app for the official JavaScript library: one empty page, and an ear for events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Queue
from typing import Any
from urllib.parse import parse_qsl

from tests.standin.rest.params import nest
from tests.support.servers.sites import Asked, Given, Sites, serve_sites

HERE = Path(__file__).parent
LIBRARY = HERE.parents[1] / "node_modules/@bitrix24/b24jssdk/dist/umd/index.min.js"
EVENTS = "/events/"
SCRIPTS = {"/b24jssdk.js": LIBRARY, "/throwaway.js": HERE / "throwaway.js"}


@dataclass(frozen=True)
class ThrowAway:
    """The running app; its events wait in `events`."""

    sites: Sites
    events: Queue[dict[str, Any]]

    @property
    def origin(self) -> str:
        return f"http://app.localhost:{self.sites.port}"

    def next_event(self, *, member_id: str) -> dict[str, Any]:
        """The next event of this portal. Raises queue.Empty after five seconds."""
        while True:
            event = self.events.get(timeout=5)
            if event["auth"]["member_id"] == member_id:
                return event


@contextmanager
def serve_throwaway() -> Iterator[ThrowAway]:
    events: Queue[dict[str, Any]] = Queue()

    def answer(asked: Asked) -> Given:
        path = asked.path.partition("?")[0]
        if path in SCRIPTS:
            return Given(SCRIPTS[path].read_bytes(), content_type="text/javascript; charset=utf-8")
        if path == EVENTS:
            events.put(nest(parse_qsl(asked.body.decode(), keep_blank_values=True)))
            return Given()
        return Given((HERE / "throwaway.html").read_bytes())

    with serve_sites(answer) as sites:
        yield ThrowAway(sites, events)
