"""The environment that the tests give the app: obvious fakes, set before Django reads them.

A pytest plugin (`-p tests.environment`), because conftest.py is read after Django's settings.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

import hypothesis
import pytest
from django.conf import settings

# A machine that is busy is no defect of what is tested.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")
FAKE_ENVIRONMENT = {
    "SECRET_KEY": "fake-secret-key-of-the-tests-that-is-long-enough-for-django",
    "DEBUG": "0",
    "ALLOWED_HOSTS": "app.localhost,localhost,127.0.0.1,testserver",
    "APP_URL": "http://app.localhost:8000",
    "B24_CLIENT_ID": "local.standin.app",
    "B24_CLIENT_SECRET": "fake-client-secret",
    "B24_OAUTH_SERVERS": "http://oauth.localhost:9100",
    "TOKEN_KEYS": "fake:b2J2aW91c2x5LWZha2Uta2V5LWZvci10aGUtdGVzdHM=",
    "B24_ALLOW_INSECURE_PORTALS": "1",
    "B24_STANDIN": "1",
    "B24_CLOUD_HOSTS": r"[a-z0-9-]+\.localhost(:[0-9]+)?",
    # Portals of the stand-in have no limits until a test gives them some.
    "B24_CALLS_PER_SECOND": "1000",
    "B24_CALLS_AT_ONCE": "10000",
}


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Replace what the shell says about the app; the database alone may be chosen there."""
    os.environ.update(FAKE_ENVIRONMENT)
    if "DATABASE_URL" not in os.environ:
        folder = tempfile.mkdtemp(prefix="deal-payments-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/app.sqlite3"


def pytest_configure() -> None:
    """Keep the SQLite test database in a file: servers and threads of the tests share it."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "b24app.sqlite":
        database.setdefault("TEST", {})["NAME"] = f"{database['NAME']}.test"
