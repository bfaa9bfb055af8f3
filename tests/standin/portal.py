"""One portal of a running stand-in as a test sees it: its description, its data, calls to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.standin.client import Answer, StandIn

DEAL = 2


@dataclass(frozen=True)
class Launch:
    """A frame about to be opened: the address and the form that a portal posts to the app."""

    url: str
    fields: dict[str, str]

    @cached_property
    def path(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.path}?{parts.query}"

    @property
    def everything(self) -> dict[str, str]:
        """Query and form together, as one form."""
        return {**dict(parse_qsl(urlsplit(self.url).query)), **self.fields}

    @property
    def token(self) -> str:
        return self.fields["AUTH_ID"]


@dataclass(frozen=True)
class StandInPortal:
    """A portal by its description; `deal` knows the deals by their nicknames."""

    standin: StandIn
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.about["name"])

    @property
    def host(self) -> str:
        return str(self.about["host"])

    @property
    def member_id(self) -> str:
        return str(self.about["member_id"])

    def deal(self, nickname: str) -> int:
        return int(self.about["deals"][nickname])

    def state(self) -> dict[str, Any]:
        """All that the portal knows, by the control API."""
        return self.standin.portal(self.name)

    def payments_of(self, deal: int) -> list[dict[str, Any]]:
        """The portal's own truth about a deal's payments."""
        return [each for each in self.state()["payments"] if each["deal_id"] == deal]

    def calls(self, method: str = "") -> list[dict[str, Any]]:
        """The ledger of this portal, or the requests that carried a method."""
        calls = self.standin.calls(self.name)
        return [
            each for each in calls if not method or method in {each["method"], *each["commands"]}
        ]

    def launch(self, user: int | str = "sales", **options: Any) -> Launch:
        """What the portal posts when a user opens the app; `options` as for `StandIn.launch`."""
        made = self.standin.launch(self.name, user=user, **options)
        return Launch(made["url"], made["fields"])

    def token(self, user: int | str = "sales") -> str:
        """A fresh access token of a user."""
        return self.launch(user).token

    def call(self, method: str, user: int | str = "sales", **params: Any) -> Answer:
        """One call with a JSON body and a fresh token of `user`."""
        body = {"auth": self.token(user), **params}
        return self.standin.send(self.host, f"/rest/{method}", body=body)

    def result(self, method: str, user: int | str = "sales", **params: Any) -> Any:
        answer = self.call(method, user, **params)
        assert answer.status == 200, answer.body
        return answer.json()["result"]

    def refusal(self, method: str, user: int | str = "sales", **params: Any) -> tuple[int, Any]:
        """The HTTP status and the error code."""
        answer = self.call(method, user, **params)
        return answer.status, answer.json()["error"]

    def batch(self, cmd: Any, user: str = "sales", **params: Any) -> Answer:
        return self.call("batch", user, cmd=cmd, **params)

    def add_payment(self, nickname: str = "fresh", user: str = "sales", **params: Any) -> Answer:
        owner = {"entityId": self.deal(nickname), "entityTypeId": DEAL}
        return self.call("crm.item.payment.add", user, **owner, **params)

    def list_payments(self, nickname: str = "fresh", **params: Any) -> Any:
        owner = {"entityId": self.deal(nickname), "entityTypeId": DEAL}
        return self.result("crm.item.payment.list", "admin", **owner, **params)

    def list_rows(self, nickname: str = "fresh") -> list[dict[str, Any]]:
        filters = {"=ownerType": "D", "=ownerId": self.deal(nickname)}
        found = self.result("crm.item.productrow.list", "admin", filter=filters)
        return list(found["productRows"])
