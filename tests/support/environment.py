"""The environment that the tests give the app: obvious fakes, set before Django reads them.

A pytest plugin (`-p tests.support.environment`): conftest.py is read after Django's settings.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

import hypothesis
import pytest
from django.conf import settings

from tools.fake_environment import FAKE_ENVIRONMENT

# A machine that is busy is no defect of what is tested.
hypothesis.settings.register_profile(
    "patient", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests() -> None:
    """Replace what the shell says about the app; the database alone may be chosen there."""
    os.environ.update(FAKE_ENVIRONMENT)
    folder = tempfile.mkdtemp(prefix="deal-payments-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    if "DATABASE_URL" not in os.environ:
        os.environ["DATABASE_URL"] = f"sqlite:///{folder}/app.sqlite3"
    os.environ["ERASURES_FILE"] = f"{folder}/erasures.jsonl"


def pytest_configure() -> None:
    """Keep the SQLite test database in a file: servers and threads of the tests share it."""
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "b24app.db.sqlite":
        database.setdefault("TEST", {})["NAME"] = f"{database['NAME']}.test"
