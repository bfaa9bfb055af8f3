"""The world of the flow tests: one stand-in, one app, and for every test a portal of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.standin.client import StandIn
from tests.standin.process import start_standin
from tests.support.app import App, free_port, start_app
from tests.support.planting import planted_portal
from tests.support.portal import PortalWithApp


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
        database_url=database_url,
        standin=standin,
        port=app_port,
        log_path=log_path,
        environment={"DJANGO_SETTINGS_MODULE": "tests.support.security.scoped_settings"},
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
def portal(app: App, portal_switches: dict[str, Any]) -> PortalWithApp:
    """A fresh portal with the app installed."""
    return planted_portal(app, **portal_switches)
