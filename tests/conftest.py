"""What every test shares: its plugins, its kind of portal, the address of its database."""

from __future__ import annotations

import pytest
from django.db import connection

pytest_plugins = [
    "tests.support.emptying",
    "tests.support.fixtures",
    "tests.support.marking",
    "tests.support.scheduling",
    "tests.support.browser.chromium",
]


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


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Leave no test's connection open for one that may not use any, so that their order is free."""
    if item.get_closest_marker("pure"):
        connection.close()


@pytest.fixture(scope="session")
def database_url(django_db_setup: None) -> str:
    """The test database as the DATABASE_URL of a server process that a test starts."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    return f"postgres://{at['USER']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"
