"""The world of the flow tests: one stand-in, one app, and for every test a portal of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from b24app.models import Portal
from tests.standin.client import StandIn
from tests.standin.process import start_standin
from tests.support.app import App, free_port, start_app
from tests.support.pages.page import Page


@dataclass(frozen=True)
class InstalledPortal:
    """A portal of the stand-in with the app installed by its administrator."""

    name: str
    about: dict[str, Any]
    app: App

    @property
    def standin(self) -> StandIn:
        return self.app.standin

    @property
    def member_id(self) -> str:
        return str(self.about["member_id"])

    @property
    def row(self) -> Portal:
        return Portal.objects.get(member_id=self.member_id)

    def deal(self, nickname: str) -> int:
        return int(self.about["deals"][nickname])

    def payments_of(self, deal: int) -> list[dict[str, Any]]:
        """The portal's own truth about a deal's payments."""
        return [p for p in self.standin.portal(self.name)["payments"] if p["deal_id"] == deal]

    def open_tab(self, deal: str = "fresh", **launch: Any) -> Page:
        return self.app.open_tab(self.name, self.deal(deal), **launch)

    def calls(self, method: str = "") -> list[dict[str, Any]]:
        """The ledger of this portal, or the requests that carried a method."""
        calls = self.standin.calls(self.name)
        return [c for c in calls if not method or method in {c["method"], *c["commands"]}]


@pytest.fixture(scope="session")
def app_port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def standin(app_port: int) -> Iterator[StandIn]:
    with start_standin(f"http://app.localhost:{app_port}") as running:
        yield running


@pytest.fixture(scope="session")
def running_app(
    standin: StandIn, app_port: int, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[App]:
    log_path = Path(tmp_path_factory.mktemp("app") / "app.log")
    with start_app(
        database_url=database_url, standin=standin, port=app_port, log_path=log_path
    ) as app:
        yield app


@pytest.fixture
def app(running_app: App) -> App:
    """The running app; the test sees the rows that it commits."""
    return running_app


@pytest.fixture
def portal_switches() -> dict[str, Any]:
    """How a test's portal differs from one of today; tests of both kinds set it."""
    return {}


@pytest.fixture
def portal(app: App, portal_switches: dict[str, Any]) -> InstalledPortal:
    """A fresh portal with the app installed."""
    about = app.standin.create_portal(switches=portal_switches)
    return install(app, about)


def install(app: App, about: dict[str, Any]) -> InstalledPortal:
    """Install the app as the administrator does, and let the frame say that it is finished."""
    name = str(about["name"])
    page = app.open_frame(name, user="admin", placement="DEFAULT")
    assert page.status == 200, page.text
    app.standin.change_portal(name, installed=True)
    app.standin.clear_calls(name)
    return InstalledPortal(name, about, app)
