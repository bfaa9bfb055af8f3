"""Talk to a running stand-in from a test: its control API and, plainly, any of its hosts.

Blocking and on the standard library alone; connects to loopback and names the host in the header,
because `*.localhost` resolves in browsers but not everywhere else.
"""

from __future__ import annotations

import http.client
import json
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.standin.rest.params import flatten

LOOPBACK = "127.0.0.1"


class ControlRefused(Exception):
    """The control API answered with an error."""


@dataclass(frozen=True)
class Answer:
    """An HTTP answer as it came; header names are lower case, a repeated one has a line each."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class StandIn:
    """The control client of the stand-in at `port`."""

    port: int
    timeout: float = 15.0
    tls: Path | None = None

    @property
    def oauth_host(self) -> str:
        return f"oauth.localhost:{self.port}"

    @property
    def oauth_origin(self) -> str:
        return f"{'https' if self.tls else 'http'}://{self.oauth_host}"

    def send(
        self,
        host: str,
        path: str,
        *,
        method: str = "POST",
        form: dict[str, Any] | Iterable[tuple[str, str]] | None = None,
        body: Any = None,
        raw: bytes | None = None,
        headers: dict[str, str] | None = None,
        timeout: float | None = None,
    ) -> Answer:
        """One request to `host`: a bracketed `form`, a JSON `body`, or `raw` bytes.

        Raises OSError or http.client.HTTPException when no whole answer comes.
        """
        sent = dict(headers or {})
        if form is not None:
            pairs = flatten(form) if isinstance(form, dict) else form
            raw = urlencode(list(pairs)).encode()
            sent.setdefault("Content-Type", "application/x-www-form-urlencoded")
        elif body is not None:
            raw = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection = self._connect(self.timeout if timeout is None else timeout)
        try:
            connection.request(method, path, body=raw, headers={"Host": host, **sent})
            answer = connection.getresponse()
            names: dict[str, str] = {}
            for name, value in answer.getheaders():
                before = names.get(name.lower())
                names[name.lower()] = value if before is None else f"{before}\n{value}"
            return Answer(answer.status, names, answer.read())
        finally:
            connection.close()

    def _connect(self, timeout: float) -> http.client.HTTPConnection:
        if self.tls is None:
            return http.client.HTTPConnection(LOOPBACK, self.port, timeout=timeout)
        context = ssl.create_default_context(cafile=str(self.tls))
        context.check_hostname = False
        return http.client.HTTPSConnection(LOOPBACK, self.port, timeout=timeout, context=context)

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """One request to the control API. Raises ControlRefused."""
        host = f"{LOOPBACK}:{self.port}"
        answer = self.send(host, f"/_standin/{path}", method=method, body=body)
        if answer.status >= 400:
            raise ControlRefused(f"{method} {path}: {answer.status} {answer.body.decode()}")
        return answer.json()

    def create_portal(self, **options: Any) -> dict[str, Any]:
        """A fresh portal: name, switches, scopes, installed, like; answers its description."""
        return _dict(self.control("POST", "portals", options))

    def portal(self, name: str) -> dict[str, Any]:
        return _dict(self.control("GET", f"portals/{name}"))

    def change_portal(self, name: str, **changes: Any) -> dict[str, Any]:
        return _dict(self.control("PATCH", f"portals/{name}", changes))

    def switch(self, name: str, **switches: Any) -> dict[str, Any]:
        return self.change_portal(name, switches=switches)

    def add_fault(
        self, name: str, on: str, do: str, *, times: int | None = 1, **args: Any
    ) -> dict[str, Any]:
        """Set a fault; `times` None is for ever."""
        fault = {"on": on, "do": do, "times": times, **args}
        return _dict(self.control("POST", f"portals/{name}/faults", fault))

    def clear_faults(self, name: str) -> None:
        self.control("DELETE", f"portals/{name}/faults")

    def release(self, name: str) -> None:
        """Let every held answer go."""
        self.control("POST", f"portals/{name}/release")

    def expire(self, name: str, *, user_id: int | None = None) -> None:
        self.control("POST", f"portals/{name}/expire", {"user_id": user_id})

    def expire_codes(self, name: str) -> None:
        """Let 30 seconds pass for every code of the portal."""
        self.control("POST", f"portals/{name}/expire-codes")

    def revoke(self, name: str, *, user_id: int | None = None, refresh: bool = False) -> None:
        body = {"user_id": user_id, "refresh": refresh}
        self.control("POST", f"portals/{name}/revoke", body)

    def launch(self, name: str, **options: Any) -> dict[str, Any]:
        """A frame launch: user, placement, options, lang, handler → url, fields, window_name."""
        return _dict(self.control("POST", f"portals/{name}/launch", options))

    def add_users(self, name: str, count: int) -> list[int]:
        """More salespeople; answers their ids."""
        return list(self.control("POST", f"portals/{name}/users", {"count": count})["ids"])

    def add_deal(self, name: str, **fields: Any) -> dict[str, Any]:
        return _dict(self.control("POST", f"portals/{name}/deals", fields))

    def change_deal(self, name: str, deal: int | str, **fields: Any) -> None:
        self.control("PATCH", f"portals/{name}/deals/{deal}", fields)

    def change_client(self, name: str, client: tuple[int, int], /, **fields: Any) -> None:
        """A contact (3, id) or a company (4, id): phones, emails, name, visibility, is_deleted."""
        type_id, client_id = client
        path = f"portals/{name}/clients/{type_id}/{client_id}"
        self.control("PATCH", path, {"fields": fields})

    def timeline(self, name: str, deal: int, *, type: int = 2) -> list[dict[str, Any]]:
        """The entries of apps in the timeline of a deal or, with 31, an invoice, oldest first."""
        return list(self.control("GET", f"portals/{name}/timeline/{deal}?type={type}"))

    def deal(self, name: str, deal: int | str, *, type: int = 2) -> dict[str, Any]:
        """A deal, or an invoice (type 31), with its rows."""
        return _dict(self.control("GET", f"portals/{name}/deals/{deal}?type={type}"))

    def save_rows(
        self, name: str, deal: int | str, rows: list[dict[str, Any]] | None = None, *, type: int = 2
    ) -> list[dict[str, Any]]:
        """A person saves the card with these rows, or as it stands; answers the rows."""
        fields = {"type": type} if rows is None else {"type": type, "rows": rows}
        saved = self.control("PUT", f"portals/{name}/deals/{deal}/rows", fields)
        return list(saved["rows"])

    def open_order(self, name: str, deal: int | str, **fields: Any) -> dict[str, Any]:
        """One more order: user, number, currency, reserve, type."""
        return _dict(self.control("POST", f"portals/{name}/orders", {"deal": deal, **fields}))

    def change_order(self, name: str, order: int, **fields: Any) -> dict[str, Any]:
        return _dict(self.control("PATCH", f"portals/{name}/orders/{order}", fields))

    def change_product(self, name: str, product: int, **fields: Any) -> dict[str, Any]:
        """The catalogue: is_deleted, strict_stock."""
        return _dict(self.control("PATCH", f"portals/{name}/products/{product}", fields))

    def add_payments(self, name: str, deal: int | str, **fields: Any) -> list[int]:
        """Payments made in the portal itself: user, count, rows, paid, at, rewrites_rows,
        type;
        answers their ids."""
        made = self.control("POST", f"portals/{name}/payments", {"deal": deal, **fields})
        return list(made["ids"])

    def remove_payment(self, name: str, payment_id: int) -> None:
        self.control("DELETE", f"portals/{name}/payments/{payment_id}")

    def deliver_event(
        self, name: str, event: str, data: dict[str, Any] | None = None, **options: Any
    ) -> dict[str, Any]:
        body = {"name": event, "data": data or {}, **options}
        return _dict(self.control("POST", f"portals/{name}/events", body))

    def calls(self, name: str) -> list[dict[str, Any]]:
        return list(self.control("GET", f"portals/{name}/calls"))

    def clear_calls(self, name: str) -> None:
        self.control("DELETE", f"portals/{name}/calls")

    def oauth_calls(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "oauth-calls"))

    def clear_oauth_calls(self) -> None:
        self.control("DELETE", "oauth-calls")

    def secrets(self) -> list[str]:
        return list(self.control("GET", "secrets"))

    def strays(self) -> list[dict[str, Any]]:
        return list(self.control("GET", "strays"))

    def clear_strays(self) -> None:
        self.control("DELETE", "strays")


def _dict(value: Any) -> dict[str, Any]:
    return dict(value)
