"""What every test shares: marks by folder, and the address of the test database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from xdist.scheduler import LoadGroupScheduling

pytest_plugins = [
    "tests.support.emptying",
    "tests.support.fixtures",
    "tests.support.browser.chromium",
]
_FOLDER_MARKS = {
    "browser": "browser",
    "contract": "contract",
    "deploy": "front",
    "engines": "browser",
}
# What they measure is not to be that of their neighbours.
_TIMED = {"test_bulkhead.py", "test_caddy.py", "test_rate_limit.py", "test_stalls.py"}
_OFTEN_PURE = {"project", "standin", "unit"}
_DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


class Scheduling(LoadGroupScheduling):  # type: ignore[misc]
    """Each test goes to the worker that is free; those of the engines all go to one.

    So each browser is started once, and none beside another. Marks for it do not work: xdist 3.8
    writes the group of a test where pytest 9 does not read it any more.
    """

    def _split_scope(self, nodeid: str) -> str:
        folder = "tests/engines/"
        return folder if nodeid.startswith(folder) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling | None:
    """Spread the tests over the workers in our way."""
    return Scheduling(config, log) if config.getvalue("dist") == "loadgroup" else None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what is marked `both_portals` on a portal of today and on one with order rights.

    On PostgreSQL the first alone: which rights a portal gives is no matter of its database.
    """
    is_wanted = metafunc.definition.get_closest_marker("both_portals")
    if is_wanted and "portal_switches" in metafunc.fixturenames:
        kinds = {"new": {}, "old": {"orders_for_sales": "edit"}}
        if connection.vendor == "postgresql":
            del kinds["old"]
        metafunc.parametrize("portal_switches", kinds.values(), ids=kinds.keys())


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their folder; a unit test that asks for no database is `pure`.

    A test that meets a running app sees committed rows: its database is emptied, not rolled back.
    """
    here = Path(__file__).parent
    for item in items:
        folder = item.path.relative_to(here).parts[0]
        if folder in _FOLDER_MARKS:
            item.add_marker(_FOLDER_MARKS[folder])
        if item.path.name in _TIMED:
            item.add_marker("timed")
        if "database_url" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(transaction=True))
        elif folder in _OFTEN_PURE and not _asks_for_database(item):
            item.add_marker("pure")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave no test's connection open for one that may not use any, so that their order is free."""
    if item.get_closest_marker("pure"):
        connection.close()


def _asks_for_database(item: pytest.Item) -> bool:
    fixtures = set(getattr(item, "fixturenames", ()))
    return bool(fixtures & _DATABASE_FIXTURES or item.get_closest_marker("django_db"))


@pytest.fixture(scope="session")
def database_url(django_db_setup: None) -> str:
    """The test database as the DATABASE_URL of a server process that a test starts."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    return f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
