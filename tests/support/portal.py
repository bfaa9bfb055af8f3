"""A portal of the stand-in beside the running app, before the app is installed in it and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from b24app.models import Portal
from tests.standin.portal import StandInPortal
from tests.support.app import App
from tests.support.pages.page import Page

EVENTS = ["ONAPPINSTALL", "ONAPPMETHODCONFIRM", "ONAPPPAYMENT", "ONAPPUNINSTALL", "ONAPPUPDATE"]
TABS = ["CRM_DEAL_DETAIL_TAB", "CRM_SMART_INVOICE_DETAIL_TAB"]
ENTRIES = ["CRM_DEAL_DETAIL_TOOLBAR", "CRM_DEAL_LIST_MENU"]
OWED = [
    "CRM_ANALYTICS_MENU",
    "CRM_COMPANY_DETAIL_TAB",
    "CRM_CONTACT_DETAIL_TAB",
    "CRM_DEAL_LIST_TOOLBAR",
]


@dataclass(frozen=True)
class PortalWithApp(StandInPortal):
    """A portal that has `app` on its list, whether or not anybody has installed it yet."""

    app: App

    @property
    def is_known(self) -> bool:
        """Whether the app has a row of it."""
        return Portal.objects.filter(member_id=self.member_id).exists()

    @property
    def row(self) -> Portal:
        return Portal.objects.get(member_id=self.member_id)

    def open_installer(self, *, user: str = "admin", lang: str = "en") -> Page:
        handler = f"{self.app.origin}/install/"
        return self.app.open_frame(self.name, user=user, lang=lang, handler=handler)

    def finish(self) -> None:
        """The frame tells the portal that the set-up has ended."""
        self.standin.change_portal(self.name, installed=True)

    def install(self) -> None:
        """Install the app as the administrator does, and let the frame say that it is finished."""
        page = self.app.open_frame(self.name, user="admin", placement="DEFAULT")
        assert page.status == 200, page.text
        self.finish()
        self.standin.clear_calls(self.name)

    def open_tab(self, deal: str = "fresh", **launch: Any) -> Page:
        return self.app.open_tab(self.name, self.deal(deal), **launch)

    def bindings(self) -> list[tuple[str, str]]:
        """The places of the portal that lead to an app, and where to."""
        return sorted((each["placement"], each["handler"]) for each in self.state()["bindings"])

    def event_handlers(self) -> list[tuple[str, str]]:
        handlers = self.state()["event_handlers"]
        return sorted((each["event"], each["handler"]) for each in handlers)

    def bound(self) -> set[str]:
        """The names of those places."""
        return {placement for placement, _ in self.bindings()}

    def assert_bound(self) -> None:
        """Every place and every event leads to the running app, once each."""
        at = self.app.origin
        paths = {
            "/placements/deal/": [TABS[0], *ENTRIES],
            "/placements/invoice/": [TABS[1]],
            "/placements/owed/": OWED,
        }
        wanted = [(code, f"{at}{path}") for path, codes in paths.items() for code in codes]
        assert self.bindings() == sorted(wanted)
        assert self.event_handlers() == [(event, f"{at}/events/") for event in EVENTS]

    def binds(self) -> list[str]:
        """What was bound and unbound, by the portal's ledger."""
        names = [name for call in self.calls() for name in [call["method"], *call["commands"]]]
        return [name for name in names if name.endswith("bind")]

    def unbind(self, placement: str) -> None:
        """What the administrator does by hand or with another program."""
        self.result("placement.unbind", "admin", PLACEMENT=placement)


def new_portal(app: App, **options: Any) -> PortalWithApp:
    """A fresh portal in which nobody has opened the app; `options` as of `create_portal`."""
    return PortalWithApp(app.standin, app.standin.create_portal(**options), app)


def installed_portal(app: App, **options: Any) -> PortalWithApp:
    """A fresh portal whose administrator has installed the app."""
    portal = new_portal(app, **options)
    portal.install()
    return portal
