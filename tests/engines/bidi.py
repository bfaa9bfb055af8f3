"""WebDriver BiDi over a WebSocket: commands are answered in their order, events come between.

The protocol: https://w3c.github.io/webdriver-bidi/
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from websockets.sync.connection import Connection

from tests.engines.browser import Gone

PATIENCE_S = 60.0
_GONE = {"no such frame", "no such node", "no such element", "stale element reference"}


class BidiError(Exception):
    """The browser refused a command."""


@dataclass
class Bidi:
    """A session; `events` holds what came, as method and parameters."""

    socket: Connection
    events: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    _last: int = 0

    def send(self, method: str, **params: Any) -> Any:
        """Send a command; answers its result. Raises Gone, BidiError, TimeoutError."""
        self._last += 1
        self.socket.send(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            message = json.loads(self.socket.recv(PATIENCE_S))
            if message["type"] == "event":
                self.events.append((message["method"], message["params"]))
            elif message.get("id") == self._last:
                return self._result(method, message)

    @staticmethod
    def _result(method: str, message: dict[str, Any]) -> Any:
        if message["type"] == "success":
            return message["result"]
        text = f"{method}: {message['error']}: {message['message']}"
        raise Gone(text) if message["error"] in _GONE else BidiError(text)
