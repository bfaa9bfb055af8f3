"""Portals on their way to the app: the installer opened in them, and what is bound afterwards."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from b24app.models import Portal
from tests.support.app import App
from tests.support.pages.page import Page

EVENTS = ["ONAPPINSTALL", "ONAPPMETHODCONFIRM", "ONAPPPAYMENT", "ONAPPUNINSTALL", "ONAPPUPDATE"]
TABS = ["CRM_DEAL_DETAIL_TAB", "CRM_SMART_INVOICE_DETAIL_TAB"]
ENTRIES = ["CRM_DEAL_DETAIL_TOOLBAR", "CRM_DEAL_LIST_MENU"]


@dataclass(frozen=True)
class Newcomer:
    """A portal that has the app on its list; nobody has opened it yet."""

    app: App
    about: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.about["name"])

    @property
    def host(self) -> str:
        return str(self.about["host"])

    @property
    def row(self) -> Portal | None:
        return Portal.objects.filter(member_id=self.about["member_id"]).first()

    @property
    def deal(self) -> int:
        return int(self.about["deals"]["fresh"])

    def open_installer(self, *, user: str = "admin", lang: str = "en") -> Page:
        handler = f"{self.app.origin}/install/"
        return self.app.open_frame(self.name, user=user, lang=lang, handler=handler)

    def finish(self) -> None:
        """The frame tells the portal that the set-up has ended."""
        self.app.standin.change_portal(self.name, installed=True)

    def call(self, method: str, *, user: str = "admin", **params: Any) -> Any:
        """What a program of the administrator's own does in the portal, as this app."""
        launch = self.app.standin.launch(self.name, user=user, handler=self.app.origin)
        body = {**params, "auth": launch["fields"]["AUTH_ID"]}
        answer = self.app.standin.send(self.host, f"/rest/{method}", body=body)
        assert answer.status == 200, answer.body
        return answer.json()["result"]

    def state(self) -> dict[str, Any]:
        return self.app.standin.portal(self.name)

    def tabs(self) -> list[tuple[str, str]]:
        return sorted((each["placement"], each["handler"]) for each in self.state()["bindings"])

    def hearers(self) -> list[tuple[str, str]]:
        handlers = self.state()["event_handlers"]
        return sorted((each["event"], each["handler"]) for each in handlers)

    def assert_bound(self) -> None:
        """Every place and every event leads to the running app, once each."""
        at = self.app.origin
        assert self.tabs() == [
            (TABS[0], f"{at}/placements/deal/"),
            *((entry, f"{at}/placements/deal/") for entry in ENTRIES),
            (TABS[1], f"{at}/placements/invoice/"),
        ]
        assert self.hearers() == [(event, f"{at}/events/") for event in EVENTS]

    def writes(self) -> list[str]:
        """What was bound and unbound, by the portal's ledger."""
        calls = self.app.standin.calls(self.name)
        names = [name for call in calls for name in [call["method"], *call["commands"]]]
        return [name for name in names if name.endswith("bind")]


def arrive(app: App, **options: Any) -> Newcomer:
    """A fresh portal; `options` as for `StandIn.create_portal`."""
    return Newcomer(app, app.standin.create_portal(**options))
